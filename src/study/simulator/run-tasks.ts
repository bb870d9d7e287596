import { inOrder } from './in-order.ts'
import { Interrupted, type Simulator } from './simulator.ts'

/** The tasks of a study, each with one or more simulations. */
export interface Tasks<Outcome> {
  readonly count: number
  /** The number of simulations in all tasks. */
  readonly simulations: number
  /** Begins a task. Tasks begin in order. */
  readonly begin: (index: number, stop: AbortSignal) => Promise<Outcome>
  /**
   * Receives the outcome of a task, in order, each after the one before has been received. Returns the number of its
   * simulations, and of the events in them.
   */
  readonly take: (index: number, outcome: Outcome) => Ended | Promise<Ended>
  /** Aborted when the outcomes are not needed any more. */
  readonly end?: AbortSignal
}

/** The simulations of a task that has ended. */
interface Ended {
  readonly ended: number
  readonly events: number
}

/**
 * Runs as many tasks at a time as the simulator can, and shows their progress.
 * @throws Interrupted, or what the simulator throws
 */
export async function runTasks<Outcome>(
  { count, simulations, begin, take, end }: Tasks<Outcome>,
  simulator: Simulator,
): Promise<void> {
  const { interruption = new AbortController().signal } = simulator
  const failure = new AbortController()
  const stop = AbortSignal.any([interruption, failure.signal, ...(end === undefined ? [] : [end])])
  const progress = simulator.begin?.(simulations)
  let ended = 0
  let events = 0
  const interrupted = () => new Interrupted(ended, simulations, interruption.reason)
  try {
    await inOrder({
      count,
      jobs: simulator.jobs,
      begin: (index) => begin(index, stop),
      take: async (index, outcome: Outcome) => {
        const taken = await take(index, outcome)
        ended += taken.ended
        events += taken.events
        progress?.update(ended, events)
      },
      isOver: () => stop.aborted,
      onFailure: () => failure.abort(),
    })
  } catch (error) {
    throw interruption.aborted ? interrupted() : error
  } finally {
    progress?.stop()
  }
  if (interruption.aborted) throw interrupted()
}
