import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { AttackPlan, RequestFacts } from '../attack-plan.ts'
import { type Exhibit, NO_EXHIBIT, type Sight } from '../state/tally.ts'
import { VANTAGES } from '../vantages.ts'
import { type HonestEnds, isAtEnd } from './honest-ends.ts'
import type { Look, Place } from './look.ts'
import type { Readings } from './readings.ts'
import type { StepChoice } from './step-choice.ts'

/** By attacker and request, `attacker * requests + request`: where it saw a head last, and which its own end needs not note. */
class HeadTable implements ArenaTable {
  isSeen!: Uint8Array
  direction!: Int32Array
  serial!: Float64Array
  /** Read on the wire, put down to steps that serve, and not read by the attacker's own end yet. */
  requests!: Int32Array
  answers!: Int32Array

  layOut(columns: Columns): void {
    this.serial = columns.float64()
    this.direction = columns.int32()
    this.requests = columns.int32()
    this.answers = columns.int32()
    this.isSeen = columns.uint8()
  }
}

/** Reads messages of HTTP: what of them is news, to which steps it is put down, and what is learned by it. */
export class MessageReader {
  private readonly plan: AttackPlan
  private readonly ends: readonly HonestEnds[]
  private readonly choice: StepChoice
  private readonly readings: Readings
  private readonly heads = new HeadTable()

  constructor(arena: Arena, ends: readonly HonestEnds[], choice: StepChoice, readings: Readings) {
    this.plan = choice.plan
    this.ends = ends
    this.choice = choice
    this.readings = readings
    arena.attach(this.heads, Math.max(1, this.plan.attackers.length * this.plan.requests.length))
  }

  readRequest(look: Look, place: Place, request: number, author: number): void {
    this.remember(look, request)
    const facts = this.factsOf(look, place, request, author)
    if (facts === null) return
    const steps = this.note(look, place, facts.path, 'request-read', 1)
    if (place.isOfOwnConnection) this.heads.requests[this.rowOf(look.attacker, request)]++
    if (facts.token !== NONE) this.readings.learn(look, place.lock, steps, facts.path, 'token', facts.token)
  }

  readAnswer(look: Look, place: Place, request: number, author: number): void {
    if (request === NONE) return
    this.remember(look, request)
    const facts = this.factsOf(look, place, request, author)
    if (facts === null) return
    this.note(look, place, facts.path, 'answer-read', 1)
    if (place.isOfOwnConnection) this.heads.answers[this.rowOf(look.attacker, request)]++
  }

  readBody(look: Look, place: Place, request: number, author: number, lengthBytes: number): void {
    const facts = this.factsOf(look, place, request, author)
    if (facts === null || lengthBytes === 0) return
    const steps = this.note(look, place, facts.path, 'body-read', lengthBytes)
    for (const secret of facts.secrets) this.readings.learn(look, place.lock, steps, facts.path, 'secret', secret)
  }

  /** A key, or a piece of a stream: a message by itself, within an exchange. */
  readPiece(look: Look, place: Place, request: number, author: number, sight: 'key-read' | 'chunk-read'): void {
    const facts = this.factsOf(look, place, request, author)
    if (facts !== null) this.note(look, place, facts.path, sight, 1)
  }

  /** The packet in which an attacker saw the head that one of its ends now has; NO_EXHIBIT: it saw none. */
  whereSeen(attacker: number, request: number): Exhibit {
    const row = this.rowOf(attacker, request)
    const { isSeen, direction, serial } = this.heads
    return isSeen[row] === 0 ? NO_EXHIBIT : { direction: direction[row], serial: serial[row] }
  }

  /** An end of the attacker's own has a head. False where it was read on its way there, and noted then. */
  isNews(attacker: number, request: number, isAnswer: boolean): boolean {
    const row = this.rowOf(attacker, request)
    const noted = isAnswer ? this.heads.answers : this.heads.requests
    if (noted[row] === 0) return true
    noted[row]--
    return false
  }

  /** The message is inside a session that an attacker is an end of in somebody's stead: its own end reads it. */
  isForOwnEnd({ attacker }: Look, { clientHost, serverHost, steps }: Place, request: number): boolean {
    const facts = this.plan.requests[request]
    if (facts === undefined || facts.path === NONE || steps !== null) return false
    const { client, servers } = this.ends[facts.path]
    const { controls } = this.plan.attackers[attacker]
    const isServer = serverHost !== NONE && controls[serverHost] === 1 && !servers.includes(serverHost)
    return isServer || (clientHost !== NONE && controls[clientHost] === 1 && client !== clientHost)
  }

  private remember({ attacker, direction, serial }: Look, request: number): void {
    const { heads } = this
    const row = this.rowOf(attacker, request)
    heads.isSeen[row] = 1
    heads.direction[row] = direction
    heads.serial[row] = serial
  }

  private rowOf(attacker: number, request: number): number {
    return attacker * this.plan.requests.length + request
  }

  /** null: it is nobody's, or the attacker's own, or said by it, or read elsewhere. */
  private factsOf(look: Look, place: Place, request: number, author: number): RequestFacts | null {
    const facts = this.plan.requests[request]
    if (facts === undefined || facts.path === NONE || facts.step !== NONE) return null
    if (this.plan.attackers[look.attacker].controls[author] === 1 && !isAtEnd(this.ends[facts.path], author))
      return null
    return this.isForOwnEnd(look, place, request) ? null : facts
  }

  private note(look: Look, place: Place, path: number, sight: Sight, amount: number): readonly number[] {
    const steps = place.steps ?? this.stepsFor(look, place, path)
    this.readings.note(look, place.lock, steps, path, sight, amount)
    if (place.isSealed) this.readings.learn(look, place.lock, steps, path, 'session-key', path)
    return steps
  }

  private stepsFor({ attacker }: Look, place: Place, path: number): readonly number[] {
    if (place.isOfOwnConnection) return this.choice.begun(attacker, 'serves', path)
    const listening = this.choice.listeningTo(attacker, path)
    const { vantage, host } = this.plan.attackers[attacker]
    // What comes by a host with no end of the path on it comes because of the agent there.
    const isCarried = place.isInAgentTunnel || (!VANTAGES[vantage].hasOwnHost && !isAtEnd(this.ends[path], host))
    if (!isCarried) return listening
    return [...listening, ...this.choice.begun(attacker, 'carries', path)]
  }
}
