import { SETTINGS } from '../../http/marks.ts'

/** A record or message that a layer wrote to a range of a stream. */
export interface StreamMessage {
  readonly content: StreamContent
  /** The range [start, end) of the content, in bytes. */
  readonly start: number
  readonly end: number
  /** `kind`, `value` and `detail` of the mark at its end (see MarkTable). */
  readonly kind: number
  readonly value: number
  readonly detail: number
  /** The content whose bytes it carries, from `carriedOffset` on; null if it carries none. */
  readonly carried: StreamContent | null
  readonly carriedOffset: number
  /** The HTTP request that it belongs to, as an index of the plan; -1 for none. */
  readonly request: number
  readonly writtenNs: number
  /** The TLS or SSH session end that wrote it; null if none did. */
  readonly session: SessionEnd | null
}

/** An end of a TLS or SSH session. */
export interface SessionEnd {
  readonly layer: 'tls' | 'ssh'
  readonly host: number
  readonly isClient: boolean
  /** The names of the content that this end writes and of the content that it reads. */
  readonly writes: string
  reads: string | null
  /** The parameters of both ends, as indices of the directory of TLS or SSH; -1 while this end does not know them. */
  client: number
  server: number
}

/** The number of messages of a content that are kept, enough for all that can be retransmitted. */
const MOST_MESSAGES = 16_384

/** One direction of a byte stream, with its latest messages. */
export class StreamContent {
  /** The name of the content, 16 hexadecimal digits, the same in each run. */
  readonly name: string
  /** The host that writes it. */
  readonly author: number
  /** The content of which this is a changed copy with the same messages; null for an original. */
  readonly original: StreamContent | null
  /** True if it is one direction of an HTTP/2 connection. */
  isHttp2 = false
  private messages: StreamMessage[] = []

  constructor(name: string, author: number, original: StreamContent | null) {
    this.name = name
    this.author = author
    this.original = original
  }

  add(message: StreamMessage): void {
    if (message.kind === SETTINGS) this.isHttp2 = true
    if (this.messages.length >= MOST_MESSAGES) this.messages = this.messages.slice(MOST_MESSAGES / 2)
    this.messages.push(message)
  }

  /** Returns the messages with bytes in [from, until), in their order. */
  messagesIn(from: number, until: number): readonly StreamMessage[] {
    if (this.original !== null) return this.original.messagesIn(from, until)
    const { messages } = this
    const first = this.firstEndingAfter(from)
    let last = first
    while (last < messages.length && messages[last].start < until) last++
    return messages.slice(first, last)
  }

  private firstEndingAfter(offset: number): number {
    const { messages } = this
    let [low, high] = [0, messages.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (messages[middle].end > offset) high = middle
      else low = middle + 1
    }
    return low
  }
}
