import type { Arena } from '../../engine/arena.ts'
import { assert } from '../../engine/assert.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Activity } from '../../network/rows.ts'
import type { Content, PieceList, Stream } from '../rows.ts'
import type { Contents } from './content.ts'
import type { FailureReason } from './failure.ts'
import { Pieces } from './pieces.ts'

/** Carries the bytes of streams: TCP, TLS, SSH channels or bodies of HTTP messages. `row` is the carrier's own row. */
export interface Carrier {
  /** Called when the stream has more to send: its content has grown, or the user has finished. */
  flush(row: number): void
  /** Called when the user writes nothing more. */
  finish(row: number): void
  /** Ends the stream at once, without sending what is still waiting. */
  abort(row: number): void
  /** Returns whether the user should go on writing. If not, the carrier calls `drained` when there is room again. */
  hasRoom(row: number): boolean
  /** Called when the user reads again after `setPaused(stream, true)`. */
  resume(row: number): void
  /** Called when the user, which has finished writing, reads nothing more either. */
  detach?(row: number): void
  /** Whether data have arrived that the user has not read since pausing. */
  hasUnread?(row: number): boolean
}

/**
 * Uses streams. After `onEnd` no more data arrive; after `onFailure` the stream no longer exists.
 *
 * Bytes arrive in order, each once, in pieces that name their content; bytes that were overwritten never arrive.
 * Normally all pieces are of one content, from its start, without gaps. If an attacker has changed bytes, a piece is of
 * a changed copy, which has the same offsets and marks as the original, and a later piece may be of the original again.
 * If an attacker has inserted bytes, a piece is of another content; when the first content continues, it has a gap of
 * the same length, and records that end in the gap are lost. A user that does not look at contents accepts all bytes as
 * genuine. A user that reads records is called at the latest when a record ends, and at once for bytes outside records.
 */
export interface StreamUser {
  /** The stream is open: the user may write. */
  onOpen(row: number): void
  /** The next `lengthBytes` have arrived: bytes of `content` from `offset` on. */
  onData(row: number, content: Content, offset: number, lengthBytes: number): void
  /** The other end writes nothing more. */
  onEnd(row: number): void
  onFailure(row: number, reason: FailureReason): void
  /** The carrier has room again after `hasRoom` returned false. */
  onDrained(row: number): void
}

/**
 * One end of a bidirectional byte stream, with the user above it and the carrier below. HTTP, for example, does not
 * know whether its stream is carried by TCP, TLS, or TLS in an SSH channel.
 */
export class StreamTable extends Table<Stream> {
  readonly host = this.int32()
  /** The program that reads the socket (see Processors): the host's, unless another program has taken it over. */
  readonly program = this.int32()
  readonly carrierKind = this.int32()
  readonly carrier = this.int32()
  /** NONE: the stream has no user any more. */
  readonly userKind = this.int32()
  readonly user = this.int32()
  readonly sendContent = this.handle<Content>()
  /** The sent contents as a list of Pieces, when they are not `sendContent` from its start; or NONE. */
  readonly pieces = this.handle<PieceList>()
  /** Bytes that the user has written. A relay has written fewer than the content's author. */
  readonly writtenBytes = this.float64()
  /** Content of the bytes that arrived last; NONE before the first byte. */
  readonly receiveContent = this.handle<Content>()
  /** Offset in that content of the next byte. */
  readonly receivedUntil = this.float64()
  /** Bytes that were passed to the user. */
  readonly receivedBytes = this.float64()
  /** 1: data are reported as they arrive, not only when records end. */
  readonly isRelayed = this.int32()
  /** Most bytes that the user reads at once; 0: everything that has arrived. */
  readonly mostReadBytes = this.int32()
  /**
   * Size of the buffer that holds what the user has written and the carrier has not taken: one of a program that polls,
   * which writes everything as soon as TCP reports room, or the socket from which another program copies to HTTP. 0: the
   * user has none, and waits for the carrier.
   */
  readonly outputBufferBytes = this.int32()
  /** 1: the user's program waits for each write, so that no record of TLS holds parts of two. */
  readonly waitsForWrites = this.int32()
  readonly isPaused = this.int32()
  /** 1 while the reader waits for a core. */
  readonly awaitsTurn = this.int32()
  readonly hasFinished = this.int32()
  /**
   * 1 where data come from another process of the same host, so that the reader sleeps until they arrive. On a host
   * with one core the sender keeps that core awake.
   */
  readonly readerSleeps = this.int32()
  /** Work for this stream is done in order; this is when the last piece of it ends. */
  readonly workUntilTick = this.float64()
  readonly activity = this.handle<Activity>()
  /** Hash of the connection's name, from which contents, ports and random losses derive. */
  readonly nameHigh = this.int32()
  readonly nameLow = this.int32()

  constructor(arena: Arena) {
    super(arena, 128)
    this.attach()
  }
}

/** Number of NoCarrier among the carriers. */
const NO_CARRIER = 0

/** Stands below streams that are over, until their users close them. `row` is the stream itself. */
class NoCarrier implements Carrier {
  private readonly streams: ByteStreams

  constructor(streams: ByteStreams) {
    this.streams = streams
  }

  flush(): void {}

  finish(row: number): void {
    const { table } = this.streams
    if (table.userKind[row] === NONE) this.streams.free(table.rowAt(row))
  }

  abort(row: number): void {
    this.streams.free(this.streams.table.rowAt(row))
  }

  hasRoom(): boolean {
    return true
  }

  resume(): void {}

  detach(row: number): void {
    this.abort(row)
  }
}

/** Connects users and carriers of streams: passes calls of users down, and events of carriers up. */
export class ByteStreams {
  readonly table: StreamTable
  readonly contents: Contents
  /** Offset in the content that `sendContentAt` returned. */
  sendOffset = 0
  private readonly pieces: Pieces
  private readonly carriers: Carrier[] = [new NoCarrier(this)]
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

  /**
   * Ends the stream, of which the carrier has reported everything: its row is released. Where a user has it, who may
   * work on what it has read and not know yet that nothing more can happen, the row stays until that user closes it.
   */
  release(stream: Stream): void {
    if (this.table.userKind[stream] === NONE) return this.free(stream)
    this.table.carrierKind[stream] = NO_CARRIER
    this.table.carrier[stream] = stream
  }

  /** Releases the row. No handle of it may be left. */
  free(stream: Stream): void {
    if (this.table.sendContent[stream] !== NONE) this.contents.drop(this.table.sendContent[stream])
    if (this.table.receiveContent[stream] !== NONE) this.contents.drop(this.table.receiveContent[stream])
    if (this.table.pieces[stream] !== NONE) this.pieces.release(this.table.pieces[stream])
    this.table.release(stream)
  }

  attach(stream: Stream, userKind: number, user: number): void {
    this.table.userKind[stream] = userKind
    this.table.user[stream] = user
  }

  // Calls of the user

  /**
   * Writes a whole record or message, and flushes. `carried` is the content whose bytes the record carries, from
   * `carriedOffset` on, or NONE; `kind`, `value`, `detail` and `subject` are columns of MarkTable.
   */
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

  /** Writes like `write`, but sends nothing before the next `write` or `flush`. */
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
    assert(this.table.hasFinished[stream] === 0, 'a finished stream accepts no more data')
    const { sendContent } = this.table
    this.contents.appendMarked(sendContent[stream], lengthBytes, kind, value, detail, carried, carriedOffset, subject)
    this.table.writtenBytes[stream] += lengthBytes
  }

  /** Writes `lengthBytes` of another author's `content` from `offset` on. */
  forward(stream: Stream, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    assert(table.hasFinished[stream] === 0, 'a finished stream accepts no more data')
    if (table.writtenBytes[stream] === 0 && table.sendContent[stream] !== content) this.adoptContent(stream, content)
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

  private adoptContent(stream: Stream, content: Content): void {
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

  /**
   * Returns the content of the byte at `offset` of what is sent, and leaves its offset in that content in `sendOffset`.
   */
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

  /** Returns how many of the next `lengthBytes` are of one content. A segment or record never mixes two. */
  contiguousBytes(stream: Stream, offset: number, lengthBytes: number): number {
    const list = this.table.pieces[stream]
    if (list === NONE) return lengthBytes
    this.pieces.seek(list, offset)
    return Math.min(lengthBytes, this.pieces.lengthBytes)
  }

  /**
   * Returns when the reader can work on data that arrive now. Data from another process of the same host wake it up,
   * which takes `wakeNs`, unless it is still working. Data from a link wake it up too, but that is part of the link's
   * delay, as pings measure it.
   */
  awakeTick(stream: Stream, workUntilTick: number, wakeNs: number, now: number): number {
    const isAsleep = stream !== NONE && this.table.readerSleeps[stream] === 1 && workUntilTick < now
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

  /**
   * Finishes the stream and detaches the user. If data have arrived that were not read, the carrier aborts where it
   * can.
   */
  close(stream: Stream): void {
    const hadFinished = this.table.hasFinished[stream] !== 0
    this.table.userKind[stream] = NONE
    const carrier = this.carriers[this.table.carrierKind[stream]]
    if (carrier.hasUnread?.(this.table.carrier[stream])) return carrier.abort(this.table.carrier[stream])
    const generation = this.table.generation[stream]
    this.setPaused(stream, false)
    // What is read when it goes on may be the end of the connection.
    if (this.table.generation[stream] !== generation) return
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

  /** Returns whether the user reads nothing now, because it has paused the stream or waits for a core. */
  isReadBlocked(stream: Stream): boolean {
    return this.table.isPaused[stream] === 1 || this.table.awaitsTurn[stream] === 1
  }

  setPaused(stream: Stream, isPaused: boolean): void {
    if ((this.table.isPaused[stream] === 1) === isPaused) return
    this.table.isPaused[stream] = isPaused ? 1 : 0
    if (!isPaused) this.resume(stream)
  }

  /** Tells the carrier that the user reads again. */
  resume(stream: Stream): void {
    this.carriers[this.table.carrierKind[stream]].resume(this.table.carrier[stream])
  }

  // Events of the carrier

  opened(stream: Stream): void {
    const userKind = this.table.userKind[stream]
    if (userKind !== NONE) this.users[userKind].onOpen(this.table.user[stream])
  }

  /** Passes the next bytes in order to the user. The stream holds the content as long as it exists. */
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
