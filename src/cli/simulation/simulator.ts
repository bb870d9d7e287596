import { setImmediate } from 'node:timers/promises'
import type { Simulator } from '../../study/simulator/simulator.ts'
import type { Context } from '../context.ts'
import { showRunCount } from './progress.ts'
import { allBy } from './simulate.ts'

/**
 * Returns the simulator of a command, which simulates in threads and shows progress.
 * @param jobs the number of threads
 * @param hasMany true if many simulations follow, so that all threads are to start at once
 */
export function simulatorOf({ io, simulate }: Context, jobs: number, hasMany = false): Simulator {
  return {
    jobs,
    interruption: io.listenForInterruption(),
    begin: (simulations) => showRunCount(io.terminal, simulations),
    pause: () => setImmediate(),
    async simulate(batch, stop, budget) {
      const threads = { hasFewThreadsAtFirst: !hasMany, isWholeOrNothing: true }
      const options = { recordPackets: false, ...threads, ...budget, interruption: stop }
      const runs = await allBy(simulate, batch, options)
      return runs.map(({ result }) => result)
    },
  }
}
