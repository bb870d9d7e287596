/** The tasks of `inOrder`. */
export interface InOrder<Outcome> {
  readonly count: number
  /** The number of tasks that run at a time. */
  readonly jobs: number
  /** Begins a task. Tasks begin in order. */
  readonly begin: (index: number) => Promise<Outcome>
  /** Receives the outcome of a task. Outcomes arrive in order. */
  readonly take: (index: number, outcome: Outcome) => void
  /** Whether no more tasks are to begin. Running tasks still end, and their outcomes are received. */
  readonly isOver: () => boolean
  /** Called when one of these functions throws, since the outcomes of running tasks are not needed any more. */
  readonly onFailure: () => void
}

/** The most tasks that can begin before an earlier outcome is received, so that a slow task does not fill the memory. */
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
  const waiting: (() => void)[] = []
  let begun = 0
  let taken = 0
  let hasFailed = false

  const lane = async () => {
    while (begun < count && !hasFailed && !isOver()) {
      if (begun - taken >= MAX_AHEAD) {
        await new Promise<void>((resolve) => waiting.push(resolve))
        continue
      }
      const index = begun++
      done.set(index, await begin(index))
      for (; done.has(taken) && !hasFailed; taken++) {
        take(taken, done.get(taken) as Outcome)
        done.delete(taken)
      }
      for (const resume of waiting.splice(0)) resume()
    }
  }
  const guarded = async () => {
    try {
      await lane()
    } catch (error) {
      hasFailed = true
      onFailure()
      for (const resume of waiting.splice(0)) resume()
      throw error
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: jobs }, guarded))
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
}
