import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Content, Relay, Stream } from '../rows.ts'
import type { ByteStreams, StreamUser } from './byte-stream.ts'
import type { FailureReason } from './failure.ts'

/** Buffer size of sshd (channels.c, CHAN_RBUF) and of Go's io.Copy. */
export const RELAY_READ_BYTES = 32 * 1024

class RelayTable extends Table<Relay> {
  /** The two streams of each relay; NONE for one that is over. */
  readonly streams = this.handle<Stream>(2)

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/**
 * Couples two streams: what arrives on one is sent on the other, as sshd does between a channel and a socket. When one
 * side accepts no more, the other is not read. The streams' user rows are `relay + side`.
 */
export class Relays implements StreamUser {
  private readonly relays: RelayTable
  private readonly streams: ByteStreams
  private readonly userKind: number

  constructor(arena: Arena, streams: ByteStreams) {
    this.relays = new RelayTable(arena)
    this.streams = streams
    this.userKind = streams.registerUser(this)
  }

  couple(left: number, right: number): void {
    const relay = this.relays.allocate()
    this.attach(relay, 0, this.streams.table.rowAt(left))
    this.attach(relay, 1, this.streams.table.rowAt(right))
  }

  /** Returns the stream that is coupled with this one; NONE for a stream that is not coupled. */
  otherSideOf(stream: Stream): Stream {
    const { userKind, user } = this.streams.table
    return userKind[stream] === this.userKind ? this.relays.streams[user[stream] ^ 1] : NONE
  }

  onOpen(): void {}

  onData(row: number, content: Content, offset: number, lengthBytes: number): void {
    const { relays, streams } = this
    if (relays.streams[row ^ 1] !== NONE)
      streams.forwardFrom(relays.streams[row], relays.streams[row ^ 1], content, offset, lengthBytes)
  }

  onDrained(row: number): void {
    const other = this.relays.streams[row ^ 1]
    if (other !== NONE) this.streams.setPaused(other, false)
  }

  /** Ends one direction; when both have ended, the relay is released. */
  onEnd(row: number): void {
    const other = this.relays.streams[row ^ 1]
    if (other === NONE) return this.closeBoth(row)
    this.streams.finish(other)
    if (this.streams.table.hasFinished[this.relays.streams[row]] === 1) this.closeBoth(row)
  }

  /**
   * Closes the other stream too, as sshd closes the socket when the channel is gone, and the channel when the socket
   * is.
   */
  onFailure(row: number, _reason: FailureReason): void {
    const other = this.relays.streams[row ^ 1]
    this.relays.streams[row] = NONE
    if (other !== NONE) {
      this.relays.streams[row ^ 1] = NONE
      this.streams.close(other)
    }
    this.relays.release(this.relays.rowAt(row & ~1))
  }

  private attach(relay: number, side: number, stream: Stream): void {
    this.relays.streams[relay + side] = stream
    this.streams.table.isRelayed[stream] = 1
    this.streams.table.mostReadBytes[stream] = RELAY_READ_BYTES
    this.streams.attach(stream, this.userKind, relay + side)
  }

  private closeBoth(row: number): void {
    for (const side of [row, row ^ 1]) {
      const stream = this.relays.streams[side]
      this.relays.streams[side] = NONE
      if (stream !== NONE) this.streams.close(stream)
    }
    this.relays.release(this.relays.rowAt(row & ~1))
  }
}
