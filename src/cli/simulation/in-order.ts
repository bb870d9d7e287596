export interface InOrder<Outcome> {
  readonly count: number
  /** How many are under way at a time. */
  readonly jobs: number
  /** Begins one; they begin in order. */
  readonly begin: (index: number) => Promise<Outcome>
  /** Takes what came of one, in order too. */
  readonly take: (index: number, outcome: Outcome) => void
  /** Asked before each: whether no more are to begin. What is under way is still waited for and taken. */
  readonly isOver: () => boolean
  /** Told when one of these throws: what is still under way is in vain. */
  readonly onFailure: () => void
}

/** How far what is begun may run ahead of what is taken: one slow run must not make thousands wait in memory. */
const MAX_AHEAD = 256

/** Does many things at a time, and takes them as if they were done one after the other. */
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
