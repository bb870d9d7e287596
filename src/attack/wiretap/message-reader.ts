import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { AttackPlan, RequestFacts } from '../attack-plan.ts'
import { type Exhibit, NO_EXHIBIT, type Sight } from '../state/tally.ts'
import { type HonestEnds, isAtEnd } from './honest-ends.ts'
import type { Look, Place } from './look.ts'
import type { Readings } from './readings.ts'
import type { StepChoice } from './step-choice.ts'

/** By attacker: the request whose head it saw last, plus 1, and where. */
class LastHeads implements ArenaTable {
  request!: Int32Array
  direction!: Int32Array
  serial!: Float64Array

  layOut(columns: Columns): void {
    this.serial = columns.float64()
    this.request = columns.int32()
    this.direction = columns.int32()
  }
}

/** Reads messages of HTTP: what of them is news, to which steps it is put down, and what is learned by it. */
export class MessageReader {
  private readonly plan: AttackPlan
  private readonly ends: readonly HonestEnds[]
  private readonly choice: StepChoice
  private readonly readings: Readings
  private readonly lastHeads = new LastHeads()

  constructor(arena: Arena, ends: readonly HonestEnds[], choice: StepChoice, readings: Readings) {
    this.plan = choice.plan
    this.ends = ends
    this.choice = choice
    this.readings = readings
    arena.attach(this.lastHeads, Math.max(1, this.plan.attackers.length))
  }

  readRequest(look: Look, place: Place, request: number, author: number): void {
    this.remember(look, request)
    const facts = this.factsOf(look, place, request, author)
    if (facts === null) return
    const steps = this.note(look, place, facts.path, 'request-read', 1)
    if (facts.token !== NONE) this.readings.learn(look, place.lock, steps, facts.path, 'token', facts.token)
  }

  readAnswer(look: Look, place: Place, request: number, author: number): void {
    this.remember(look, request)
    const facts = this.factsOf(look, place, request, author)
    if (facts !== null) this.note(look, place, facts.path, 'answer-read', 1)
  }

  readBody(look: Look, place: Place, request: number, author: number, lengthBytes: number): void {
    const facts = this.factsOf(look, place, request, author)
    if (facts === null || lengthBytes === 0) return
    const steps = this.note(look, place, facts.path, 'body-read', lengthBytes)
    for (const secret of facts.secrets) this.readings.learn(look, place.lock, steps, facts.path, 'secret', secret)
  }

  readKey(look: Look, place: Place, request: number, author: number): void {
    const facts = this.factsOf(look, place, request, author)
    if (facts !== null) this.note(look, place, facts.path, 'key-read', 1)
  }

  /** The packet in which an attacker saw the head that one of its ends now has; NO_EXHIBIT: it saw none. */
  whereSeen(attacker: number, request: number): Exhibit {
    const { lastHeads } = this
    if (lastHeads.request[attacker] !== request + 1) return NO_EXHIBIT
    return { direction: lastHeads.direction[attacker], serial: lastHeads.serial[attacker] }
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
    const { lastHeads } = this
    lastHeads.request[attacker] = request + 1
    lastHeads.direction[attacker] = direction
    lastHeads.serial[attacker] = serial
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
    if (place.isInOwnTunnel) return this.choice.begun(attacker, 'serves', path)
    const listening = this.choice.listeningTo(attacker, path)
    if (!place.isInAgentTunnel) return listening
    const claiming = this.choice
      .begun(attacker, 'serves', path)
      .filter((step) => this.plan.steps[step].technique === 'claim-agent')
    return [...listening, ...claiming]
  }
}
