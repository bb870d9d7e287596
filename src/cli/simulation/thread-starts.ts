/**
 * The CPU time of the process after which all threads may start, in milliseconds. A new thread compiles everything for
 * itself, in threads of V8's own, which take about as much as it does: two new threads on two cores take longer for their
 * first few hundred simulations than one.
 */
const WARM_UP_MS = 12_000

/** The time between two looks at the CPU time. */
const LOOK_MS = 250

/** Lets few of many short tasks run at a time at first, and all of them later, when the first threads need no compiler. */
export class ThreadStarts {
  readonly #atFirst: number
  readonly #cpuMs: () => number
  #running = 0
  /** The CPU time at which the first task began; null before. */
  #begunMs: number | null = null
  #isWarm = false
  #waiting: (() => void)[] = []

  /**
   * @param atFirst the number of tasks at a time during the warm-up, which begins with the first task
   * @param cpuMs returns the CPU time that the process has taken
   */
  constructor(atFirst: number, cpuMs: () => number = cpuMsOfProcess) {
    this.#atFirst = atFirst
    this.#cpuMs = cpuMs
  }

  /** Runs a task as soon as it may, or when the interruption comes, which the task then has to notice. */
  async run<Value>(task: () => Promise<Value>, interruption: AbortSignal): Promise<Value> {
    this.#begunMs ??= this.#cpuMs()
    while (!this.#hasRoom() && !interruption.aborted) await this.#change(interruption)
    this.#running += 1
    try {
      return await task()
    } finally {
      this.#running -= 1
      this.#wake()
    }
  }

  #hasRoom(): boolean {
    this.#isWarm ||= this.#begunMs !== null && this.#cpuMs() - this.#begunMs >= WARM_UP_MS
    return this.#isWarm || this.#running < this.#atFirst
  }

  /** Waits until a task has ended, the interruption comes, or some time has passed. */
  async #change(interruption: AbortSignal): Promise<void> {
    let resume = () => {}
    const changed = new Promise<void>((resolve) => {
      resume = resolve
    })
    this.#waiting.push(resume)
    interruption.addEventListener('abort', resume)
    const look = setTimeout(resume, LOOK_MS)
    await changed
    clearTimeout(look)
    interruption.removeEventListener('abort', resume)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }
}

/** Returns the CPU time of all threads of this process, including those of V8. */
function cpuMsOfProcess(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
