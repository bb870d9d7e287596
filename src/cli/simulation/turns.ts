/** Lets tasks run beside each other, except for those that need to be alone. */
export class Turns {
  #running = 0
  /** The number of tasks that have begun. */
  #begun = 0
  /** The tasks that are to be alone, which come one after the other; null when there are none. */
  #alone: Promise<void> | null = null
  #onIdle: (() => void) | null = null

  /**
   * Runs a task beside others. If it fails in a way that the others can have caused, it runs again without them.
   * @param isCausedByOthers whether an error can be due to what ran at the same time
   * @param prepare called before the task runs alone
   */
  async run<Value>(
    task: () => Promise<Value>,
    isCausedByOthers: (error: unknown) => boolean,
    prepare: () => Promise<void>,
  ): Promise<Value> {
    while (this.#alone !== null) await this.#alone
    const before = this.#begun
    const hadOthers = this.#running > 0
    try {
      return await this.#counted(task)
    } catch (error) {
      const wasAlone = !hadOthers && this.#begun === before + 1
      if (wasAlone || !isCausedByOthers(error)) throw error
    }
    return this.#runAlone(async () => {
      await prepare()
      return this.#counted(task)
    })
  }

  async #runAlone<Value>(task: () => Promise<Value>): Promise<Value> {
    const before = this.#alone
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    this.#alone = ended
    try {
      await before
      if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
      return await task()
    } finally {
      if (this.#alone === ended) this.#alone = null
      end()
    }
  }

  async #counted<Value>(task: () => Promise<Value>): Promise<Value> {
    this.#running += 1
    this.#begun += 1
    try {
      return await task()
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#onIdle?.()
    }
  }
}
