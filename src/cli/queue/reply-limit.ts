/**
 * Measures the replies of a server as they arrive (RESP2, the serialization protocol of Redis), so that a connection can
 * be closed before a huge reply fills the memory. The client itself has no such limit.
 */
export class ReplyLimit {
  readonly #limit: number
  /** The elements that are still missing of each array that is being received, the innermost last. */
  readonly #missing: number[] = []
  /** The line that is being received: the type and the number behind it. */
  #line = ''
  /** The bytes of a text that are still to come, with its line end. */
  #bytes = 0
  /** The bytes of the reply so far, with those that its texts announce. */
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes the next bytes. Returns false when the reply exceeds the limit. */
  take(chunk: Uint8Array): boolean {
    let at = 0
    while (at < chunk.length) {
      const skipped = Math.min(this.#bytes, chunk.length - at)
      at += skipped
      this.#bytes -= skipped
      if (skipped > 0) {
        if (this.#bytes === 0) this.#endElement()
        continue
      }
      const end = chunk.indexOf(LINE_FEED, at)
      const stop = end === -1 ? chunk.length : end + 1
      this.#size += stop - at
      // Only the beginning of a line counts; a status or an error can be long.
      if (this.#line.length < MAX_HEAD)
        this.#line += String.fromCharCode(...chunk.subarray(at, Math.min(stop, at + MAX_HEAD)))
      at = stop
      if (end !== -1) this.#endLine()
      if (this.#size > this.#limit) return false
    }
    return true
  }

  #endLine(): void {
    const type = this.#line[0]
    const number = Number.parseInt(this.#line.slice(1), 10)
    this.#line = ''
    if (type === '$' && number >= 0) {
      this.#bytes = number + LINE_END
      this.#size += this.#bytes
    } else if (type === '*' && number > 0) {
      this.#missing.push(number)
      // An element has three bytes at least.
      this.#size += number
    } else this.#endElement()
  }

  #endElement(): void {
    while (this.#missing.length > 0) {
      const last = this.#missing.length - 1
      this.#missing[last] -= 1
      if (this.#missing[last] > 0) return
      this.#missing.pop()
    }
    this.#size = 0
  }
}

const LINE_FEED = 10
const LINE_END = 2
/** The characters of a line that are kept: a type, a number, and the line end. */
const MAX_HEAD = 32
