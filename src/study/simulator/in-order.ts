/** The tasks of `inOrder`. */
export interface InOrder<Outcome> {
  readonly count: number
  /** The number of tasks that run at a time. */
  readonly jobs: number
  /** Begins a task. Tasks begin in order. */
  readonly begin: (index: number) => Promise<Outcome>
  /** Receives the outcome of a task. Outcomes arrive in order, each after the previous one was received. */
  readonly take: (index: number, outcome: Outcome) => void | Promise<void>
  /** Returns whether no more tasks should begin. Running tasks still end, and their outcomes are received. */
  readonly isOver: () => boolean
  /** Called when one of these functions throws. The outcomes of running tasks are then not needed. */
  readonly onFailure: () => void
}

/**
 * The most tasks that can begin before an earlier outcome is received. It prevents a slow task from filling the memory.
 */
const MAX_AHEAD = 256

/** Runs several tasks at a time, and delivers their outcomes in order. */
export async function inOrder<Outcome>({
  count,
  jobs,
  begin,
  take,
  isOver,
  onFailure,
}: InOrder<Outcome>): Promise<void> {
  const done = new Map<number, Outcome>()
  let waiting: (() => void)[] = []
  let begun = 0
  let taken = 0
  let lanesLeft = jobs
  let hasFailed = false

  const change = () => new Promise<void>((resolve) => waiting.push(resolve))
  const changed = () => {
    const resume = waiting
    waiting = []
    for (const each of resume) each()
  }
  const lane = async () => {
    while (begun < count && !hasFailed && !isOver()) {
      if (begun - taken >= MAX_AHEAD) await change()
      else {
        const index = begun++
        done.set(index, await begin(index))
        changed()
      }
    }
    lanesLeft -= 1
  }
  const deliver = async () => {
    while (!hasFailed && (lanesLeft > 0 || done.has(taken))) {
      const outcome = done.get(taken)
      if (outcome === undefined) await change()
      else {
        done.delete(taken)
        await take(taken, outcome)
        taken += 1
        changed()
      }
    }
  }
  const guarded = async (action: () => Promise<void>) => {
    try {
      await action()
    } catch (error) {
      hasFailed = true
      onFailure()
      throw error
    } finally {
      changed()
    }
  }
  const all = await Promise.allSettled([deliver, ...Array.from({ length: jobs }, () => lane)].map(guarded))
  for (const one of all) if (one.status === 'rejected') throw one.reason
}
