import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { ByteStreams, Carrier, StreamUser } from '../transport/streams/byte-stream.ts'
import { derivedName } from '../transport/streams/derived-name.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { Certificate } from './certificate.ts'
import type { TlsSession } from './rows.ts'
import type { SessionObserver } from './session-observer.ts'
import { TlsCosts } from './tls-costs.ts'
import { TLS_HANDSHAKE_DEADLINE, TlsDeadlines } from './tls-deadlines.ts'
import { type HandshakeEnd, TlsHandshake } from './tls-handshake.ts'
import { type TlsDirectory, TlsPeers } from './tls-peers.ts'
import { type ReadingEnd, TlsReader } from './tls-reader.ts'
import { closeNotifyBytes, maxRecordPlaintextBytes, recordOverheadBytes } from './tls-records.ts'
import { ALERT, APPLICATION_DATA, CLIENT_TRANSPORT, CLOSE_NOTIFY, READY, TlsSessionTable } from './tls-session.ts'
import { mixTranscript } from './transcript.ts'

const PLAINTEXT_LAYER = 2

/** `hasRoom` is false while this much plaintext waits for encryption: two records, or any of a user that waits. */
const UNSEALED_LIMIT_BYTES = 2 * 16_384

/** The steps that follow work, when it is done. */
const SEND_HELLO = 0
const SEAL = 1
const OPEN = 2
const GIVE_UP = 3

/**
 * TLS 1.2 and 1.3: flights of their real sizes, their CPU costs, the verification at each end, and then records of
 * plaintext.
 */
export class Tls implements StreamUser, Carrier, Worker, HandshakeEnd, ReadingEnd {
  sessionObserver: SessionObserver | null = null
  readonly sessions: TlsSessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly peers: TlsPeers
  private readonly costs: TlsCosts
  private readonly handshake: TlsHandshake
  private readonly reader: TlsReader
  private readonly deadlines: TlsDeadlines
  private readonly userKind: number
  private readonly carrierKind: number
  private readonly workerKind: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    processors: Processors,
    directory: TlsDirectory,
    firstHostTarget: number,
  ) {
    this.sessions = new TlsSessionTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.peers = new TlsPeers(this.sessions, streams, directory)
    this.costs = new TlsCosts(this.sessions, this.peers)
    this.deadlines = new TlsDeadlines(arena, timeline, this.sessions, streams, directory.cpus.length, firstHostTarget)
    this.handshake = new TlsHandshake(this.sessions, timeline, streams, this.peers, this)
    this.reader = new TlsReader(this.sessions, streams, this.peers, this.costs, this.handshake, this)
    this.userKind = streams.registerUser(this)
    this.carrierKind = streams.registerCarrier(this)
    this.workerKind = processors.register(this)
    timeline.handle(TLS_HANDSHAKE_DEADLINE, firstHostTarget, (host, session) => this.onDeadline(host, session))
  }

  /** Starts a client session over `lower`, which may still be connecting. Returns the stream of plaintext. */
  connect(lower: Stream, client: number): Stream {
    return this.begin(lower, true, client)
  }

  /**
   * Starts a server session over `lower`. Returns the stream of plaintext, which opens when the handshake is complete.
   */
  accept(lower: Stream, server: number): Stream {
    return this.begin(lower, false, server)
  }

  /** Returns the client certificate of a server's plaintext stream; null if there is none, and without TLS. */
  clientCertificateOf(stream: Stream): Certificate | null {
    const row = this.readySessionOf(stream)
    return row === NONE ? null : this.peers.clientCertificate(row)
  }

  /**
   * Returns the index of the TlsClient at the far end of a server's plaintext stream, even if it has no certificate;
   * NONE if none was requested, and without TLS.
   */
  requestedClientOf(stream: Stream): number {
    const row = this.readySessionOf(stream)
    return row === NONE ? NONE : this.peers.requestedClient(row)
  }

  private readySessionOf(stream: Stream): TlsSession {
    const { table } = this.streams
    if (table.carrierKind[stream] !== this.carrierKind) return NONE
    const row = this.sessions.rowAt(table.carrier[stream])
    return this.sessions.state[row] === READY ? row : NONE
  }

  // Called by the stream below.

  onOpen(row: TlsSession): void {
    assert(this.sessions.state[row] === CLIENT_TRANSPORT, 'only a client waits for its transport to connect')
    this.deadlines.begin(row)
    this.work(row, this.costs.helloNs(row), SEND_HELLO, this.awakeTick(row))
  }

  /** Handles the event TLS_HANDSHAKE_DEADLINE of a host. */
  private onDeadline(host: number, ordinal: number): void {
    const row = this.deadlines.find(host, ordinal)
    if (row !== NONE) this.fail(row, 'timed out')
  }

  onData(row: TlsSession, content: Content, offset: number, lengthBytes: number): void {
    this.reader.take(row, content, offset, lengthBytes)
  }

  onEnd(row: TlsSession): void {
    this.sessions.hasLowerEnded[row] = 1
    this.reader.openNext(row)
  }

  onFailure(row: TlsSession, reason: FailureReason): void {
    this.sessions.lower[row] = NONE
    this.fail(row, reason)
  }

  onDrained(row: TlsSession): void {
    this.seal(row)
    this.wakeWriter(row)
  }

  // Called by the user above.

  flush(row: TlsSession): void {
    this.seal(row)
  }

  finish(row: TlsSession): void {
    if (this.sessions.state[row] !== READY) return this.abandon(row)
    this.sessions.isClosing[row] = 1
    this.seal(row)
  }

  /** The user reads no more. What it has written is sent first. */
  detach(row: TlsSession): void {
    const { sessions, streams } = this
    const lower = sessions.lower[row]
    if (lower === NONE || streams.table.hasFinished[lower] === 1) this.abandon(row)
  }

  abort(row: TlsSession): void {
    if (this.sessions.lower[row] !== NONE) this.streams.abort(this.sessions.lower[row])
    this.release(row)
  }

  /** Returns whether the user may write more. Plaintext that waits for its encryption uses space of the send buffer. */
  hasRoom(row: TlsSession): boolean {
    const { sessions, streams } = this
    const unsealed = streams.table.writtenBytes[sessions.upper[row]] - sessions.sealedBytes[row]
    const lower = sessions.lower[row]
    const mostBytes = streams.table.waitsForWrites[sessions.upper[row]] === 1 ? 1 : UNSEALED_LIMIT_BYTES
    const hasRoom = unsealed < mostBytes && lower !== NONE && streams.hasRoom(lower)
    sessions.awaitsRoom[row] = hasRoom ? 0 : 1
    return hasRoom
  }

  resume(row: TlsSession): void {
    this.reader.openNext(row)
  }

  // Called when work is done.

  isPresent(row: TlsSession, generation: number): boolean {
    return this.sessions.generation[row] === generation
  }

  onWorkDone(row: TlsSession, step: number): void {
    switch (step) {
      case SEND_HELLO:
        return this.handshake.sendClientHello(row)
      case SEAL:
        return this.goOnSealing(row)
      case OPEN:
        return this.reader.goOn(row)
      case GIVE_UP:
        return this.reader.giveUp(row)
    }
  }

  private goOnSealing(row: TlsSession): void {
    this.writeRecord(row)
    this.seal(row)
  }

  private begin(lower: Stream, isClient: boolean, parameters: number): Stream {
    const { sessions, streams } = this
    const row = sessions.allocate()
    const nameHigh = derivedName(streams.table.nameHigh[lower], PLAINTEXT_LAYER)
    const nameLow = derivedName(streams.table.nameLow[lower], PLAINTEXT_LAYER)
    const host = streams.table.host[lower]
    const content = streams.contents.create(nameHigh, nameLow, host)
    const upper = streams.open(host, this.carrierKind, row, streams.table.activity[lower], nameHigh, nameLow, content)
    sessions.begin(row, isClient, lower, upper, parameters)
    streams.attach(lower, this.userKind, row)
    const { nameHigh: highs, nameLow: lows } = streams.contents.table
    const spoken = streams.table.sendContent[lower]
    this.sessionObserver?.onSessionBegins(host, row, isClient, highs[spoken], lows[spoken])
    return sessions.upper[row]
  }

  // Called by the reader.

  workToOpen(row: TlsSession, costNs: number, isBroken: boolean): void {
    this.work(row, costNs, isBroken ? GIVE_UP : OPEN, this.awakeTick(row))
  }

  onPeerData(row: TlsSession, content: Content): void {
    const { nameHigh, nameLow } = this.streams.contents.table
    this.sessionObserver?.onPeerData(this.hostOf(row), row, this.isClient(row), nameHigh[content], nameLow[content])
  }

  refuseRecord(row: TlsSession, isGarbage: boolean): void {
    this.handshake.refuseRecord(row, isGarbage)
  }

  // Called by the handshake.

  onPeerKnown(row: TlsSession): void {
    const { parameters, peerParameters } = this.sessions
    const isClient = this.isClient(row)
    const client = isClient ? parameters[row] : peerParameters[row]
    const server = isClient ? peerParameters[row] : parameters[row]
    this.sessionObserver?.onPeerKnown(this.hostOf(row), row, isClient, client, server)
  }

  becomeReady(row: TlsSession): void {
    this.sessions.state[row] = READY
    this.sessionObserver?.onSessionReady(this.hostOf(row), row, this.isClient(row))
    this.streams.opened(this.sessions.upper[row])
  }

  // Encryption.

  /**
   * Writes plaintext in records, as far as the stream below accepts them, and then closes the session if it is to
   * close.
   */
  private seal(row: TlsSession): void {
    const { sessions, streams } = this
    while (sessions.state[row] === READY && sessions.isSealing[row] === 0) {
      const unsealed = streams.table.writtenBytes[sessions.upper[row]] - sessions.sealedBytes[row]
      if (unsealed === 0) {
        if (sessions.isClosing[row] === 1) this.sendCloseNotify(row)
        return
      }
      if (!streams.hasRoom(sessions.lower[row])) return
      sessions.isSealing[row] = 1
      const mostBytes = Math.min(unsealed, this.mostPlaintextBytes(row))
      sessions.sealingBytes[row] = streams.contiguousBytes(sessions.upper[row], sessions.sealedBytes[row], mostBytes)
      const costNs = this.costs.recordNs(row, sessions.sealingBytes[row])
      if (!this.isFree(row, costNs)) return this.work(row, costNs, SEAL, this.workUntilTick(row))
      this.writeRecord(row)
    }
  }

  private mostPlaintextBytes(row: TlsSession): number {
    const { wireBytesSent, recordsSent } = this.sessions
    return maxRecordPlaintextBytes(
      wireBytesSent[row],
      recordsSent[row],
      this.peers.recordSizing(row),
      this.peers.version(row),
    )
  }

  /**
   * Writes the encrypted record. `isSealing` stays set during the write, so that no other record is encrypted
   * meanwhile.
   */
  private writeRecord(row: TlsSession): void {
    const { sessions, streams } = this
    const lengthBytes = sessions.sealingBytes[row]
    const plaintext = streams.sendContentAt(sessions.upper[row], sessions.sealedBytes[row])
    const offset = streams.sendOffset
    sessions.sealedBytes[row] += lengthBytes
    sessions.recordsSent[row]++
    const wireBytes = lengthBytes + recordOverheadBytes(this.peers.version(row))
    sessions.wireBytesSent[row] += wireBytes
    streams.write(sessions.lower[row], wireBytes, APPLICATION_DATA, lengthBytes, 0, plaintext, offset)
    sessions.isSealing[row] = 0
    this.wakeWriter(row)
  }

  private wakeWriter(row: TlsSession): void {
    if (this.sessions.awaitsRoom[row] === 1 && this.hasRoom(row)) this.streams.drained(this.sessions.upper[row])
  }

  /** Sends close_notify. A user that still reads does so until the other end closes, or until `detach`. */
  private sendCloseNotify(row: TlsSession): void {
    const { sessions, streams } = this
    const lower = sessions.lower[row]
    const generation = sessions.generation[row]
    sessions.isSealing[row] = 1
    if (streams.table.hasFinished[lower] === 0)
      streams.write(lower, closeNotifyBytes(this.peers.version(row)), CLOSE_NOTIFY, 0, 0, NONE)
    if (sessions.generation[row] !== generation) return
    if (streams.table.userKind[sessions.upper[row]] === NONE) this.abandon(row)
    else streams.finish(lower)
  }

  /** Writes a flight. Its mark has the index of this end's parameters, and this end's transcript before the flight. */
  send(row: TlsSession, lengthBytes: number, kind: number): void {
    const { sessions, streams } = this
    const { transcript } = sessions
    const before = transcript[row]
    const lower = sessions.lower[row]
    sessions.wireBytesSent[row] += lengthBytes
    transcript[row] = mixTranscript(before, streams.contents, streams.table.sendContent[lower])
    streams.write(lower, lengthBytes, kind, sessions.parameters[row], before, NONE)
  }

  refuse(row: TlsSession, alertBytes: number, description: number, reason: FailureReason): void {
    const { sessions, streams } = this
    const generation = sessions.generation[row]
    const lower = sessions.lower[row]
    this.sessionObserver?.onRefused(this.hostOf(row), row, this.isClient(row), reason)
    if (streams.table.hasFinished[lower] === 0) streams.write(lower, alertBytes, ALERT, 0, description, NONE)
    if (sessions.generation[row] === generation) this.fail(row, reason)
  }

  fail(row: TlsSession, reason: FailureReason): void {
    const { sessions, streams } = this
    const generation = sessions.generation[row]
    const lower = sessions.lower[row]
    sessions.lower[row] = NONE
    if (lower !== NONE) streams.close(lower)
    streams.failed(sessions.upper[row], reason)
    if (sessions.generation[row] === generation) this.release(row)
  }

  /** Ends a session without close_notify, or after it when the user reads no more. */
  private abandon(row: TlsSession): void {
    const lower = this.sessions.lower[row]
    this.sessions.lower[row] = NONE
    if (lower !== NONE) this.streams.close(lower)
    this.release(row)
  }

  private release(row: TlsSession): void {
    const { sessions, streams } = this
    this.sessionObserver?.onSessionEnds(this.hostOf(row), row, this.isClient(row))
    if (sessions.peerContent[row] !== NONE) streams.contents.drop(sessions.peerContent[row])
    this.deadlines.forget(row)
    streams.release(sessions.upper[row])
    sessions.release(row)
  }

  private hostOf(row: TlsSession): number {
    return this.streams.table.host[this.sessions.upper[row]]
  }

  private isClient(row: TlsSession): boolean {
    return this.sessions.isClient[row] === 1
  }

  // Work and its costs.

  /** Starts work. A session does one piece of work after the other, in both directions, as one goroutine does. */
  private work(row: TlsSession, costNs: number, step: number, notBeforeTick: number): void {
    const { sessions, streams } = this
    const upper = sessions.upper[row]
    const { table } = streams
    const done = this.processors.run(
      table.host[upper],
      costNs,
      notBeforeTick,
      table.activity[upper],
      this.workerKind,
      row,
      sessions.generation[row],
      step,
    )
    if (done > this.timeline.now) table.workUntilTick[upper] = done
  }

  /** The tick at which the session can work on data that has just arrived. */
  private awakeTick(row: TlsSession): number {
    const { wakeNs } = this.peers.cpu(row)
    return this.streams.awakeTick(this.sessions.lower[row], this.workUntilTick(row), wakeNs, this.timeline.now)
  }

  private workUntilTick(row: TlsSession): number {
    return this.streams.table.workUntilTick[this.sessions.upper[row]]
  }

  /** Returns whether this work and all work before it take no more time. */
  isFree(row: TlsSession, costNs: number): boolean {
    return costNs === 0 && this.workUntilTick(row) <= this.timeline.now
  }
}
