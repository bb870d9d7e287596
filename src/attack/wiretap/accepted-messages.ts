import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { MessageObserver } from '../../http/message-observer.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import { CHUNK, ECHO, KEY } from '../../workload/messages.ts'
import { forEachPiece } from '../../workload/streaming/data-in-frames.ts'
import type { RequestFacts } from '../attack-plan.ts'
import type { AttackEvent, PacketReference } from '../state/event-counts.ts'
import { ExchangeFlags } from './exchange-flags.ts'
import { ExchangeNumbers } from './exchange-numbers.ts'
import type { ExchangePackets } from './exchange-packets.ts'
import type { FramePackets } from './frame-packets.ts'
import type { HonestEnds } from './honest-ends.ts'
import type { Replicas } from './replicas.ts'
import { ResponseSteps } from './response-steps.ts'
import type { StepRole } from './step-attribution.ts'
import type { Wiretap } from './wiretap.ts'

/** The flags of ExchangeFlags. */
const FORGED = 1
const ALTERED = 2
/** The attacker's agent has carried the request to the attacker's own end, and it was read on its way there. */
const CARRIED = 4

/** A message, or a piece of one, that an end has read. */
interface ReadMessage {
  readonly exchange: Exchange
  readonly content: Content
  /** The offset in `content` at which it ends. */
  readonly endOffset: number
  readonly request: number
  readonly host: number
  /** Whether the message is a response. */
  readonly isResponse: boolean
  readonly facts: RequestFacts
  /** The path of the plan that it concerns: that to a replica, where the path of `facts` leads to a service. */
  readonly path: number
  /** The host that wrote it; of an altered copy, the host that altered it. */
  readonly author: number
  readonly isAltered: boolean
  /** The number of keys, echoes and pieces of a stream that end in it, each of which is a message of its own. */
  readonly pieces: number
}

const PIECES: readonly number[] = [CHUNK, KEY, ECHO]

export interface AcceptanceParts {
  readonly arena: Arena
  readonly wiretap: Wiretap
  readonly http: Http
  readonly streams: ByteStreams
  /** The hosts at the ends of each path of the plan. */
  readonly ends: readonly HonestEnds[]
  readonly replicas: Replicas
  readonly frames: FramePackets
  readonly requestPackets: ExchangePackets
}

/**
 * Records the messages that ends accept: for honest ends, those that an attacker has forged or altered; for an
 * attacker's own ends, those meant for others.
 */
export class AcceptedMessages implements MessageObserver {
  private readonly parts: AcceptanceParts
  private readonly flags: ExchangeFlags
  /** The successful responses of real servers that attackers relay. */
  private readonly relayed: ResponseSteps
  /** The responses of attackers in place of a server on their own host. */
  private readonly forgedAtServer: ResponseSteps
  /** For exchanges of clients whose response is such a one: the number of its step, plus one. */
  private readonly forgingSteps: ExchangeNumbers

  constructor(parts: AcceptanceParts) {
    this.parts = parts
    this.flags = new ExchangeFlags(parts.arena, parts.http.exchanges)
    this.relayed = new ResponseSteps(parts.arena, parts.streams.contents)
    this.forgedAtServer = new ResponseSteps(parts.arena, parts.streams.contents)
    this.forgingSteps = new ExchangeNumbers(parts.arena, parts.http.exchanges)
  }

  /**
   * Called by an attacker's relay before it responds to an exchange at its own server: the real server has answered the
   * relayed request with success.
   */
  noteRelayed(step: number, exchange: Exchange): void {
    const { http, streams } = this.parts
    const content = streams.table.sendContent[http.lowerOf(exchange)]
    this.relayed.add(step, content, http.exchanges.number[exchange])
  }

  /**
   * Called by an attacker's server before it responds. Where the attacker has taken over the path's real server, only
   * this tells its response from one of that server.
   */
  noteForged(step: number, exchange: Exchange): void {
    const { http, streams, wiretap, ends } = this.parts
    const facts = wiretap.attribution.plan.requests[http.exchanges.request[exchange]]
    if (facts.path === NONE) return
    const host = streams.table.host[http.exchanges.stream[exchange]]
    if (!ends[facts.path].servers.includes(host)) return
    this.forgedAtServer.add(step, streams.table.sendContent[http.lowerOf(exchange)], http.exchanges.number[exchange])
  }

  onRequestRead(exchange: Exchange, content: Content, endOffset: number, isAltered: boolean): void {
    if (this.mayConcernAttackers(exchange, content, isAltered)) {
      const message = this.messageOf(exchange, content, endOffset, isAltered)
      if (message !== null) this.readRequest(message)
    }
    const { frames, requestPackets } = this.parts
    if (frames.isEmpty) return
    requestPackets.note(exchange, frames.packetOf(NONE, content, endOffset))
    frames.release(content, endOffset)
  }

  onResponseRead(exchange: Exchange, content: Content, endOffset: number, isAltered: boolean): void {
    if (this.mayConcernAttackers(exchange, content, isAltered)) {
      const message = this.messageOf(exchange, content, endOffset, isAltered)
      if (message !== null) this.readResponse(message)
    }
    this.parts.frames.release(content, endOffset)
  }

  onBodyRead(
    exchange: Exchange,
    content: Content,
    endOffset: number,
    lengthBytes: number,
    isAltered: boolean,
    body: Content,
    offset: number,
  ): void {
    if (this.mayConcernAttackers(exchange, content, isAltered)) {
      const message = this.messageOf(exchange, content, endOffset, isAltered)
      if (message !== null) this.readBody(message, lengthBytes, body, offset)
    }
    this.parts.frames.release(content, endOffset)
  }

  /**
   * Returns whether a message may concern attackers: it was altered, an attacker controls the host that wrote or read
   * it, or a response of an attacker's server is under way, which may run on a host of others. With many nodes, few
   * messages do. The check reads only data that HTTP has just read, because other facts about a message are not in the
   * processor's cache.
   */
  private mayConcernAttackers(exchange: Exchange, content: Content, isAltered: boolean): boolean {
    if (isAltered || this.relayed.isAny || this.forgedAtServer.isAny) return true
    const { http, streams, wiretap } = this.parts
    const { controlled } = wiretap.attribution
    const host = streams.table.host[http.exchanges.stream[exchange]]
    const author = streams.contents.table.author[content]
    return controlled[host] === 1 || controlled[author] === 1 || this.forgingSteps.numberFor(exchange) !== 0
  }

  private readRequest(message: ReadMessage): void {
    this.forEachAttacker((attacker) => {
      if (!this.controls(attacker, message.host)) this.judge(attacker, message)
      else if (this.isForOther(message)) this.takeRequest(attacker, message)
    })
  }

  private readResponse(message: ReadMessage): void {
    const { exchange, content, facts } = message
    this.forEachAttacker((attacker) => {
      if (!this.controls(attacker, message.host)) this.judge(attacker, message)
      else if (this.isForOther(message)) this.takeResponse(attacker, message)
    })
    const number = this.parts.http.exchanges.number[exchange]
    const forger = this.forgedAtServer.take(content, number)
    if (forger !== NONE && facts.step === NONE) {
      this.forgingSteps.assign(exchange, forger + 1)
      this.addEvent([forger], message, 'forged-answer-accepted', facts.messages)
    }
    const step = this.relayed.take(content, number)
    if (step !== NONE && facts.step === NONE) this.addEvent([step], message, 'relayed', 1)
  }

  private readBody(message: ReadMessage, lengthBytes: number, body: Content, offset: number): void {
    const { wiretap, streams } = this.parts
    const { request, host } = message
    const author = message.isAltered ? streams.contents.table.author[body] : message.author
    const pieces = this.piecesIn(body, offset, lengthBytes)
    const forger = this.forgingSteps.numberFor(message.exchange) - 1
    if (forger >= 0) this.addPieces([forger], { ...message, pieces })
    this.forEachAttacker((attacker) => {
      if (!this.controls(attacker, host)) return this.judge(attacker, { ...message, author, pieces })
      if (!this.isForOther(message)) return
      const steps = this.readingAtEnd(attacker, message)
      const packet = this.packetSeenBy(attacker, message)
      wiretap.readBodyAtEnd(attacker, steps, packet, request, message.path, body, offset, lengthBytes)
    })
  }

  /**
   * Returns whether an honest client's message, or the response to it, has reached a host that is not that end of the
   * path.
   */
  private isForOther({ isResponse, host, facts }: ReadMessage): boolean {
    const { client, servers } = this.parts.ends[facts.path]
    return facts.step === NONE && (isResponse ? host !== client : !servers.includes(host))
  }

  private takeRequest(attacker: number, message: ReadMessage): void {
    const { exchange, facts, request, path } = message
    // What a node asks before it trusts anybody is public; only what it accepts matters.
    if (facts.signedWith !== NONE) return
    const { token } = facts
    const { attribution, recorder, messages } = this.parts.wiretap
    const steps = attribution.started(attacker, 'serves', facts.path)
    const packet = this.packetSeenBy(attacker, message)
    recorder.addEvent(packet, NONE, steps, path, 'request-taken', facts.messages)
    if (messages.wasCarried(attacker, request)) this.flags.setOnce(exchange, CARRIED)
    if (!messages.isNew(attacker, request, false)) return
    const reading = this.readingAtEnd(attacker, message)
    recorder.addEvent(packet, NONE, reading, path, 'request-read', facts.messages)
    if (token !== NONE) recorder.learn(packet, NONE, steps, path, 'token', token)
  }

  /** Returns the steps that read a message at the attacker's own end, except those that have read it on its way there. */
  private readingAtEnd(attacker: number, { exchange, facts }: ReadMessage): readonly number[] {
    const { attribution } = this.parts.wiretap
    const steps = attribution.started(attacker, 'serves', facts.path)
    if (!this.flags.has(exchange, CARRIED)) return steps
    const carrying = attribution.started(attacker, 'carries', facts.path)
    return steps.filter((step) => !carrying.includes(step))
  }

  /** Records that an attacker's relay has read the real server's response to a relayed request. */
  private takeResponse(attacker: number, message: ReadMessage): void {
    const { facts, request } = message
    const { attribution, recorder, messages } = this.parts.wiretap
    if (!messages.isNew(attacker, request, true)) return
    const steps = attribution.started(attacker, 'serves', facts.path)
    recorder.addEvent(this.packetSeenBy(attacker, message), NONE, steps, message.path, 'answer-read', facts.messages)
  }

  /** Records that an honest end has accepted the message, if the attacker has forged or altered it. */
  private judge(attacker: number, message: ReadMessage): void {
    const { facts, author, isAltered, isResponse, exchange } = message
    if (isAltered) {
      const isByOther = !this.controls(attacker, author) && this.parts.wiretap.attribution.controlled[author] === 1
      const steps = this.parts.wiretap.attribution.started(attacker, 'alters', facts.path)
      if (isByOther || steps.length === 0) return
      this.addPieces(steps, message)
      if (!this.flags.setOnce(exchange, ALTERED)) return
      return this.addEvent(steps, message, isResponse ? 'altered-accepted' : 'altered-request-accepted', facts.messages)
    }
    if (!this.controls(attacker, author) || !this.isForeign(message)) return
    const steps = this.forgers(attacker, message)
    if (steps.length === 0) return
    this.addPieces(steps, message)
    if (!this.flags.setOnce(exchange, FORGED)) return
    this.addEvent(steps, message, isResponse ? 'forged-answer-accepted' : 'forged-request-accepted', facts.messages)
  }

  /**
   * Whether the author is not the host that the reader expects. An attacker is the expected author of its own requests.
   */
  private isForeign({ facts, author, isResponse }: ReadMessage): boolean {
    const { client, servers } = this.parts.ends[facts.path]
    if (isResponse) return facts.step === NONE && !servers.includes(author)
    if (facts.step === NONE) return author !== client
    return facts.isOnOthersConnection
  }

  /** The steps that may have sent the message: those that serve in the server's name, and those that forge. */
  private forgers(attacker: number, { facts, isResponse }: ReadMessage): readonly number[] {
    const { attribution } = this.parts.wiretap
    const { state } = attribution
    if (facts.step !== NONE) return [facts.step]
    const roles: readonly StepRole[] = isResponse ? ['serves', 'forges'] : ['forges']
    return roles
      .flatMap((role) => attribution.started(attacker, role, facts.path))
      .filter((step, _, steps) => state.acts(step) > 0 || steps.every((other) => state.acts(other) === 0))
  }

  private addEvent(steps: readonly number[], message: ReadMessage, event: AttackEvent, amount: number): void {
    this.parts.wiretap.recorder.addEvent(this.packetOf(message), NONE, steps, message.path, event, amount)
  }

  /** The packet that delivered the message to an end of its connection. */
  private packetOf({ content, endOffset }: ReadMessage): PacketReference {
    return this.parts.frames.packetOf(NONE, content, endOffset)
  }

  /** The packet in which the attacker saw the message on its way. */
  private packetSeenBy(attacker: number, { content, endOffset }: ReadMessage): PacketReference {
    return this.parts.frames.packetOf(attacker, content, endOffset)
  }

  private addPieces(steps: readonly number[], message: ReadMessage): void {
    const { pieces, isResponse } = message
    if (pieces > 0) this.addEvent(steps, message, isResponse ? 'piece-accepted' : 'request-piece-accepted', pieces)
  }

  /** Counts the pieces that end in a range of a body. Their marks still exist, because the user has not read them yet. */
  private piecesIn(body: Content, offset: number, lengthBytes: number): number {
    const { contents } = this.parts.streams
    let pieces = 0
    forEachPiece(contents, body, offset, lengthBytes, (kind) => {
      if (PIECES.includes(kind)) pieces++
    })
    return pieces
  }

  /** Returns the description of a message that an end has read; null if the message belongs to no path. */
  private messageOf(exchange: Exchange, content: Content, endOffset: number, isAltered: boolean): ReadMessage | null {
    const { http, streams, wiretap } = this.parts
    const { exchanges } = http
    const { plan, state } = wiretap.attribution
    const request = exchanges.request[exchange]
    const facts = plan.requests[request]
    if (state.areAllDisabled || facts.path === NONE) return null
    const host = streams.table.host[exchanges.stream[exchange]]
    return {
      exchange,
      content,
      endOffset,
      request,
      host,
      isResponse: exchanges.isClient[exchange] === 1,
      facts,
      path: this.concernedPath(exchange, content, facts.path, host),
      author: streams.contents.table.author[content],
      isAltered,
      pieces: 0,
    }
  }

  /**
   * Returns the path of a message that a host has read. If `path` leads to a service, it is the path to the replica
   * that the client dialled, otherwise the path to the replica that wrote or read the message.
   */
  private concernedPath(exchange: Exchange, content: Content, path: number, host: number): number {
    const { http, streams, replicas } = this.parts
    const isClient = http.exchanges.isClient[exchange] === 1
    const dialled = replicas.of(path, isClient ? streams.table.sendContent[http.lowerOf(exchange)] : content)
    if (dialled !== path) return dialled
    const written = isClient ? replicas.of(path, content) : path
    return written === path ? replicas.at(path, host) : written
  }

  private controls(attacker: number, host: number): boolean {
    return this.parts.wiretap.attribution.plan.attackers[attacker].controls[host] === 1
  }

  private forEachAttacker(visit: (attacker: number) => void): void {
    const { length } = this.parts.wiretap.attribution.plan.attackers
    for (let attacker = 0; attacker < length; attacker++) visit(attacker)
  }
}
