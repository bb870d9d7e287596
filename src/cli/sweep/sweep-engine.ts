import { UsageError } from '../../disk/usage-error.ts'
import { runPoint } from '../../study/sweep/point-outcome.ts'
import type { SweepDescription } from '../../study/sweep/sweep-description.ts'
import type { Context } from '../context.ts'
import { jobsOf } from '../options/gate-options.ts'
import { queueAddress } from '../queue/queue-address.ts'
import type { Simulate } from '../simulation/simulate.ts'
import type { PointRunner } from './point-source.ts'
import type { SweepOptions } from './sweep-options.ts'

/** Simulates the points of a sweep: the threads of this process, or the workers of a queue. */
export interface SweepEngine extends PointRunner {
  /** The number of points at a time. */
  readonly jobs: number
  readonly close: () => Promise<void>
}

/** The points that are in a queue at a time: enough for a few hundred workers, and little for the memory of the server. */
const QUEUED_AT_ONCE = 512

/** @throws UsageError when the options contradict each other, or the queue cannot be reached */
export async function openEngine(
  { build, maxEvents }: SweepDescription,
  options: SweepOptions,
  { io, simulate }: Context,
): Promise<SweepEngine> {
  if (options.queue === undefined) {
    const unused = [options.queueCa, options.queueCert, options.queueKey].some((file) => file !== undefined)
    if (unused) throw new UsageError('--queue-ca, --queue-cert and --queue-key need --queue')
    return {
      jobs: jobsOf(options.jobs),
      run: (scenario, _, stop) => runPoint({ scenario, maxEvents, interruption: stop }, within(options, simulate)),
      close: async () => {},
    }
  }
  if (options.jobs !== undefined)
    throw new UsageError('--jobs is an option of `onpath worker` when a sweep has --queue')
  const address = queueAddress(options.queue, options, io.environment)
  const { PointQueue } = await import('../queue/point-queue.ts')
  const queue = await PointQueue.open(address, { build, notify: (text) => io.err(`onpath: ${text}\n`) })
  return {
    jobs: QUEUED_AT_ONCE,
    run: (_, point, stop) => queue.run(point(), stop),
    close: () => queue.close(),
  }
}

/** Returns a function that simulates within the memory of the options. */
function within({ maxMemory }: SweepOptions, simulate: Simulate): Simulate {
  if (maxMemory === undefined) return simulate
  return (scenario, options) => simulate(scenario, { ...options, maxMemoryBytes: maxMemory })
}
