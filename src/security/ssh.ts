import type { Arena } from '../engine/arena.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from '../network/account.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { ByteStreams, StreamUser } from '../transport/byte-stream.ts'
import type { FailureReason } from '../transport/failure.ts'
import type { CpuProfile } from './cpu-profile.ts'
import type { SessionObserver } from './session-observer.ts'
import { type ChannelAcceptor, SshChannels } from './ssh-channels.ts'
import {
  BANNER_ROUND,
  KEX_INIT_ROUND,
  KEY_EXCHANGE_ROUND,
  QUERY_ROUND,
  SIGNATURE_ROUND,
  type SshClientParameters,
  type SshServerParameters,
  type SshSizes,
  sshSizes,
} from './ssh-parameters.ts'
import { CHANNEL_DATA, LOGIN_ROUND, SshSessionTable } from './ssh-session.ts'

/** Steps of work. */
const START = 0
const SEAL = 1
const OPEN = 2

/** Immutable. */
export interface SshDirectory {
  readonly clients: readonly SshClientParameters[]
  readonly servers: readonly SshServerParameters[]
  /** By host. */
  readonly cpus: readonly CpuProfile[]
}

/** Who dials SSH connections. */
export interface SshOwner {
  /** TCP is there; the log-in begins. */
  onConnected(owner: number): void
  onLoggedIn(owner: number): void
  onLost(owner: number, reason: FailureReason): void
}

/**
 * SSH as Go's client and OpenSSH speak it: banners, key exchange, log-in by public key, and after that channels, all
 * on one TCP connection, so that a lost segment stalls every one of them.
 */
export class Ssh implements StreamUser, Worker {
  readonly channels: SshChannels
  sessionObserver: SessionObserver | null = null
  private readonly sessions: SshSessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly directory: SshDirectory
  private readonly sizes: readonly SshSizes[]
  private readonly userKind: number
  private readonly workerKind: number
  private owner!: SshOwner

  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    processors: Processors,
    accounts: AccountTable,
    directory: SshDirectory,
  ) {
    this.sessions = new SshSessionTable(arena)
    this.channels = new SshChannels(arena, streams, processors.activities, accounts, this.sessions, this)
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.directory = directory
    this.sizes = directory.clients.map(sshSizes)
    this.userKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  connectOwner(owner: SshOwner, acceptor: ChannelAcceptor): void {
    this.owner = owner
    this.channels.connectAcceptor(acceptor)
  }

  /** Logs in over `lower`, which may still be opening; returns the session. `account` notes what channels carry. */
  connect(lower: number, client: number, owner: number, account: number): number {
    return this.begin(lower, true, client, owner, account)
  }

  /** sshd has a connection: it starts a process for it, and says its banner. */
  accept(lower: number, server: number): void {
    const session = this.begin(lower, false, server, NONE, NONE)
    this.work(session, this.cpu(session).sshSessionNs, 0, START)
  }

  /** By the client, who will not wait any longer. */
  giveUp(session: number, reason: FailureReason): void {
    this.end(session, reason)
  }

  isReady(session: number): boolean {
    return this.sessions.isReady[session] === 1
  }

  // From TCP.

  onOpen(session: number): void {
    this.owner.onConnected(this.sessions.owner[session])
    this.work(session, this.cpu(session).sshMessageNs, 0, START)
  }

  onData(session: number, _content: number, _offset: number, lengthBytes: number): void {
    this.sessions.arrivedBytes[session] += lengthBytes
    this.openNext(session)
  }

  onEnd(session: number): void {
    this.end(session, 'connection reset')
  }

  onFailure(session: number, reason: FailureReason): void {
    this.sessions.lower[session] = NONE
    this.end(session, reason)
  }

  onDrained(session: number): void {
    this.channels.sender.pump(session)
  }

  // Work that is done.

  isPresent(session: number, generation: number): boolean {
    return this.sessions.generation[session] === generation
  }

  onWorkDone(session: number, step: number): void {
    if (step === START) this.sendRound(session, BANNER_ROUND)
    else if (step === SEAL) this.channels.sender.goOnSending(session)
    else this.goOnOpening(session)
  }

  // For the channels.

  sealData(session: number, lengthBytes: number): boolean {
    const costNs = this.packetNs(session, lengthBytes)
    if (this.isFree(session, costNs, 0)) return true
    this.work(session, costNs, 0, SEAL)
    return false
  }

  sizesOf(session: number): SshSizes {
    // Of one client's parameters: what a server sends depends on who called, and all callers are of one kind.
    return this.sizes[this.sessions.isClient[session] === 1 ? this.sessions.parameters[session] : 0]
  }

  private begin(lower: number, isClient: boolean, parameters: number, owner: number, account: number): number {
    const { sessions, streams } = this
    const session = sessions.allocate()
    sessions.isClient[session] = isClient ? 1 : 0
    sessions.isReady[session] = 0
    sessions.lower[session] = lower
    sessions.parameters[session] = parameters
    sessions.owner[session] = owner
    sessions.account[session] = account
    sessions.activity[session] = streams.table.activity[lower]
    sessions.firstChannel[session] = NONE
    sessions.turn[session] = NONE
    sessions.nextChannelNumber[session] = 0
    sessions.arrivedBytes[session] = 0
    sessions.isOpening[session] = 0
    sessions.sealingChannel[session] = NONE
    sessions.sealingBytes[session] = 0
    sessions.workUntilTick[session] = 0
    streams.attach(lower, this.userKind, session)
    return session
  }

  /** Takes up messages that are there as a whole, as far as no work stands between. */
  private openNext(session: number): void {
    const { sessions, streams } = this
    const generation = sessions.generation[session]
    while (sessions.generation[session] === generation && sessions.isOpening[session] === 0) {
      const content = streams.table.receiveContent[sessions.lower[session]]
      if (content === NONE || streams.contents.nextMarkEnd(content) > sessions.arrivedBytes[session]) return
      const mark = streams.contents.nextMark(content)
      const costNs = this.openingNs(session, mark)
      const delayNs = this.delayNs(session, mark)
      sessions.isOpening[session] = 1
      if (!this.isFree(session, costNs, delayNs)) return this.work(session, costNs, delayNs, OPEN)
      this.finishOpening(session)
    }
  }

  private finishOpening(session: number): void {
    const { sessions, streams } = this
    const content = streams.table.receiveContent[sessions.lower[session]]
    const { marks } = streams.contents
    const mark = streams.contents.nextMark(content)
    const kind = marks.kind[mark]
    const value = marks.value[mark]
    const detail = marks.detail[mark]
    const carried = marks.carried[mark]
    if (carried !== NONE) streams.contents.hold(carried)
    streams.contents.takeMark(content)
    sessions.isOpening[session] = 0
    if (kind === LOGIN_ROUND) this.answerRound(session, value, detail)
    else this.channels.take(session, kind, value, detail, carried)
    if (carried !== NONE) streams.contents.drop(carried)
  }

  private goOnOpening(session: number): void {
    const generation = this.sessions.generation[session]
    this.finishOpening(session)
    if (this.sessions.generation[session] === generation) this.openNext(session)
  }

  // The log-in, round by round (see sshLoginRounds).

  private answerRound(session: number, round: number, parameters: number): void {
    if (this.sessions.isClient[session] === 1) this.answerServer(session, round, parameters)
    else this.answerClient(session, round)
  }

  /** The client's next message follows from each of the server's. */
  private answerServer(session: number, round: number, server: number): void {
    const { sessions, directory } = this
    const { expectedHostKey } = directory.clients[sessions.parameters[session]]
    if (
      round === KEY_EXCHANGE_ROUND &&
      expectedHostKey !== null &&
      directory.servers[server].hostKey !== expectedHostKey
    ) {
      return this.end(session, 'host key refused')
    }
    if (round < SIGNATURE_ROUND) return this.sendRound(session, round + 1)
    sessions.isReady[session] = 1
    this.owner.onLoggedIn(sessions.owner[session])
  }

  /** The banner went out unasked, and brings KEXINIT; the client's KEXINIT needs no answer of its own. */
  private answerClient(session: number, round: number): void {
    if (round === KEX_INIT_ROUND) return
    this.sendRound(session, round === BANNER_ROUND ? KEX_INIT_ROUND : round)
    if (round === SIGNATURE_ROUND) this.sessions.isReady[session] = 1
    if (round === QUERY_ROUND) this.sleep(session)
  }

  /** sshd lets no attempt to log in end early (auth2.c, ensure_minimum_time_since); the query it answers at once. */
  private sleep(session: number): void {
    const { sessions, timeline } = this
    const awake = timeline.now + this.cpu(session).sshLoginDelayNs
    if (awake > sessions.workUntilTick[session]) sessions.workUntilTick[session] = awake
  }

  private sendRound(session: number, round: number): void {
    const { sessions, streams } = this
    const sizes = this.sizesOf(session)
    const bytes = (sessions.isClient[session] === 1 ? sizes.clientRoundBytes : sizes.serverRoundBytes)[round]
    streams.write(sessions.lower[session], bytes, LOGIN_ROUND, round, sessions.parameters[session], NONE)
  }

  /** The connection is over: so are its channels. */
  private end(session: number, reason: FailureReason): void {
    const { sessions, streams } = this
    const lower = sessions.lower[session]
    const owner = sessions.owner[session]
    sessions.lower[session] = NONE
    if (lower !== NONE) streams.close(lower)
    this.channels.failAll(session, reason)
    sessions.release(session)
    if (owner !== NONE) this.owner.onLost(owner, reason)
  }

  // Work and what it costs.

  /** One process serves an end of a connection: one piece of work after the other. */
  private work(session: number, costNs: number, delayNs: number, step: number): void {
    const { sessions, streams } = this
    const host = streams.table.host[sessions.lower[session]]
    const notBefore = Math.max(sessions.workUntilTick[session], this.timeline.now) + delayNs
    const generation = sessions.generation[session]
    const done = this.processors.run(
      host,
      costNs,
      notBefore,
      sessions.activity[session],
      this.workerKind,
      session,
      generation,
      step,
    )
    if (done > this.timeline.now) sessions.workUntilTick[session] = done
  }

  /** Nothing to wait for: neither this work nor any before it takes time. */
  private isFree(session: number, costNs: number, delayNs: number): boolean {
    return costNs === 0 && delayNs === 0 && this.sessions.workUntilTick[session] <= this.timeline.now
  }

  /** The log-in's last message is answered late, on purpose (see `sleep`). */
  private delayNs(session: number, mark: number): number {
    const { marks } = this.streams.contents
    const isLast = marks.kind[mark] === LOGIN_ROUND && marks.value[mark] === SIGNATURE_ROUND
    return isLast && this.sessions.isClient[session] === 0 ? this.cpu(session).sshLoginDelayNs : 0
  }

  private openingNs(session: number, mark: number): number {
    const { marks } = this.streams.contents
    const cpu = this.cpu(session)
    switch (marks.kind[mark]) {
      case LOGIN_ROUND:
        return cpu.sshMessageNs + this.cryptographyNs(session, marks.value[mark])
      case CHANNEL_DATA:
        return this.packetNs(session, marks.value[mark])
      default:
        return cpu.sshPacketNs
    }
  }

  /** What the answer to a round takes beside reading and writing it. */
  private cryptographyNs(session: number, round: number): number {
    const { keyShareNs, signNs, verifyNs } = this.cpu(session)
    const isClient = this.sessions.isClient[session] === 1
    const shareNs = keyShareNs.x25519
    if (round === KEX_INIT_ROUND) return isClient ? shareNs : 0
    if (round === KEY_EXCHANGE_ROUND) return isClient ? shareNs + verifyNs.ed25519 : 2 * shareNs + signNs.ed25519
    if (round === QUERY_ROUND && isClient) return signNs['rsa-2048']
    return round === SIGNATURE_ROUND && !isClient ? verifyNs['rsa-2048'] : 0
  }

  private packetNs(session: number, lengthBytes: number): number {
    const { sshPacketNs, sshByteNs } = this.cpu(session)
    return sshPacketNs + Math.round(sshByteNs * lengthBytes)
  }

  private cpu(session: number): CpuProfile {
    return this.directory.cpus[this.streams.table.host[this.sessions.lower[session]]]
  }
}
