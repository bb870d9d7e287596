import type { Processes } from './processes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const TRIES = 5

/**
 * Restores the machine when a signal ends this process. It does so once, also when further signals come: a terminal
 * sends Ctrl-C to all its processes, and npm passes it on as well. `cleanUp` and the exit are one step, since measuring
 * would otherwise continue with the next network.
 */
export function leaveOnSignals(processes: Processes, cleanUp: () => void): void {
  let isLeaving = false
  const onSignal = async (): Promise<void> => {
    if (isLeaving) return
    isLeaving = true
    await processes.stopAll()
    processes.killAll()
    insist(cleanUp)
    process.exit(130)
  }
  for (const signal of SIGNALS) process.on(signal, () => void onSignal())
}

/** Runs the clean-up again after a second signal, which also ends the clean-up itself. */
function insist(cleanUp: () => void): void {
  for (let tried = 1; tried <= TRIES; tried++) {
    try {
      cleanUp()
      return
    } catch (error) {
      if (tried === TRIES) console.error(String(error))
    }
  }
}
