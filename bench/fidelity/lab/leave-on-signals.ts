import type { Processes } from './processes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const TRIES = 5

/**
 * Puts the machine as it was when a signal ends this process; once, whatever else comes meanwhile: a terminal sends Ctrl-C
 * to all that it runs, npm passes it on as well, and the second one would by default end this process too early.
 *
 * `cleanUp` and the exit are one go. What was stopped lets measuring go on with the next network, which must not outlive this.
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

/** The second signal ends what cleans up, too: it is run from here. */
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
