import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NumberedRows } from '../../engine/numbered-rows.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Content, Mark, Stream } from '../../transport/rows.ts'
import type { ByteStreams, Carrier, StreamUser } from '../../transport/streams/byte-stream.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import { Pieces } from '../../transport/streams/pieces.ts'
import { FRAME_DATA, FRAME_PART, STREAM_FRAME, TUNNEL_DATA } from '../messages.ts'
import type { StreamSession } from '../rows.ts'
import {
  CLOSE,
  DATA,
  END,
  ENDS_DATA,
  type FrameWriter,
  GREETING,
  OPEN,
  OPENED,
  PING,
  PONG,
  RESET,
  STATUS,
} from './framings.ts'
import { type Ending, type SessionPlan, TUNNEL_PLAN } from './session-plan.ts'
import { SessionTable } from './session-table.ts'

/** The ping of an upgraded connection of a client on a host (the target) is due. */
export const STREAM_PING = new EventKind('stream ping')

export interface StreamSessionsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  /** The plans of sessions, by the HttpRequest that begins them. */
  readonly plans: ReadonlyMap<number, SessionPlan>
  readonly firstHostTarget: number
  readonly hostCount: number
}

/** Names the data in a session, which differs from the stream that carries the frames. */
const SESSION = 0x73747265

/** The carried offset of the mark of a status is its HTTP status times this, plus the number of its message. */
const ERROR_CODES = 256

/** The room of the socket from which a kubelet copies: the first window that Linux offers (net.ipv4.tcp_rmem, half). */
const SOCKET_BYTES = 64 * 1024

/**
 * Both ends of exec, attach and port-forward on upgraded connections: they open streams, and carry data in frames. The
 * data of both directions are one byte stream, as those of an HTTP exchange are, so that a proxy can couple two sessions
 * of different protocols. Other streams of a session carry only its result.
 *
 * A session writes a frame when the connection below has room, and the next write of it when that has room again, as a
 * program does whose writes wait.
 */
export class StreamSessions implements StreamUser, Carrier {
  private readonly table: SessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly pieces: Pieces
  private readonly plans: readonly SessionPlan[]
  private readonly pinging: NumberedRows<StreamSession>
  private readonly firstHostTarget: number
  private readonly userKind: number
  private readonly carrierKind: number

  constructor({ arena, timeline, streams, plans, firstHostTarget, hostCount }: StreamSessionsParts) {
    this.table = new SessionTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.pieces = new Pieces(arena, streams.contents)
    const byRequest: SessionPlan[] = []
    for (const [request, plan] of plans) byRequest[request] = plan
    this.plans = byRequest
    this.pinging = new NumberedRows(arena, hostCount)
    this.firstHostTarget = firstHostTarget
    this.userKind = streams.registerUser(this)
    this.carrierKind = streams.registerCarrier(this)
    timeline.handle(STREAM_PING, firstHostTarget, (host, session) => this.onPing(host, session))
  }

  /** Returns whether the protocol after the upgrade that `request` asks for is one of these. */
  hasPlan(request: number): boolean {
    return this.plans[request] !== undefined
  }

  /** Opens one end of a session on the stream of an upgraded exchange, and returns the stream of its data. */
  open(lower: Stream, request: number, isClient: boolean): Stream {
    return this.add(this.openTunnel(lower, request, isClient), request, false, isClient)
  }

  /** Opens only the tunnel around a session, if there is one, and returns the stream of the bytes in it. */
  openTunnel(lower: Stream, request: number, isClient: boolean): Stream {
    return this.plans[request].isTunnelled ? this.add(lower, request, true, isClient) : lower
  }

  /**
   * Begins a session that was opened. The stream's user is called with `onOpen` when all streams of the session are
   * open.
   */
  begin(upper: Stream): void {
    const { table } = this
    const session = table.rowAt(this.streams.table.carrier[upper])
    const { opens, greets, pingNs } = this.planOf(session)
    const isClient = table.isClient[session] === 1
    if (this.writerOf(session).isCopied) this.streams.table.outputBufferBytes[table.lower[session]] = SOCKET_BYTES
    if (isClient && pingNs !== null) this.beginPings(session, pingNs)
    if (isClient && opens.length > 0) table.pendingOpens[session] = 1
    if (!isClient && greets) table.pendingGreetings[session] = 1
    const generation = table.generation[session]
    if (opens.length === 0) this.streams.opened(upper)
    if (table.generation[session] === generation) this.pump(session)
  }

  /** Returns the bytes of data that the stream's end of a session has written in frames. */
  sentBytes(upper: Stream): number {
    return this.table.sentBytes[this.streams.table.carrier[upper]]
  }

  /** Makes a server's session end with an error: `status` is the one in it, of `bytes`; `code`: see proxy-error.ts. */
  setError(upper: Stream, bytes: number, status: number, code: number): void {
    const { table } = this
    const session = table.rowAt(this.streams.table.carrier[upper])
    table.errorBytes[session] = bytes
    table.errorStatus[session] = status
    table.errorCode[session] = code
  }

  /** Returns the HTTP status of the error that has ended a client's session, and 0 without one. */
  errorStatus(upper: Stream): number {
    return this.table.errorStatus[this.streams.table.carrier[upper]]
  }

  /** Returns the number of that error's message. */
  errorCode(upper: Stream): number {
    return this.table.errorCode[this.streams.table.carrier[upper]]
  }

  private add(lower: Stream, request: number, isTunnel: boolean, isClient: boolean): Stream {
    const { table, streams } = this
    const host = streams.table.host[lower]
    const activity = streams.table.activity[lower]
    const nameHigh = derivedName(streams.table.nameHigh[lower], SESSION)
    const nameLow = derivedName(streams.table.nameLow[lower], SESSION)
    const session = table.allocate()
    const content = streams.contents.create(nameHigh, nameLow, host)
    const upper = streams.open(host, this.carrierKind, session, activity, nameHigh, nameLow, content)
    table.lower[session] = lower
    table.upper[session] = upper
    table.request[session] = request
    table.isTunnel[session] = isTunnel ? 1 : 0
    table.isClient[session] = isClient ? 1 : 0
    table.frame[session] = NONE
    table.ordinal[session] = NONE
    streams.attach(lower, this.userKind, session)
    return upper
  }

  // Calls of the stream below (StreamUser).

  onOpen(): void {}

  onData(row: number, content: Content, offset: number, lengthBytes: number): void {
    const { table } = this
    const { contents } = this.streams
    const session = table.rowAt(row)
    const generation = table.generation[session]
    const until = offset + lengthBytes
    if (contents.isAltered(content)) this.setAltered(session, content)
    while (table.generation[session] === generation && contents.nextMarkEnd(content) <= until) {
      const mark = contents.nextMark(content)
      const isLast = contents.marks.endOffset[mark] === until
      this.takeMark(session, content, mark, isLast)
    }
    if (table.generation[session] === generation && this.readsParts(session)) this.takePart(session, content, until)
  }

  onEnd(row: number): void {
    const { table, streams } = this
    const session = table.rowAt(row)
    table.hasLowerEnded[session] = 1
    if (table.isLetGo[session] === 1) return this.close(session)
    const generation = table.generation[session]
    if (table.isClient[session] === 1) this.takeEnd(session)
    else if (streams.table.hasFinished[table.upper[session]] === 0) {
      streams.failed(table.upper[session], 'unexpected end')
      if (table.generation[session] === generation) this.close(session)
    }
  }

  onFailure(row: number, reason: FailureReason): void {
    const { table, streams } = this
    const session = table.rowAt(row)
    const generation = table.generation[session]
    table.lower[session] = NONE
    streams.failed(table.upper[session], reason)
    if (table.generation[session] === generation) this.release(session)
  }

  onDrained(row: number): void {
    this.pump(this.table.rowAt(row))
  }

  // Calls of the stream of the data (Carrier).

  flush(row: number): void {
    this.pump(this.table.rowAt(row))
  }

  finish(row: number): void {
    const { table, streams } = this
    const session = table.rowAt(row)
    if (streams.table.userKind[table.upper[session]] === NONE) this.detach(row)
    else this.pump(session)
  }

  /**
   * A client that reads nothing more closes the connection, unless the server is about to; a server does when it has
   * written everything.
   */
  detach(row: number): void {
    const { table } = this
    const session = table.rowAt(row)
    const { serverCloses } = this.planOf(session)
    const isClient = table.isClient[session] === 1
    const awaitsEnd = table.hasArrivedEnd[session] === 1 && serverCloses
    table.isLetGo[session] = 1
    if ((isClient && !awaitsEnd) || table.hasLowerEnded[session] === 1) this.close(session)
    else this.pump(session)
  }

  abort(row: number): void {
    const session = this.table.rowAt(row)
    const lower = this.table.lower[session]
    this.release(session)
    this.streams.abort(lower)
  }

  hasRoom(row: number): boolean {
    const { table, streams } = this
    const session = table.rowAt(row)
    const lower = table.lower[session]
    const hasRoom = this.unsentBytes(session) === 0 && lower !== NONE && streams.hasRoom(lower)
    table.awaitsRoom[session] = hasRoom ? 0 : 1
    return hasRoom
  }

  resume(row: number): void {
    const { table, streams } = this
    const session = table.rowAt(row)
    const generation = table.generation[session]
    this.deliver(session)
    if (table.generation[session] === generation && table.lower[session] !== NONE)
      streams.setPaused(table.lower[session], false)
  }

  // Reading

  private takeMark(session: StreamSession, content: Content, mark: Mark, isLast: boolean): void {
    const { table } = this
    const { contents } = this.streams
    const { kind, value, detail, carriedOffset } = contents.marks
    const [frameKind, bytes, frame, offset] = [kind[mark], value[mark], detail[mark], carriedOffset[mark]]
    const data = contents.holdCarried(mark, table.alteredBy[session])
    const taken = table.partBytes[session]
    table.partBytes[session] = 0
    if (frame % ENDS_DATA === STATUS && data === NONE) this.takeStatus(session, offset)
    contents.takeMark(content)
    if (isLast || !contents.isAltered(content)) this.setAltered(session, NONE)
    if (data !== NONE) {
      this.takeData(session, data, offset + taken, bytes - taken)
      contents.drop(data)
    } else if (frameKind === STREAM_FRAME) this.takeFrame(session, frame % ENDS_DATA, frame >= ENDS_DATA)
  }

  /** Takes the data that have arrived of a frame which is not complete. They are the last bytes of its write. */
  private takePart(session: StreamSession, content: Content, until: number): void {
    const { table } = this
    const { contents } = this.streams
    const { marks } = contents
    const mark = contents.nextMark(content)
    if (mark === NONE || marks.carried[mark] === NONE) return
    const taken = table.partBytes[session]
    const dataOffset = marks.endOffset[mark] - marks.value[mark]
    const lengthBytes = until - dataOffset - taken
    if (lengthBytes <= 0) return
    table.partBytes[session] += lengthBytes
    const offset = marks.carriedOffset[mark] + taken
    const data = contents.holdCarried(mark, table.alteredBy[session])
    if (!contents.isAltered(content)) this.setAltered(session, NONE)
    this.takeData(session, data, offset, lengthBytes)
    contents.drop(data)
  }

  private readsParts(session: StreamSession): boolean {
    const { clientReadsParts, serverReadsParts } = this.planOf(session).framing
    return this.table.isClient[session] === 1 ? clientReadsParts : serverReadsParts
  }

  private setAltered(session: StreamSession, content: Content): void {
    const { table } = this
    const { contents } = this.streams
    const known = table.alteredBy[session]
    if (known === content) return
    if (content !== NONE) contents.hold(content)
    table.alteredBy[session] = content
    if (known !== NONE) contents.drop(known)
  }

  /** Notes the error in a status: HTTP status and number of the message. */
  private takeStatus(session: StreamSession, error: number): void {
    const { table } = this
    table.errorStatus[session] = Math.floor(error / ERROR_CODES)
    table.errorCode[session] = error % ERROR_CODES
  }

  private takeFrame(session: StreamSession, kind: number, endsData: boolean): void {
    const { table } = this
    const generation = table.generation[session]
    if (kind === OPEN) this.takeOpening(session)
    else if (kind === OPENED) this.takeConfirmation(session)
    else if (kind === PING) table.pendingPongs[session]++
    else if (kind === PONG) table.awaitsPong[session] = 0
    else if (kind === CLOSE && table.isClient[session] === 1) table.pendingCloses[session] = 1
    if (table.generation[session] === generation) this.pump(session)
    if (endsData && table.generation[session] === generation) this.takeEnd(session)
  }

  /**
   * A server confirms each stream, and begins when the client has opened all. What it then writes at once follows the
   * last confirmation so soon that both are copied together.
   */
  private takeOpening(session: StreamSession): void {
    const { table, streams } = this
    table.pendingReplies[session]++
    const isLast = ++table.opened[session] === this.planOf(session).opens.length
    if (isLast) streams.opened(table.upper[session])
  }

  private takeConfirmation(session: StreamSession): void {
    const { table, streams } = this
    const { opens } = this.planOf(session)
    const stream = table.opened[session]++
    if (stream >= opens.length) return
    if (opens[stream].endsAtOnce) table.pendingEnds[session]++
    if (stream + 1 < opens.length) table.pendingOpens[session] = 1
    else streams.opened(table.upper[session])
  }

  private takeData(session: StreamSession, content: Content, offset: number, lengthBytes: number): void {
    const { table, pieces, streams } = this
    if (table.pieces[session] === NONE) {
      const list = pieces.begin()
      table.pieces[session] = list
    }
    pieces.append(table.pieces[session], table.arrivedBytes[session], content, offset)
    table.arrivedBytes[session] += lengthBytes
    const generation = table.generation[session]
    this.deliver(session)
    if (table.generation[session] !== generation) return
    if (streams.table.isPaused[table.upper[session]] === 1) streams.setPaused(table.lower[session], true)
  }

  private takeEnd(session: StreamSession): void {
    this.table.hasArrivedEnd[session] = 1
    this.deliver(session)
  }

  /** Delivers arrived data to the user, unless the user has paused the stream. */
  private deliver(session: StreamSession): void {
    const { table, streams, pieces } = this
    const generation = table.generation[session]
    const upper = table.upper[session]
    while (table.deliveredBytes[session] < table.arrivedBytes[session]) {
      if (streams.table.isPaused[upper] === 1) return
      const delivered = table.deliveredBytes[session]
      pieces.seek(table.pieces[session], delivered)
      const lengthBytes = Math.min(table.arrivedBytes[session] - delivered, pieces.lengthBytes)
      table.deliveredBytes[session] += lengthBytes
      streams.received(upper, pieces.content, pieces.contentOffset, lengthBytes)
      if (table.generation[session] !== generation) return
    }
    if (table.hasArrivedEnd[session] === 0 || table.hasDeliveredEnd[session] === 1) return
    table.hasDeliveredEnd[session] = 1
    streams.ended(upper)
  }

  // Writing

  private pump(session: StreamSession): void {
    const { table, streams } = this
    const generation = table.generation[session]
    const writer = this.writerOf(session)
    let hasAppended = false
    let hasReset = false
    while (this.canWrite(session) && (table.frame[session] !== NONE || this.beginFrame(session))) {
      // What closes the connection is written after the program has ended, and copied by itself.
      if (writer.isCopied && hasAppended && table.frame[session] === RESET && !hasReset)
        streams.flush(table.lower[session])
      if (table.generation[session] !== generation) return
      hasReset = table.frame[session] === RESET
      this.writePart(session, writer)
      hasAppended = true
      if (table.generation[session] !== generation) return
    }
    if (writer.isCopied && hasAppended) streams.flush(table.lower[session])
    if (table.generation[session] !== generation) return
    this.finishLower(session)
    if (table.generation[session] !== generation) return
    if (table.awaitsRoom[session] === 1 && this.hasRoom(session)) streams.drained(table.upper[session])
  }

  private canWrite(session: StreamSession): boolean {
    const { table, streams } = this
    const lower = table.lower[session]
    return lower !== NONE && streams.table.hasFinished[lower] === 0 && streams.hasRoom(lower)
  }

  /** Begins the next frame that waits. Returns false when there is none. */
  private beginFrame(session: StreamSession): boolean {
    const { table } = this
    const { opens } = this.planOf(session)
    if (take(table.pendingEnds, session)) return this.setFrame(session, END, 0)
    if (take(table.pendingOpens, session)) return this.setFrame(session, OPEN, opens[table.opened[session]].openBytes)
    if (take(table.pendingReplies, session)) return this.setFrame(session, OPENED, this.confirmedBytes(session))
    if (take(table.pendingPongs, session)) return this.setFrame(session, PONG, 0)
    if (take(table.pendingPings, session)) return this.setFrame(session, PING, 0)
    if (take(table.pendingGreetings, session)) return this.setFrame(session, GREETING, 0)
    const dataBytes = this.nextDataBytes(session)
    if (dataBytes > 0) return this.setFrame(session, DATA, dataBytes)
    const ending = this.nextEnding(session)
    if (ending !== null) {
      table.endings[session]++
      const isError = ending.kind === STATUS && table.errorStatus[session] > 0
      const contentBytes = isError ? table.errorBytes[session] : ending.contentBytes
      return this.setFrame(session, ending.kind, contentBytes, ending.endsData)
    }
    return take(table.pendingCloses, session) && this.setFrame(session, CLOSE, 0)
  }

  /** Returns the length of the header block that confirms the next stream, which is the first without a confirmation. */
  private confirmedBytes(session: StreamSession): number {
    const { table } = this
    const { opens } = this.planOf(session)
    const confirmed = table.opened[session] - table.pendingReplies[session] - 1
    return opens[Math.min(confirmed, opens.length - 1)].openedBytes
  }

  private setFrame(session: StreamSession, kind: number, contentBytes: number, endsData = false): true {
    const { table } = this
    table.frame[session] = kind
    table.part[session] = 0
    table.contentBytes[session] = contentBytes
    table.endsData[session] = endsData ? 1 : 0
    return true
  }

  private nextDataBytes(session: StreamSession): number {
    const { table, streams } = this
    const { opens, framing } = this.planOf(session)
    if (table.opened[session] < opens.length) return 0
    const mostBytes = Math.min(this.unsentBytes(session), framing.mostDataBytes)
    return streams.contiguousBytes(table.upper[session], table.sentBytes[session], mostBytes)
  }

  private nextEnding(session: StreamSession): Ending | null {
    const { table, streams } = this
    if (streams.table.hasFinished[table.upper[session]] === 0) return null
    return this.endingsOf(session)[table.endings[session]] ?? null
  }

  private endingsOf(session: StreamSession): readonly Ending[] {
    const { clientEndings, serverEndings } = this.planOf(session)
    return this.table.isClient[session] === 1 ? clientEndings : serverEndings
  }

  private writePart(session: StreamSession, writer: FrameWriter): void {
    const { table, streams } = this
    const { isTunnel } = table
    const kind = table.frame[session]
    const part = table.part[session]++
    const contentBytes = table.contentBytes[session]
    const lengthBytes = writer.partBytes(kind, part, contentBytes)
    const carriedBytes = writer.partContentBytes(kind, part, contentBytes)
    const isLast = writer.partBytes(kind, part + 1, contentBytes) === 0
    if (isLast) table.frame[session] = NONE
    const lower = table.lower[session]
    const detail = kind + (table.endsData[session] === 1 ? ENDS_DATA : 0)
    if (kind === DATA && carriedBytes > 0) {
      const carried = streams.sendContentAt(table.upper[session], table.sentBytes[session])
      const offset = streams.sendOffset
      table.sentBytes[session] += carriedBytes
      const mark = isTunnel[session] === 1 ? TUNNEL_DATA : FRAME_DATA
      streams.append(lower, lengthBytes, mark, carriedBytes, detail, carried, offset)
    } else {
      const error = kind === STATUS ? table.errorStatus[session] * ERROR_CODES + table.errorCode[session] : 0
      const mark = isLast && kind !== DATA ? STREAM_FRAME : FRAME_PART
      streams.append(lower, lengthBytes, mark, contentBytes, detail, NONE, error)
    }
    if (!writer.isCopied) streams.flush(lower)
  }

  /** Finishes the connection when a server that closes it has written everything. */
  private finishLower(session: StreamSession): void {
    const { table, streams } = this
    if (table.isClient[session] === 1 || !this.planOf(session).serverCloses) return
    const upper = table.upper[session]
    const isOver = streams.table.hasFinished[upper] === 1 && this.unsentBytes(session) === 0
    if (isOver && table.frame[session] === NONE && this.nextEnding(session) === null)
      streams.finish(table.lower[session])
  }

  private unsentBytes(session: StreamSession): number {
    const { table, streams } = this
    return streams.table.writtenBytes[table.upper[session]] - table.sentBytes[session]
  }

  /** Closes the connection. A client may write some frames before. */
  private close(session: StreamSession): void {
    const { table, streams } = this
    const generation = table.generation[session]
    const lower = table.lower[session]
    const { clientCloses, opens } = this.planOf(session)
    const isOpen = table.opened[session] === opens.length && table.hasLowerEnded[session] === 0
    if (table.isClient[session] === 1 && isOpen && table.frame[session] === NONE) {
      table.isLetGo[session] = 1
      for (const kind of clientCloses) {
        this.setFrame(session, kind, 0)
        while (table.generation[session] === generation && table.frame[session] !== NONE)
          this.writePart(session, this.writerOf(session))
        if (table.generation[session] !== generation) return
      }
    }
    this.release(session)
    if (lower !== NONE) streams.close(lower)
  }

  private release(session: StreamSession): void {
    const { table, streams } = this
    const upper = table.upper[session]
    this.setAltered(session, NONE)
    if (table.pieces[session] !== NONE) this.pieces.release(table.pieces[session])
    if (table.ordinal[session] !== NONE) this.pinging.remove(streams.table.host[upper], table.ordinal[session])
    table.release(session)
    streams.release(upper)
  }

  // Pings

  private beginPings(session: StreamSession, pingNs: number): void {
    const host = this.streams.table.host[this.table.upper[session]]
    const ordinal = this.pinging.add(host, session)
    this.table.ordinal[session] = ordinal
    this.schedulePing(session, host, pingNs)
  }

  private schedulePing(session: StreamSession, host: number, pingNs: number): void {
    const target = this.firstHostTarget + host
    this.timeline.schedule(this.timeline.now + pingNs, target, STREAM_PING, this.table.ordinal[session])
  }

  /** Handles the event STREAM_PING of a host. The ticker fires regardless of traffic. */
  private onPing(host: number, ordinal: number): void {
    const { table, timeline } = this
    const session = this.pinging.find(host, ordinal)
    if (session === NONE) return timeline.noteIdleWakeUp()
    const { framing, pingNs } = this.planOf(session)
    this.schedulePing(session, host, pingNs!)
    if (framing.waitsForPong && table.awaitsPong[session] === 1) return timeline.noteIdleWakeUp()
    table.awaitsPong[session] = 1
    table.pendingPings[session]++
    this.pump(session)
  }

  private planOf(session: StreamSession): SessionPlan {
    const { table } = this
    return table.isTunnel[session] === 1 ? TUNNEL_PLAN : this.plans[table.request[session]]
  }

  private writerOf(session: StreamSession): FrameWriter {
    const { client, server } = this.planOf(session).framing
    return this.table.isClient[session] === 1 ? client : server
  }
}

/** Takes one of the frames that wait. Returns false when there is none. */
function take(pending: Int32Array, session: StreamSession): boolean {
  if (pending[session] === 0) return false
  pending[session]--
  return true
}
