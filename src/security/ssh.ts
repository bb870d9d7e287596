import type { Arena } from '../engine/arena.ts'
import { mix32 } from '../engine/hash.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from '../network/account.ts'
import type { Processors, Worker } from '../network/processor.ts'
import type { Account } from '../network/rows.ts'
import type { Content, Stream } from '../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../transport/streams/byte-stream.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import { brokenRecordEnd } from './broken-record.ts'
import type { CpuProfile } from './cpu-profile.ts'
import type { SshSession } from './rows.ts'
import type { SessionObserver } from './session-observer.ts'
import { type ChannelAcceptor, SshChannels } from './ssh-channels.ts'
import { SshCosts } from './ssh-costs.ts'
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
import { LOGIN_ROUND, SshSessionTable } from './ssh-session.ts'
import { mixTranscript } from './transcript.ts'

/** The steps that follow work, when it is done. */
const START = 0
const SEAL = 1
const OPEN = 2
const GROW = 3

/**
 * sshd encrypts no further packet while this much waits for its connection (OpenSSH packet.c,
 * ssh_packet_not_very_much_data_to_write, of a connection with bulk channels).
 */
const OUTPUT_BUFFER_BYTES = 128 * 1024

/** The parameters that SSH connections refer to by index. Immutable. */
export interface SshDirectory {
  readonly clients: readonly SshClientParameters[]
  readonly servers: readonly SshServerParameters[]
  /** The CPU profile of each host. */
  readonly cpus: readonly CpuProfile[]
}

/** Opens SSH connections and is called when their state changes. */
export interface SshOwner {
  /** The TCP connection is established, and the log-in begins. */
  onConnected(owner: number): void
  onLoggedIn(owner: number): void
  onLost(owner: number, reason: FailureReason, isIdle: boolean): void
}

/**
 * SSH between Go's client and OpenSSH: banners, key exchange, log-in by public key, and then channels. All channels are on
 * one TCP connection, so that a lost segment stalls every one of them.
 */
export class Ssh implements StreamUser, Worker {
  readonly channels: SshChannels
  sessionObserver: SessionObserver | null = null
  readonly sessions: SshSessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly directory: SshDirectory
  private readonly costs: SshCosts
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
    this.costs = new SshCosts(this.sessions, streams, directory.cpus)
    this.sizes = directory.clients.map(sshSizes)
    this.userKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  connectOwner(owner: SshOwner, acceptor: ChannelAcceptor): void {
    this.owner = owner
    this.channels.connectAcceptor(acceptor)
  }

  /**
   * Logs in over `lower`, which may still be connecting. Returns the session. `account` counts the bytes of its
   * channels.
   */
  connect(lower: Stream, client: number, owner: number, account: Account): SshSession {
    return this.begin(lower, true, client, owner, account)
  }

  /** Accepts a connection: sshd starts a process for it, which sends its banner. */
  accept(lower: Stream, server: number): void {
    const session = this.begin(lower, false, server, NONE, NONE)
    this.work(session, this.costs.cpu(session).sshSessionNs, 0, START)
  }

  /** Ends the connection of a client that will not wait any longer. */
  giveUp(session: SshSession, reason: FailureReason): void {
    this.end(session, reason)
  }

  isReady(session: SshSession): boolean {
    return this.sessions.isReady[session] === 1
  }

  // Called by TCP.

  onOpen(session: SshSession): void {
    this.owner.onConnected(this.sessions.owner[session])
    this.work(session, this.costs.cpu(session).sshMessageNs, 0, START)
  }

  onData(session: SshSession, content: Content, offset: number, lengthBytes: number): void {
    const { sessions } = this
    if (content !== sessions.peerContent[session]) this.takeOther(session, content, offset, lengthBytes)
    else if (sessions.brokenAt[session] === Number.POSITIVE_INFINITY) sessions.arrivedBytes[session] += lengthBytes
    this.openNext(session)
  }

  onEnd(session: SshSession): void {
    this.end(session, 'connection reset')
  }

  onFailure(session: SshSession, reason: FailureReason): void {
    this.sessions.lower[session] = NONE
    this.end(session, reason)
  }

  onDrained(session: SshSession): void {
    this.channels.sender.pump(session)
  }

  // Called when work is done.

  isPresent(session: SshSession, generation: number): boolean {
    return this.sessions.generation[session] === generation
  }

  onWorkDone(session: SshSession, step: number): void {
    if (step === START) this.sendRound(session, BANNER_ROUND)
    else if (step === SEAL) this.channels.sender.goOnSending(session)
    else if (step === OPEN) this.goOnOpening(session)
  }

  // Called by the channels.

  sealData(session: SshSession, lengthBytes: number): boolean {
    const costNs = this.costs.packetNs(session, lengthBytes)
    if (this.isFree(session, costNs, 0)) return true
    this.work(session, costNs, 0, SEAL)
    return false
  }

  growBuffer(session: SshSession, lengthBytes: number): void {
    const costNs = this.costs.growthNs(session, lengthBytes)
    if (costNs > 0) this.work(session, costNs, 0, GROW)
  }

  readBytes(session: SshSession): number {
    return this.sessions.isClient[session] === 1 ? this.costs.cpu(session).bodyReadBytes : Number.POSITIVE_INFINITY
  }

  sizesOf(session: SshSession): SshSizes {
    // A server uses the sizes of client 0: all clients of a scenario have the same algorithms.
    return this.sizes[this.sessions.isClient[session] === 1 ? this.sessions.parameters[session] : 0]
  }

  private begin(lower: Stream, isClient: boolean, parameters: number, owner: number, account: Account): SshSession {
    const { sessions, streams } = this
    const host = streams.table.host[lower]
    const program = isClient ? host : this.processors.startProgram(host)
    const session = sessions.allocateNew()
    sessions.isClient[session] = isClient ? 1 : 0
    sessions.host[session] = host
    sessions.program[session] = program
    streams.table.program[lower] = program
    if (!isClient) streams.table.outputBufferBytes[lower] = OUTPUT_BUFFER_BYTES
    sessions.lower[session] = lower
    sessions.parameters[session] = parameters
    sessions.owner[session] = owner
    sessions.account[session] = account
    sessions.activity[session] = streams.table.activity[lower]
    streams.attach(lower, this.userKind, session)
    const { nameHigh, nameLow } = streams.contents.table
    const spoken = streams.table.sendContent[lower]
    this.sessionObserver?.onSessionBegins(sessions.host[session], session, isClient, nameHigh[spoken], nameLow[spoken])
    return session
  }

  /** Processes the complete messages that have arrived, until one needs CPU time. */
  private openNext(session: SshSession): void {
    const { sessions, streams } = this
    const generation = sessions.generation[session]
    while (sessions.generation[session] === generation && sessions.isOpening[session] === 0) {
      const content = sessions.peerContent[session]
      if (content === NONE || streams.contents.nextMarkEnd(content) > sessions.arrivedBytes[session]) {
        if (streams.table.receivedBytes[sessions.lower[session]] >= sessions.brokenAt[session])
          this.refuse(session, 'record broken')
        return
      }
      const mark = streams.contents.nextMark(content)
      const costNs = this.costs.openingNs(session, mark)
      const delayNs = this.costs.delayNs(session, mark)
      sessions.isOpening[session] = 1
      if (!this.isFree(session, costNs, delayNs)) return this.work(session, costNs, delayNs, OPEN)
      this.finishOpening(session)
    }
  }

  private finishOpening(session: SshSession): void {
    const { sessions } = this
    const { contents } = this.streams
    const mark = contents.detachMark(sessions.peerContent[session])
    const { kind, value, detail, carried, carriedOffset, subject } = contents.marks
    sessions.isOpening[session] = 0
    if (kind[mark] === LOGIN_ROUND) this.answerRound(session, value[mark], detail[mark], subject[mark])
    else this.channels.take(session, kind[mark], value[mark], detail[mark], carried[mark], carriedOffset[mark])
    contents.releaseMark(mark)
  }

  private goOnOpening(session: SshSession): void {
    const generation = this.sessions.generation[session]
    this.finishOpening(session)
    if (this.sessions.generation[session] === generation) this.openNext(session)
  }

  // The log-in, round by round (see sshLoginRounds).

  private answerRound(session: SshSession, round: number, parameters: number, hash: number): void {
    const isClient = this.sessions.isClient[session] === 1
    if (round === KEY_EXCHANGE_ROUND) this.notePeer(session, parameters)
    if (isClient) this.answerServer(session, round, parameters, hash)
    else this.answerClient(session, round)
  }

  /** The client sends its next round after each round of the server. */
  private answerServer(session: SshSession, round: number, server: number, hash: number): void {
    const { sessions, directory } = this
    if (round === KEY_EXCHANGE_ROUND) {
      const { expectedHostKey } = directory.clients[sessions.parameters[session]]
      // A client that accepts any host key still checks its signature (x/crypto ssh/client.go, verifyHostKeySignature).
      if (hash !== this.exchangeHash(session)) return this.refuse(session, 'record broken')
      if (expectedHostKey !== null && directory.servers[server].hostKey !== expectedHostKey)
        return this.refuse(session, 'host key refused')
    }
    if (round < SIGNATURE_ROUND) return this.sendRound(session, round + 1)
    sessions.isReady[session] = 1
    this.sessionObserver?.onSessionReady(this.sessions.host[session], session, true)
    this.owner.onLoggedIn(sessions.owner[session])
  }

  /**
   * The server has sent its banner already, so it answers the client's banner with KEXINIT, and KEXINIT with nothing.
   */
  private answerClient(session: SshSession, round: number): void {
    if (round === KEX_INIT_ROUND) return
    this.sendRound(session, round === BANNER_ROUND ? KEX_INIT_ROUND : round)
    if (round === SIGNATURE_ROUND) {
      this.sessions.isReady[session] = 1
      this.sessionObserver?.onSessionReady(this.sessions.host[session], session, false)
    }
    if (round === QUERY_ROUND) this.delayLogin(session)
  }

  /** Delays sshd after it has answered the query (OpenSSH auth2.c, ensure_minimum_time_since). */
  private delayLogin(session: SshSession): void {
    this.sessions.workUntilTick[session] = this.timeline.now + this.costs.cpu(session).sshLoginDelayNs
  }

  private sendRound(session: SshSession, round: number): void {
    const { sessions, streams } = this
    const sizes = this.sizesOf(session)
    const bytes = (sessions.isClient[session] === 1 ? sizes.clientRoundBytes : sizes.serverRoundBytes)[round]
    const hash = round === KEY_EXCHANGE_ROUND ? this.exchangeHash(session) : NONE
    streams.write(sessions.lower[session], bytes, LOGIN_ROUND, round, sessions.parameters[session], NONE, 0, hash)
  }

  // Altered and inserted bytes.

  private takeOther(session: SshSession, content: Content, offset: number, lengthBytes: number): void {
    const { sessions, streams } = this
    const { contents } = streams
    const original = contents.originalOf(content)
    if (sessions.peerContent[session] === NONE) this.holdPeerContent(session, original)
    if (sessions.brokenAt[session] !== Number.POSITIVE_INFINITY) return
    const isPeers = original === sessions.peerContent[session]
    if (isPeers && (original === content || this.isInPlaintext(session))) {
      if (original !== content) sessions.changes[session] = mixTranscript(sessions.changes[session], contents, content)
      sessions.arrivedBytes[session] += lengthBytes
    } else {
      const [peer, arrived] = [sessions.peerContent[session], sessions.arrivedBytes[session]]
      sessions.brokenAt[session] = brokenRecordEnd(contents, peer, arrived, content, offset)
    }
  }

  private holdPeerContent(session: SshSession, content: Content): void {
    const { contents } = this.streams
    const isClient = this.sessions.isClient[session] === 1
    contents.hold(content)
    this.sessions.peerContent[session] = content
    const { nameHigh, nameLow } = contents.table
    this.sessionObserver?.onPeerData(
      this.sessions.host[session],
      session,
      isClient,
      nameHigh[content],
      nameLow[content],
    )
  }

  /**
   * Returns whether the next bytes belong to a banner, KEXINIT or key exchange, which are signed but not encrypted (RFC
   * 4253 section 8).
   */
  private isInPlaintext(session: SshSession): boolean {
    const { contents } = this.streams
    const mark = contents.markAt(this.sessions.peerContent[session], this.sessions.arrivedBytes[session])
    const isLogin = mark !== NONE && contents.marks.kind[mark] === LOGIN_ROUND
    return isLogin && contents.marks.value[mark] <= KEY_EXCHANGE_ROUND
  }

  /** Returns the hash of the data that both ends sent before encryption, as this end has received it. */
  private exchangeHash(session: SshSession): number {
    const { sessions, streams } = this
    const { contents } = streams
    const own = mixTranscript(0, contents, streams.table.sendContent[sessions.lower[session]])
    const heard = mixTranscript(sessions.changes[session], contents, sessions.peerContent[session])
    return sessions.isClient[session] === 1 ? mix32(own, heard) : mix32(heard, own)
  }

  private notePeer(session: SshSession, peer: number): void {
    const isClient = this.sessions.isClient[session] === 1
    const own = this.sessions.parameters[session]
    const [client, server] = isClient ? [own, peer] : [peer, own]
    this.sessionObserver?.onPeerKnown(this.sessions.host[session], session, isClient, client, server)
  }

  /**
   * Ends the connection because of an error of the peer, without a message to it: x/crypto closes the connection; sshd
   * logs an error such as "Corrupted MAC on input" and exits (OpenSSH packet.c, sshpkt_vfatal).
   */
  private refuse(session: SshSession, reason: FailureReason): void {
    this.sessionObserver?.onRefused(this.sessions.host[session], session, this.sessions.isClient[session] === 1, reason)
    this.end(session, reason)
  }

  /** Ends the connection and its channels. */
  private end(session: SshSession, reason: FailureReason): void {
    const { sessions, streams } = this
    const lower = sessions.lower[session]
    const owner = sessions.owner[session]
    const peer = sessions.peerContent[session]
    this.sessionObserver?.onSessionEnds(sessions.host[session], session, sessions.isClient[session] === 1)
    sessions.lower[session] = NONE
    if (peer !== NONE) streams.contents.drop(peer)
    if (lower !== NONE) streams.close(lower)
    const isIdle = sessions.firstChannel[session] === NONE
    this.channels.failAll(session, reason)
    if (sessions.isClient[session] === 0) this.processors.endProgram(sessions.program[session])
    sessions.release(session)
    if (owner !== NONE) this.owner.onLost(owner, reason, isIdle)
  }

  // Work and its costs.

  /** Starts work. An end of a connection is one process, which does one piece of work after the other. */
  private work(session: SshSession, costNs: number, delayNs: number, step: number): void {
    const { sessions, streams } = this
    const { now } = this.timeline
    const [lower, workUntil] = [sessions.lower[session], sessions.workUntilTick[session]]
    const { wakeNs } = this.costs.cpu(session)
    const awake = step === SEAL || step === GROW ? workUntil : streams.awakeTick(lower, workUntil, wakeNs, now)
    const generation = sessions.generation[session]
    const done = this.processors.run(
      sessions.program[session],
      costNs,
      Math.max(awake, now) + delayNs,
      sessions.activity[session],
      this.workerKind,
      session,
      generation,
      step,
    )
    if (done > now) sessions.workUntilTick[session] = done
  }

  /** Returns whether this work and all work before it take no more time. */
  private isFree(session: SshSession, costNs: number, delayNs: number): boolean {
    return costNs === 0 && delayNs === 0 && this.sessions.workUntilTick[session] <= this.timeline.now
  }
}
