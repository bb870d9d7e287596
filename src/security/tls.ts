import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { ByteStreams, Carrier, StreamUser } from '../transport/byte-stream.ts'
import type { FailureReason } from '../transport/failure.ts'
import { derivedName } from '../transport/derived-name.ts'
import type { CpuProfile } from './cpu-profile.ts'
import { type HandshakeSizes, handshakeSizes, type TlsClient, type TlsServer } from './tls-parameters.ts'
import { closeNotifyBytes, maxRecordPlaintextBytes, recordOverheadBytes } from './tls-records.ts'
import {
  ALERT,
  APPLICATION_DATA,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  CLIENT_SERVER_FINISHED,
  CLIENT_SERVER_FLIGHT,
  CLIENT_TRANSPORT,
  CLOSE_NOTIFY,
  READY,
  SERVER_CLIENT_FLIGHT,
  SERVER_CLIENT_HELLO,
  SERVER_FINISHED,
  SERVER_FLIGHT,
  TlsSessionTable,
} from './tls-session.ts'
import { type Refusal, verifyCertificate } from './verify-certificate.ts'

const PLAINTEXT_LAYER = 2

/** Steps of work. */
const SAY_HELLO = 0
const SEAL = 1
const OPEN = 2

/** What all sessions may refer to by index. Immutable. */
export interface TlsDirectory {
  readonly clients: readonly TlsClient[]
  readonly servers: readonly TlsServer[]
  /** By host. */
  readonly cpus: readonly CpuProfile[]
}

/**
 * TLS 1.2 and 1.3 between two ends that hold keys: flights of their true size, the work that they cost, the
 * checks that each end makes, and records of plaintext after that.
 */
export class Tls implements StreamUser, Carrier, Worker {
  private readonly sessions: TlsSessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly directory: TlsDirectory
  private readonly userKind: number
  private readonly carrierKind: number
  private readonly workerKind: number
  /** Derived from the directory, so that forks may share it. */
  private readonly sizes = new Map<number, HandshakeSizes>()

  constructor(arena: Arena, timeline: Timeline, streams: ByteStreams, processors: Processors, directory: TlsDirectory) {
    this.sessions = new TlsSessionTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.directory = directory
    this.userKind = streams.registerUser(this)
    this.carrierKind = streams.registerCarrier(this)
    this.workerKind = processors.register(this)
  }

  /** Speaks TLS over `lower`, which may still be opening; returns the stream of plaintext. */
  connect(lower: number, client: number): number {
    return this.begin(lower, true, client)
  }

  /** Answers on `lower`; the plaintext stream opens when the client is known. */
  accept(lower: number, server: number): number {
    return this.begin(lower, false, server)
  }

  // From the stream below.

  onOpen(row: number): void {
    assert(this.sessions.state[row] === CLIENT_TRANSPORT, 'only a client waits for its transport')
    this.work(row, this.cpu(row).tlsFlightNs + this.keyShareNs(row), SAY_HELLO)
  }

  onData(row: number, _content: number, _offset: number, lengthBytes: number): void {
    this.sessions.arrivedBytes[row] += lengthBytes
    this.openNext(row)
  }

  onEnd(row: number): void {
    this.sessions.hasLowerEnded[row] = 1
    this.openNext(row)
  }

  onFailure(row: number, reason: FailureReason): void {
    this.sessions.lower[row] = NONE
    this.fail(row, reason)
  }

  onDrained(row: number): void {
    const generation = this.sessions.generation[row]
    this.seal(row)
    if (this.sessions.generation[row] === generation && this.hasRoom(row)) this.streams.drained(this.sessions.upper[row])
  }

  // From the user above.

  flush(row: number): void {
    this.seal(row)
  }

  finish(row: number): void {
    this.sessions.isClosing[row] = 1
    this.seal(row)
  }

  abort(row: number): void {
    if (this.sessions.lower[row] !== NONE) this.streams.abort(this.sessions.lower[row])
    this.release(row)
  }

  hasRoom(row: number): boolean {
    return this.streams.hasRoom(this.sessions.lower[row])
  }

  resume(row: number): void {
    this.openNext(row)
  }

  // Work that is done.

  isPresent(row: number, generation: number): boolean {
    return this.sessions.generation[row] === generation
  }

  onWorkDone(row: number, step: number): void {
    switch (step) {
      case SAY_HELLO:
        return this.sayHello(row)
      case SEAL:
        return this.goOnSealing(row)
      case OPEN:
        return this.goOnOpening(row)
    }
  }

  private goOnSealing(row: number): void {
    const generation = this.sessions.generation[row]
    this.writeRecord(row)
    if (this.sessions.generation[row] === generation) this.seal(row)
  }

  private goOnOpening(row: number): void {
    const generation = this.sessions.generation[row]
    this.finishOpening(row)
    if (this.sessions.generation[row] === generation) this.openNext(row)
  }

  private begin(lower: number, isClient: boolean, parameters: number): number {
    const { sessions, streams } = this
    const row = sessions.allocate()
    const nameHigh = derivedName(streams.table.nameHigh[lower], PLAINTEXT_LAYER)
    const nameLow = derivedName(streams.table.nameLow[lower], PLAINTEXT_LAYER)
    const content = streams.contents.create(nameHigh, nameLow)
    const host = streams.table.host[lower]
    const upper = streams.open(host, this.carrierKind, row, streams.table.activity[lower], nameHigh, nameLow, content)
    sessions.isClient[row] = isClient ? 1 : 0
    sessions.state[row] = isClient ? CLIENT_TRANSPORT : SERVER_CLIENT_HELLO
    sessions.lower[row] = lower
    sessions.upper[row] = upper
    sessions.parameters[row] = parameters
    sessions.peerParameters[row] = NONE
    sessions.sealedBytes[row] = 0
    sessions.isSealing[row] = 0
    sessions.sealingBytes[row] = 0
    sessions.arrivedBytes[row] = 0
    sessions.openedBytes[row] = 0
    sessions.isOpening[row] = 0
    sessions.wireBytesSent[row] = 0
    sessions.recordsSent[row] = 0
    sessions.hasCloseNotify[row] = 0
    sessions.hasLowerEnded[row] = 0
    sessions.isClosing[row] = 0
    streams.attach(lower, this.userKind, row)
    return sessions.upper[row]
  }

  // Opening: flights and records, one after the other.

  /** Takes up flights and records that are there as a whole, as far as no work stands between. */
  private openNext(row: number): void {
    const { sessions, streams } = this
    const generation = sessions.generation[row]
    while (sessions.generation[row] === generation && this.mayOpen(row)) {
      const content = streams.table.receiveContent[sessions.lower[row]]
      if (content === NONE || streams.contents.nextMarkEnd(content) > sessions.arrivedBytes[row]) {
        if (sessions.hasLowerEnded[row] === 1 && sessions.hasCloseNotify[row] === 0) this.failAtEnd(row)
        return
      }
      const costNs = this.openingNs(row, streams.contents.nextMark(content))
      sessions.isOpening[row] = 1
      if (!this.isFree(row, costNs)) return this.work(row, costNs, OPEN)
      this.finishOpening(row)
    }
  }

  private mayOpen(row: number): boolean {
    const { sessions, streams } = this
    return sessions.isOpening[row] === 0 && sessions.lower[row] !== NONE && streams.table.isPaused[sessions.upper[row]] === 0
  }

  private openingNs(row: number, mark: number): number {
    const { marks } = this.streams.contents
    const kind = marks.kind[mark]
    return kind === APPLICATION_DATA ? this.recordNs(row, marks.value[mark]) : this.answerNs(row, kind, marks.value[mark])
  }

  /** Without a close_notify before it, the end may be anybody's doing (RFC 8446 section 6.1). */
  private failAtEnd(row: number): void {
    this.fail(row, this.sessions.state[row] === READY ? 'unexpected end' : 'connection reset')
  }

  private finishOpening(row: number): void {
    const { sessions, streams } = this
    const content = streams.table.receiveContent[sessions.lower[row]]
    const { marks } = streams.contents
    const mark = streams.contents.nextMark(content)
    const kind = marks.kind[mark]
    const value = marks.value[mark]
    const plaintext = marks.carried[mark]
    // The mark may be the last to hold the plaintext.
    if (plaintext !== NONE) streams.contents.hold(plaintext)
    streams.contents.takeMark(content)
    sessions.isOpening[row] = 0
    if (kind === APPLICATION_DATA) this.deliver(row, plaintext, value)
    else this.answer(row, kind, value)
    if (plaintext !== NONE) streams.contents.drop(plaintext)
  }

  private deliver(row: number, plaintext: number, lengthBytes: number): void {
    const offset = this.sessions.openedBytes[row]
    this.sessions.openedBytes[row] += lengthBytes
    this.streams.received(this.sessions.upper[row], plaintext, offset, lengthBytes)
  }

  // The handshake.

  private sayHello(row: number): void {
    this.sessions.state[row] = CLIENT_SERVER_FLIGHT
    this.send(row, this.clientHelloBytes(row), CLIENT_HELLO)
  }

  private answer(row: number, kind: number, value: number): void {
    const { sessions } = this
    switch (kind) {
      case CLIENT_HELLO:
        sessions.peerParameters[row] = value
        sessions.state[row] = SERVER_CLIENT_FLIGHT
        return this.send(row, this.sizesOf(row).serverFlightBytes, SERVER_FLIGHT)
      case SERVER_FLIGHT:
        sessions.peerParameters[row] = value
        return this.answerServerFlight(row)
      case CLIENT_FLIGHT:
        return this.answerClientFlight(row)
      case SERVER_FINISHED:
        return this.becomeReady(row)
      case CLOSE_NOTIFY:
        sessions.hasCloseNotify[row] = 1
        return this.streams.ended(sessions.upper[row])
      case ALERT:
        return this.fail(row, sessions.isClient[row] === 1 ? 'client certificate refused' : 'certificate refused')
    }
  }

  private answerServerFlight(row: number): void {
    const { sessions } = this
    const sizes = this.sizesOf(row)
    if (this.refusalOfServer(row) !== null) {
      this.send(row, sizes.clientAbortBytes, ALERT)
      return this.fail(row, 'certificate refused')
    }
    this.send(row, sizes.clientFlightBytes, CLIENT_FLIGHT)
    if (this.version(row) === '1.3') return this.becomeReady(row)
    sessions.state[row] = CLIENT_SERVER_FINISHED
  }

  private answerClientFlight(row: number): void {
    const sizes = this.sizesOf(row)
    if (this.refusalOfClient(row) !== null) {
      this.send(row, sizes.serverAbortBytes, ALERT)
      return this.fail(row, 'client certificate refused')
    }
    if (this.version(row) === '1.2') this.send(row, sizes.serverFinishedBytes, SERVER_FINISHED)
    this.becomeReady(row)
  }

  private becomeReady(row: number): void {
    this.sessions.state[row] = READY
    this.streams.opened(this.sessions.upper[row])
  }

  /** What a client finds wrong with the certificate that it was shown. */
  private refusalOfServer(row: number): Refusal | null {
    const client = this.clientOf(row)
    if (client.trusts === null) return null
    const rule = { kind: 'ca', ca: client.trusts, expectedName: client.serverName, usage: 'server', nowS: this.nowS() } as const
    return verifyCertificate(this.serverOf(row).presents.certificate, rule)
  }

  /** A client without a certificate passes: Kubernetes asks for one and does not insist (RequestClientCert). */
  private refusalOfClient(row: number): Refusal | null {
    const { clientAuthority } = this.serverOf(row)
    const { presents } = this.clientOf(row)
    if (clientAuthority === null || presents === null) return null
    const rule = { kind: 'ca', ca: clientAuthority, expectedName: null, usage: 'client', nowS: this.nowS() } as const
    return verifyCertificate(presents.certificate, rule)
  }

  // Sealing.

  /** Puts what was written into records, as far as the stream below takes them; then closes, if asked to. */
  private seal(row: number): void {
    const { sessions, streams } = this
    const generation = sessions.generation[row]
    while (sessions.state[row] === READY && sessions.isSealing[row] === 0) {
      const unsealed = streams.table.writtenBytes[sessions.upper[row]] - sessions.sealedBytes[row]
      if (unsealed === 0) {
        if (sessions.isClosing[row] === 1) this.sayGoodbye(row)
        return
      }
      if (!streams.hasRoom(sessions.lower[row])) return
      sessions.isSealing[row] = 1
      sessions.sealingBytes[row] = Math.min(unsealed, this.mostPlaintextBytes(row))
      const costNs = this.recordNs(row, sessions.sealingBytes[row])
      if (!this.isFree(row, costNs)) return this.work(row, costNs, SEAL)
      this.writeRecord(row)
      if (sessions.generation[row] !== generation) return
    }
  }

  private mostPlaintextBytes(row: number): number {
    const { wireBytesSent, recordsSent } = this.sessions
    return maxRecordPlaintextBytes(wireBytesSent[row], recordsSent[row], this.recordSizing(row), this.version(row))
  }

  /** `isSealing` stays set while the stream below is told, so that nobody seals another meanwhile. */
  private writeRecord(row: number): void {
    const { sessions, streams } = this
    const generation = sessions.generation[row]
    const lengthBytes = sessions.sealingBytes[row]
    const plaintext = streams.table.sendContent[sessions.upper[row]]
    sessions.sealedBytes[row] += lengthBytes
    sessions.recordsSent[row]++
    const wireBytes = lengthBytes + recordOverheadBytes(this.version(row))
    sessions.wireBytesSent[row] += wireBytes
    streams.write(sessions.lower[row], wireBytes, APPLICATION_DATA, lengthBytes, 0, plaintext)
    if (sessions.generation[row] === generation) sessions.isSealing[row] = 0
  }

  private sayGoodbye(row: number): void {
    const { sessions, streams } = this
    const lower = sessions.lower[row]
    const generation = sessions.generation[row]
    sessions.isSealing[row] = 1
    if (streams.table.hasFinished[lower] === 0) streams.write(lower, closeNotifyBytes(this.version(row)), CLOSE_NOTIFY, 0, 0, NONE)
    if (sessions.generation[row] !== generation) return
    sessions.lower[row] = NONE
    streams.close(lower)
    this.release(row)
  }

  /** A whole flight; its mark tells the far end whose parameters stand behind it. */
  private send(row: number, lengthBytes: number, kind: number): void {
    this.sessions.wireBytesSent[row] += lengthBytes
    this.streams.write(this.sessions.lower[row], lengthBytes, kind, this.sessions.parameters[row], 0, NONE)
  }

  private fail(row: number, reason: FailureReason): void {
    const { sessions, streams } = this
    const generation = sessions.generation[row]
    const lower = sessions.lower[row]
    sessions.lower[row] = NONE
    if (lower !== NONE) streams.close(lower)
    streams.failed(sessions.upper[row], reason)
    if (sessions.generation[row] === generation) this.release(row)
  }

  private release(row: number): void {
    this.streams.release(this.sessions.upper[row])
    this.sessions.release(row)
  }

  // Work and what it costs.

  /** One piece after the other, in both directions: a session is served by one goroutine at a time. */
  private work(row: number, costNs: number, step: number): void {
    const { sessions, streams } = this
    const upper = sessions.upper[row]
    const { table } = streams
    const notBefore = table.workUntilTick[upper]
    const done = this.processors.run(table.host[upper], costNs, notBefore, table.activity[upper], this.workerKind, row, sessions.generation[row], step)
    if (done > this.timeline.now) table.workUntilTick[upper] = done
  }

  /** Nothing to wait for: neither this work nor any before it takes time. */
  private isFree(row: number, costNs: number): boolean {
    return costNs === 0 && this.streams.table.workUntilTick[this.sessions.upper[row]] <= this.timeline.now
  }

  private recordNs(row: number, lengthBytes: number): number {
    const { recordNs, recordByteNs } = this.cpu(row)
    return recordNs + Math.round(recordByteNs * lengthBytes)
  }

  /** What it takes to answer a flight: shared secret, signatures to make and to check. */
  private answerNs(row: number, kind: number, value: number): number {
    const cpu = this.cpu(row)
    switch (kind) {
      case CLIENT_HELLO: {
        const server = this.directory.servers[this.sessions.parameters[row]]
        const { keyExchange } = this.directory.clients[value]
        return cpu.tlsFlightNs + 2 * cpu.keyShareNs[keyExchange] + cpu.signNs[server.presents.certificate.key]
      }
      case SERVER_FLIGHT:
        return cpu.tlsFlightNs + this.keyShareNs(row) + this.checkServerNs(row, value) + this.proveClientNs(row, value)
      case CLIENT_FLIGHT:
        return cpu.tlsFlightNs + this.checkClientNs(row)
      case SERVER_FINISHED:
        return cpu.tlsFlightNs
      default:
        return 0
    }
  }

  /** The handshake's signature, and with a CA to trust the certificate's. */
  private checkServerNs(row: number, server: number): number {
    const { verifyNs } = this.cpu(row)
    const { certificate, issuer } = this.directory.servers[server].presents
    const { trusts } = this.directory.clients[this.sessions.parameters[row]]
    return verifyNs[certificate.key] + (trusts === null ? 0 : verifyNs[issuer.key])
  }

  private proveClientNs(row: number, server: number): number {
    const { presents } = this.directory.clients[this.sessions.parameters[row]]
    const isAsked = this.directory.servers[server].clientAuthority !== null
    return isAsked && presents !== null ? this.cpu(row).signNs[presents.certificate.key] : 0
  }

  private checkClientNs(row: number): number {
    const { verifyNs } = this.cpu(row)
    const { presents } = this.clientOf(row)
    if (this.serverOf(row).clientAuthority === null || presents === null) return 0
    return verifyNs[presents.certificate.key] + verifyNs[presents.issuer.key]
  }

  private keyShareNs(row: number): number {
    return this.cpu(row).keyShareNs[this.directory.clients[this.sessions.parameters[row]].keyExchange]
  }

  private cpu(row: number): CpuProfile {
    return this.directory.cpus[this.streams.table.host[this.sessions.upper[row]]]
  }

  // Parameters of this end and of the other.

  private clientOf(row: number): TlsClient {
    const { sessions } = this
    return this.directory.clients[sessions.isClient[row] === 1 ? sessions.parameters[row] : sessions.peerParameters[row]]
  }

  private serverOf(row: number): TlsServer {
    const { sessions } = this
    return this.directory.servers[sessions.isClient[row] === 1 ? sessions.peerParameters[row] : sessions.parameters[row]]
  }

  private version(row: number): '1.2' | '1.3' {
    return this.clientOf(row).version
  }

  private recordSizing(row: number): 'go' | 'fixed' {
    return this.sessions.isClient[row] === 1 ? this.clientOf(row).recordSizing : this.serverOf(row).recordSizing
  }

  private clientHelloBytes(row: number): number {
    const server = 0
    return this.sizesBetween(this.sessions.parameters[row], server).clientHelloBytes
  }

  private sizesOf(row: number): HandshakeSizes {
    const { sessions } = this
    const isClient = sessions.isClient[row] === 1
    const client = isClient ? sessions.parameters[row] : sessions.peerParameters[row]
    const server = isClient ? sessions.peerParameters[row] : sessions.parameters[row]
    return this.sizesBetween(client, server)
  }

  private sizesBetween(client: number, server: number): HandshakeSizes {
    const key = client * this.directory.servers.length + server
    const known = this.sizes.get(key)
    if (known !== undefined) return known
    const sizes = handshakeSizes(this.directory.clients[client], this.directory.servers[server])
    this.sizes.set(key, sizes)
    return sizes
  }

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
