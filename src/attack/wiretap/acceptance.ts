import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { MessageObserver } from '../../http/message-observer.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Content, Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import { CHUNK, ECHO, KEY } from '../../workload/messages.ts'
import type { RequestFacts } from '../attack-plan.ts'
import type { Exhibit, Sight } from '../state/tally.ts'
import type { Arrivals } from './arrivals.ts'
import { ExchangeNotes } from './exchange-notes.ts'
import type { HonestEnds } from './honest-ends.ts'
import { RelayedAnswers } from './relayed-answers.ts'
import type { StepRole } from './step-choice.ts'
import type { Wiretap } from './wiretap.ts'

/** Of ExchangeNotes. */
const FORGED = 1
const ALTERED = 2

/** A message, or a piece of one, as an end has read it. */
interface Reading {
  readonly exchange: Exchange
  readonly content: Content
  readonly request: number
  readonly host: number
  /** The end that read it is the client: it is an answer. */
  readonly isAnswer: boolean
  readonly facts: RequestFacts
  /** Who says it; of a changed copy, who changed it. */
  readonly author: number
  readonly isAltered: boolean
  /** Keys, echoes and pieces of a stream that end in it: each a message by itself. */
  readonly pieces: number
}

const PIECES: readonly number[] = [CHUNK, KEY, ECHO]

export interface AcceptanceParts {
  readonly arena: Arena
  readonly wiretap: Wiretap
  readonly http: Http
  readonly streams: ByteStreams
  readonly ends: readonly HonestEnds[]
  readonly arrivals: Arrivals
  /** A stream and those that carry it. */
  readonly below: (stream: Stream) => readonly Stream[]
}

/**
 * What ends take for true: honest ones what an attacker has forged or changed, an attacker's own what was meant for
 * others.
 */
export class Acceptance implements MessageObserver {
  private readonly wiretap: Wiretap
  private readonly http: Http
  private readonly streams: ByteStreams
  private readonly ends: readonly HonestEnds[]
  private readonly notes: ExchangeNotes
  private readonly relayed: RelayedAnswers
  private readonly arrivals: Arrivals
  private readonly below: (stream: Stream) => readonly Stream[]

  constructor({ arena, wiretap, http, streams, ends, arrivals, below }: AcceptanceParts) {
    this.arrivals = arrivals
    this.below = below
    this.wiretap = wiretap
    this.http = http
    this.streams = streams
    this.ends = ends
    this.notes = new ExchangeNotes(arena, http.exchanges)
    this.relayed = new RelayedAnswers(arena, streams.contents)
  }

  /**
   * By an attacker's relay, before it responds: the real server has answered, with success, what it was asked in place
   * of this exchange, one at the attacker's own server.
   */
  noteRelayed(step: number, exchange: Exchange): void {
    const content = this.streams.table.sendContent[this.http.lowerOf(exchange)]
    this.relayed.add(step, content, this.http.exchanges.number[exchange])
  }

  onRequestRead(exchange: Exchange, content: Content, isAltered: boolean): void {
    const reading = this.readingOf(exchange, content, isAltered)
    if (reading === null) return
    this.forEachAttacker((attacker) => {
      if (!this.controls(attacker, reading.host)) this.judge(attacker, reading)
      else if (this.isInSomebodysStead(reading)) this.takeRequest(attacker, reading)
    })
  }

  onAnswerRead(exchange: Exchange, content: Content, isAltered: boolean): void {
    const reading = this.readingOf(exchange, content, isAltered)
    if (reading === null) return
    this.forEachAttacker((attacker) => {
      if (!this.controls(attacker, reading.host)) this.judge(attacker, reading)
      else if (this.isInSomebodysStead(reading)) this.takeAnswer(attacker, reading)
    })
    const step = this.relayed.take(content, this.http.exchanges.number[exchange])
    if (step !== NONE && reading.facts.step === NONE) this.note([step], reading, 'relayed', 1)
  }

  onBodyRead(
    exchange: Exchange,
    content: Content,
    lengthBytes: number,
    isAltered: boolean,
    body: Content,
    offset: number,
  ): void {
    const reading = this.readingOf(exchange, content, isAltered)
    if (reading === null) return
    const { request, facts, host } = reading
    const author = isAltered ? this.streams.contents.table.author[body] : reading.author
    const pieces = this.piecesIn(body, offset, lengthBytes)
    this.forEachAttacker((attacker) => {
      if (!this.controls(attacker, host)) return this.judge(attacker, { ...reading, author, pieces })
      if (!this.isInSomebodysStead(reading)) return
      const { choice, messages } = this.wiretap
      const steps = choice.begun(attacker, 'serves', facts.path)
      const exhibit = messages.whereSeen(attacker, request)
      this.wiretap.readBodyAsEnd(attacker, steps, exhibit, request, body, offset, lengthBytes)
    })
  }

  /** It has come to an attacker that is not this end of the path; what attackers ask themselves is of no path. */
  private isInSomebodysStead({ isAnswer, host, facts }: Reading): boolean {
    const { client, servers } = this.ends[facts.path]
    return facts.step === NONE && (isAnswer ? host !== client : !servers.includes(host))
  }

  private takeRequest(attacker: number, { facts, request }: Reading): void {
    const { path, token } = facts
    const { choice, readings, messages } = this.wiretap
    const steps = choice.begun(attacker, 'serves', path)
    const exhibit = messages.whereSeen(attacker, request)
    readings.note(exhibit, NONE, steps, path, 'request-taken', 1)
    if (!messages.isNews(attacker, request, false)) return
    readings.note(exhibit, NONE, steps, path, 'request-read', 1)
    if (token !== NONE) readings.learn(exhibit, NONE, steps, path, 'token', token)
  }

  /** The real server's, to what the attacker has passed on. */
  private takeAnswer(attacker: number, { facts, request }: Reading): void {
    const { choice, readings, messages } = this.wiretap
    if (!messages.isNews(attacker, request, true)) return
    const steps = choice.begun(attacker, 'serves', facts.path)
    readings.note(messages.whereSeen(attacker, request), NONE, steps, facts.path, 'answer-read', 1)
  }

  /** An honest end has read what the attacker has said or changed, if it has. */
  private judge(attacker: number, reading: Reading): void {
    const { facts, author, isAltered, isAnswer, exchange } = reading
    const { choice } = this.wiretap
    if (isAltered) {
      const isOther = !this.controls(attacker, author) && this.anyControls(author)
      const steps = choice.begun(attacker, 'alters', facts.path)
      if (isOther || steps.length === 0) return
      this.notePieces(steps, reading)
      if (!this.notes.noteOnce(exchange, ALTERED)) return
      return this.note(steps, reading, isAnswer ? 'altered-accepted' : 'altered-request-accepted', 1)
    }
    if (!this.controls(attacker, author) || !this.isForeign(reading)) return
    const steps = this.forgers(attacker, reading)
    if (steps.length === 0) return
    this.notePieces(steps, reading)
    if (!this.notes.noteOnce(exchange, FORGED)) return
    this.note(steps, reading, isAnswer ? 'forged-answer-accepted' : 'forged-request-accepted', 1)
  }

  /** Its author is not who the reader thinks; an attacker's own requests on its own connections are nobody else's. */
  private isForeign({ facts, author, isAnswer }: Reading): boolean {
    const { client, servers } = this.ends[facts.path]
    if (isAnswer) return facts.step === NONE && !servers.includes(author)
    if (facts.step === NONE) return author !== client
    return facts.isOnOthersConnection
  }

  /** What forges is first; else who serves in another's stead has said it. */
  private forgers(attacker: number, { facts, isAnswer }: Reading): readonly number[] {
    const { choice } = this.wiretap
    if (facts.step !== NONE) return [facts.step]
    const roles: readonly StepRole[] = isAnswer ? ['serves', 'forges'] : ['forges']
    return roles
      .flatMap((role) => choice.begun(attacker, role, facts.path))
      .filter((step, _, steps) => choice.state.acts(step) > 0 || steps.every((other) => choice.state.acts(other) === 0))
  }

  private note(steps: readonly number[], reading: Reading, sight: Sight, amount: number): void {
    this.wiretap.readings.note(this.exhibitOf(reading), NONE, steps, reading.facts.path, sight, amount)
  }

  /** The packet with which it came, or that with which what is around it did. */
  private exhibitOf({ exchange, content }: Reading): Exhibit {
    const { table } = this.streams
    const around = this.below(this.http.lowerOf(exchange)).map((stream) => table.receiveContent[stream])
    return this.arrivals.whereOf([content, ...around])
  }

  private notePieces(steps: readonly number[], reading: Reading): void {
    const { pieces, isAnswer } = reading
    if (pieces > 0) this.note(steps, reading, isAnswer ? 'piece-accepted' : 'request-piece-accepted', pieces)
  }

  /** Whoever is to read them has not, so that their marks are there. */
  private piecesIn(body: Content, offset: number, lengthBytes: number): number {
    const { contents } = this.streams
    const { marks } = contents
    let pieces = 0
    let mark = contents.nextMark(contents.originalOf(body))
    for (; mark !== NONE && marks.endOffset[mark] <= offset + lengthBytes; mark = marks.next[mark])
      if (marks.endOffset[mark] > offset && PIECES.includes(marks.kind[mark])) pieces++
    return pieces
  }

  /** null: it is of no path. */
  private readingOf(exchange: Exchange, content: Content, isAltered: boolean): Reading | null {
    const { exchanges } = this.http
    const request = exchanges.request[exchange]
    const facts = this.wiretap.choice.plan.requests[request]
    if (this.isSilent || facts === undefined || facts.path === NONE) return null
    const host = this.streams.table.host[exchanges.stream[exchange]]
    const author = this.streams.contents.table.author[content]
    return {
      exchange,
      content,
      request,
      host,
      isAnswer: exchanges.isClient[exchange] === 1,
      facts,
      author,
      isAltered,
      pieces: 0,
    }
  }

  private get isSilent(): boolean {
    return this.wiretap.choice.state.isSilent
  }

  private controls(attacker: number, host: number): boolean {
    return this.wiretap.choice.plan.attackers[attacker].controls[host] === 1
  }

  private anyControls(host: number): boolean {
    return this.wiretap.choice.plan.attackers.some(({ controls }) => controls[host] === 1)
  }

  private forEachAttacker(visit: (attacker: number) => void): void {
    const { length } = this.wiretap.choice.plan.attackers
    for (let attacker = 0; attacker < length; attacker++) visit(attacker)
  }
}
