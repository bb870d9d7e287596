import { visible } from '../../scenario/problems/visible.ts'

/** The most notices of a process. */
const MAX_NOTICES = 100

/** The characters of an error that are shown, since they come from a server that is not trusted. */
const MAX_CHARACTERS = 300

/** Shows errors of a queue to the user, each once. */
export class Notices {
  readonly #show: (text: string) => void
  readonly #shown = new Set<string>()

  constructor(show: (text: string) => void) {
    this.#show = show
  }

  error(error: unknown): void {
    this.once(`the queue: ${error instanceof Error ? error.message : String(error)}; trying again`)
  }

  once(notice: string): void {
    const text = visible(notice.slice(0, MAX_CHARACTERS))
    if (this.#shown.has(text) || this.#shown.size >= MAX_NOTICES) return
    this.#shown.add(text)
    this.#show(text)
  }
}
