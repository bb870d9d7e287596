import { connectionKey } from '../messages-of.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import type { PacketPointer } from '../story.ts'

/** The packets before the one that is searched for that are kept, of all connections. */
const KEPT = 20_000

/** Collects the packets of a connection around one of them. Receives all packets in the order of sending. */
export class PacketsAround {
  readonly #pointer: PacketPointer
  /** The most packets that are listed before the one that is searched for, and after it. */
  readonly #maxBefore: number
  readonly #maxAfter: number
  readonly #kept: number
  /** The last packets before the one that is searched for: the `i`th is at `i` modulo the number that is kept. */
  readonly #before: RecordedPacket[] = []
  #seen = 0
  #found: RecordedPacket | null = null
  readonly #after: RecordedPacket[] = []

  /** @param most the most packets that are listed beside the one that is searched for */
  constructor(pointer: PacketPointer, most: number, kept = KEPT) {
    this.#pointer = pointer
    this.#maxBefore = Math.floor(most / 2)
    this.#maxAfter = Math.ceil(most / 2)
    this.#kept = kept
  }

  add(packet: RecordedPacket): void {
    if (this.isPointedAt(packet)) this.#found = packet
    else if (this.#found === null) this.#before[this.#seen++ % this.#kept] = packet
    else if (this.#after.length < this.#maxAfter && connectionKey(packet) === connectionKey(this.#found))
      this.#after.push(packet)
  }

  isPointedAt({ link, serial }: RecordedPacket): boolean {
    return link === this.#pointer.link && serial === this.#pointer.packet
  }

  /** Returns the packets in the order of sending; null if the searched packet was not among them. */
  list(): readonly RecordedPacket[] | null {
    const found = this.#found
    if (found === null) return null
    const oldest = this.#seen % this.#kept
    const before = [...this.#before.slice(oldest), ...this.#before.slice(0, oldest)]
    const own = before.filter((packet) => connectionKey(packet) === connectionKey(found))
    return [...own.slice(Math.max(0, own.length - this.#maxBefore)), found, ...this.#after]
  }
}
