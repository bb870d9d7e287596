import type { Answer, Question } from './protocol.ts'

type Sent = Question extends infer One ? (One extends Question ? Omit<One, 'id'> : never) : never

/**
 * A worker of the page. It starts from a blob URL, so that the policy of the page holds in it too; the blob loads the
 * script of the worker, which says when it listens. Static imports of a worker would need its address in `worker-src`.
 */
export class Asker {
  #worker: Worker | null = null
  #isReady = false
  /** The question that waits for the worker. */
  #waiting: Question | null = null
  #id = 0
  readonly #take: (answer: Answer) => void

  constructor(take: (answer: Answer) => void) {
    this.#take = take
  }

  /** Asks a question. Answers to earlier ones are dropped. */
  ask(question: Sent): void {
    this.#id++
    this.#worker ??= this.#start()
    const asked = { ...question, id: this.#id } as Question
    if (this.#isReady) this.#worker.postMessage(asked)
    else this.#waiting = asked
  }

  /** Starts the worker before it is needed. */
  warm(): void {
    this.#worker ??= this.#start()
  }

  /** Ends what is under way at once. */
  stop(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#isReady = false
    this.#waiting = null
    this.#id++
  }

  #start(): Worker {
    const script = new URL('./worker.js', import.meta.url).href
    const blob = new Blob([`import(${JSON.stringify(script)})`], { type: 'text/javascript' })
    const worker = new Worker(URL.createObjectURL(blob), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (data.kind === 'ready') this.#begin(worker)
      else if (data.id === this.#id) this.#take(data)
    })
    worker.addEventListener('error', () => {
      this.#take({ id: this.#id, kind: 'failed', message: 'The simulator could not be loaded. Reload the page.' })
    })
    return worker
  }

  #begin(worker: Worker): void {
    if (worker !== this.#worker) return
    this.#isReady = true
    if (this.#waiting !== null) worker.postMessage(this.#waiting)
    this.#waiting = null
  }
}
