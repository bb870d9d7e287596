import type { Arena } from '../../engine/arena.ts'
import { assert } from '../../engine/assert.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Activity } from '../../network/rows.ts'
import type { Content, PieceList, Stream } from '../rows.ts'
import type { Contents } from './content.ts'
import type { FailureReason } from './failure.ts'
import { Pieces } from './pieces.ts'

/** Who carries a stream's bytes: TCP, a TLS session, a channel of an SSH connection. */
export interface Carrier {
  /** More may be sent: the content grew, or the user finished. */
  flush(row: number): void
  /** Nothing will be written after what the content holds. */
  finish(row: number): void
  /** At once, and without ceremony. */
  abort(row: number): void
  /** Whether the user may go on producing; if not, the carrier calls `drained` when it may again. */
  hasRoom(row: number): boolean
  /** The user reads again after `setPaused(stream, true)`. */
  resume(row: number): void
  /** The user, who had finished before, hears nothing more either. */
  detach?(row: number): void
  /** Whether something has come that the user was not told of, since he paused. */
  hasUnread?(row: number): boolean
}

/**
 * Who uses a stream. After `onEnd` nothing more arrives; after `onFailure` the stream is gone.
 *
 * Bytes come in the stream's order, in pieces that say whose they are, each once: what was overwritten never comes.
 * As a rule all are of one content, from its start, without a gap. Where somebody has changed bytes on the way, a piece
 * is of a changed copy (same offsets and marks as the original's), and the next may be of the original again, at the
 * offset that the copy has reached. Where somebody has put in bytes, a piece is of another content altogether, and when
 * the first one goes on, it does so behind a gap as long as that; ends of records in the gap are gone. A user who does
 * not ask whose bytes they are takes all for true. Who reads records is told no later than when one ends, which a piece
 * of no record at all does at once.
 */
export interface StreamUser {
  /** May write. */
  onOpen(row: number): void
  /** The next `lengthBytes` arrived: those of `content` from `offset` on. */
  onData(row: number, content: Content, offset: number, lengthBytes: number): void
  /** The other end will write nothing more. */
  onEnd(row: number): void
  onFailure(row: number, reason: FailureReason): void
  /** The carrier took what was written, or most of it. */
  onDrained(row: number): void
}

/**
 * One end of a duplex stream of bytes, whoever carries it. It keeps who is above and who is below, so that HTTP need
 * not know whether it speaks over TCP, TLS, or TLS in an SSH channel.
 */
export class StreamTable extends Table<Stream> {
  readonly host = this.int32()
  /** Whose socket it is (see Processors): the host's, unless somebody else takes it over. */
  readonly program = this.int32()
  readonly carrierKind = this.uint8()
  readonly carrier = this.int32()
  /** NONE: nobody listens any more. */
  readonly userKind = this.int32()
  readonly user = this.int32()
  readonly sendContent = this.handle<Content>()
  /** What it says where that is not `sendContent` alone, from its start: a list of Pieces; or NONE. */
  readonly pieces = this.handle<PieceList>()
  /** How much of it the user has written so far; a relay is behind the content's author. */
  readonly writtenBytes = this.float64()
  /** Of the content that the far end sends, or whoever else spoke last; NONE before its first byte. */
  readonly receiveContent = this.handle<Content>()
  /** Where in it the next byte would lie. */
  readonly receivedUntil = this.float64()
  /** Bytes that the user has seen. */
  readonly receivedBytes = this.float64()
  /** Data is reported as it comes, not only where records end. */
  readonly isRelayed = this.uint8()
  /** As much of what has come is read at a time; 0: all. */
  readonly mostReadBytes = this.int32()
  readonly isPaused = this.uint8()
  /** Who reads it has no core for that yet. */
  readonly awaitsTurn = this.uint8()
  readonly hasFinished = this.uint8()
  /**
   * What comes was sent by another process of the host, from a core of its own, while that of the reader slept. Where
   * there is one core, who sends keeps it awake.
   */
  readonly sleeps = this.uint8()
  /** Work for this stream is done one piece after the other. */
  readonly workUntilTick = this.float64()
  readonly activity = this.handle<Activity>()
  /** The hash of the connection's name: contents, ports and fates derive from it. */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }
}

/** Passes what users want down to carriers, and what carriers have up to users. */
export class ByteStreams {
  readonly table: StreamTable
  readonly contents: Contents
  /** What `sendContentAt` leaves beside the content. */
  sendOffset = 0
  private readonly pieces: Pieces
  private readonly carriers: Carrier[] = []
  private readonly users: StreamUser[] = []

  constructor(arena: Arena, contents: Contents) {
    this.table = new StreamTable(arena)
    this.contents = contents
    this.pieces = new Pieces(arena, contents)
  }

  registerCarrier(carrier: Carrier): number {
    return this.carriers.push(carrier) - 1
  }

  registerUser(user: StreamUser): number {
    return this.users.push(user) - 1
  }

  open(
    host: number,
    carrierKind: number,
    carrier: number,
    activity: Activity,
    nameHigh: number,
    nameLow: number,
    sendContent: Content,
  ): Stream {
    const { table } = this
    const stream = table.allocate()
    table.host[stream] = host
    table.program[stream] = host
    table.carrierKind[stream] = carrierKind
    table.carrier[stream] = carrier
    table.userKind[stream] = NONE
    table.user[stream] = NONE
    table.sendContent[stream] = sendContent
    table.activity[stream] = activity
    table.nameHigh[stream] = nameHigh
    table.nameLow[stream] = nameLow
    return stream
  }

  /** By the carrier, when the stream is over and nobody uses it. */
  release(stream: Stream): void {
    if (this.table.sendContent[stream] !== NONE) this.contents.drop(this.table.sendContent[stream])
    if (this.table.receiveContent[stream] !== NONE) this.contents.drop(this.table.receiveContent[stream])
    if (this.table.pieces[stream] !== NONE) this.pieces.release(this.table.pieces[stream])
    this.table.release(stream)
  }

  attach(stream: Stream, userKind: number, user: number): void {
    this.table.userKind[stream] = userKind
    this.table.user[stream] = user
  }

  // From the user down.

  /** Writes a whole record or message; `carried` is the content whose bytes it carries, from where on; `subject` see MarkTable. */
  write(
    stream: Stream,
    lengthBytes: number,
    kind: number,
    value: number,
    detail: number,
    carried: Content,
    carriedOffset = 0,
    subject: number = NONE,
  ): void {
    this.append(stream, lengthBytes, kind, value, detail, carried, carriedOffset, subject)
    this.flush(stream)
  }

  /** Like `write`, but it leaves with what is written next, or on `flush`. */
  append(
    stream: Stream,
    lengthBytes: number,
    kind: number,
    value: number,
    detail: number,
    carried: Content,
    carriedOffset = 0,
    subject: number = NONE,
  ): void {
    assert(this.table.hasFinished[stream] === 0, 'nothing is written after the end')
    const { sendContent } = this.table
    this.contents.appendMarked(sendContent[stream], lengthBytes, kind, value, detail, carried, carriedOffset, subject)
    this.table.writtenBytes[stream] += lengthBytes
  }

  /** Writes the next bytes of what somebody else says: `lengthBytes` of `content` from `offset` on. */
  forward(stream: Stream, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    assert(table.hasFinished[stream] === 0, 'nothing is written after the end')
    if (table.writtenBytes[stream] === 0 && table.sendContent[stream] !== content) this.takeOver(stream, content)
    const isNext = table.sendContent[stream] === content && table.writtenBytes[stream] === offset
    if (table.pieces[stream] !== NONE || !isNext) this.addPiece(stream, content, offset)
    table.writtenBytes[stream] += lengthBytes
    this.flush(stream)
  }

  /** Forwards data that has arrived on `from` to `to`. Reading from `from` pauses while `to` has no room. */
  forwardFrom(from: Stream, to: Stream, content: Content, offset: number, lengthBytes: number): void {
    this.forward(to, content, offset, lengthBytes)
    if (!this.hasRoom(to)) this.setPaused(from, true)
  }

  private takeOver(stream: Stream, content: Content): void {
    const own = this.table.sendContent[stream]
    if (own !== NONE) this.contents.drop(own)
    this.contents.hold(content)
    this.table.sendContent[stream] = content
  }

  private addPiece(stream: Stream, content: Content, offset: number): void {
    const { table, pieces } = this
    const written = table.writtenBytes[stream]
    if (table.pieces[stream] === NONE) {
      const list = pieces.begin()
      table.pieces[stream] = list
      if (written > 0) pieces.append(list, 0, table.sendContent[stream], 0)
    }
    pieces.append(table.pieces[stream], written, content, offset)
  }

  /** Who says the byte at `offset` of what is written; where in that it lies is left in `sendOffset`. */
  sendContentAt(stream: Stream, offset: number): Content {
    const list = this.table.pieces[stream]
    if (list === NONE) {
      this.sendOffset = offset
      return this.table.sendContent[stream]
    }
    this.pieces.seek(list, offset)
    this.sendOffset = this.pieces.contentOffset
    return this.pieces.content
  }

  /** As many of the next `lengthBytes` as one content says: a segment or record never mixes two. */
  contiguousBytes(stream: Stream, offset: number, lengthBytes: number): number {
    const list = this.table.pieces[stream]
    if (list === NONE) return lengthBytes
    this.pieces.seek(list, offset)
    return Math.min(lengthBytes, this.pieces.lengthBytes)
  }

  /**
   * When who reads the stream can work on what has come just now. What another process of the host sent finds it
   * asleep, unless it is still working, and wakes it up (a core that sleeps, the scheduler). What came over a link does
   * so too, but that is part of the link's delay, as pings measure it.
   */
  awakeTick(stream: Stream, workUntilTick: number, wakeNs: number, now: number): number {
    const isAsleep = stream !== NONE && this.table.sleeps[stream] === 1 && workUntilTick < now
    return isAsleep ? now + wakeNs : workUntilTick
  }

  isCarriedBy(stream: Stream, carrier: Carrier): boolean {
    return stream !== NONE && this.carriers[this.table.carrierKind[stream]] === carrier
  }

  flush(stream: Stream): void {
    this.carriers[this.table.carrierKind[stream]].flush(this.table.carrier[stream])
  }

  finish(stream: Stream): void {
    if (this.table.hasFinished[stream] !== 0) return
    this.table.hasFinished[stream] = 1
    this.carriers[this.table.carrierKind[stream]].finish(this.table.carrier[stream])
  }

  /** Finishes, and hears nothing more. What has come and was not read is told of by an abort, where the carrier can. */
  close(stream: Stream): void {
    const hadFinished = this.table.hasFinished[stream] !== 0
    this.table.userKind[stream] = NONE
    const carrier = this.carriers[this.table.carrierKind[stream]]
    if (carrier.hasUnread?.(this.table.carrier[stream])) return carrier.abort(this.table.carrier[stream])
    this.setPaused(stream, false)
    if (hadFinished) carrier.detach?.(this.table.carrier[stream])
    else this.finish(stream)
  }

  abort(stream: Stream): void {
    this.table.userKind[stream] = NONE
    this.carriers[this.table.carrierKind[stream]].abort(this.table.carrier[stream])
  }

  hasRoom(stream: Stream): boolean {
    return this.carriers[this.table.carrierKind[stream]].hasRoom(this.table.carrier[stream])
  }

  /** Nobody reads what comes now: the user holds back, or waits for a core. */
  isReadBlocked(stream: Stream): boolean {
    return this.table.isPaused[stream] === 1 || this.table.awaitsTurn[stream] === 1
  }

  setPaused(stream: Stream, isPaused: boolean): void {
    if ((this.table.isPaused[stream] === 1) === isPaused) return
    this.table.isPaused[stream] = isPaused ? 1 : 0
    if (!isPaused) this.resume(stream)
  }

  /** The user reads again. */
  resume(stream: Stream): void {
    this.carriers[this.table.carrierKind[stream]].resume(this.table.carrier[stream])
  }

  // From the carrier up.

  opened(stream: Stream): void {
    const userKind = this.table.userKind[stream]
    if (userKind !== NONE) this.users[userKind].onOpen(this.table.user[stream])
  }

  /** The next bytes in order. The stream keeps hold of the content for as long as it lives. */
  received(stream: Stream, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    if (table.receiveContent[stream] !== content) this.switchContent(stream, content, offset)
    table.receivedBytes[stream] += lengthBytes
    table.receivedUntil[stream] = offset + lengthBytes
    const userKind = table.userKind[stream]
    if (userKind !== NONE) this.users[userKind].onData(table.user[stream], content, offset, lengthBytes)
  }

  private switchContent(stream: Stream, content: Content, offset: number): void {
    const { table, contents } = this
    const known = table.receiveContent[stream]
    contents.hold(content)
    table.receiveContent[stream] = content
    if (known === NONE) return
    contents.noteInterrupted(known, table.receivedUntil[stream])
    contents.noteResumed(content, offset)
    contents.drop(known)
  }

  ended(stream: Stream): void {
    const userKind = this.table.userKind[stream]
    if (userKind !== NONE) this.users[userKind].onEnd(this.table.user[stream])
  }

  failed(stream: Stream, reason: FailureReason): void {
    const userKind = this.table.userKind[stream]
    this.table.userKind[stream] = NONE
    if (userKind !== NONE) this.users[userKind].onFailure(this.table.user[stream], reason)
  }

  drained(stream: Stream): void {
    const userKind = this.table.userKind[stream]
    if (userKind !== NONE) this.users[userKind].onDrained(this.table.user[stream])
  }
}
