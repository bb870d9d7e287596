import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { AttackPlan, RequestFacts } from '../attack-plan.ts'
import type { AttackEvent } from '../state/event-counts.ts'
import { VANTAGES } from '../vantages.ts'
import type { FindingRecorder } from './finding-recorder.ts'
import { type HonestEnds, isAtEnd } from './honest-ends.ts'
import type { Encapsulation, Inspection } from './inspection.ts'
import type { StepAttribution } from './step-attribution.ts'

/** The heads of messages that attackers have observed, by attacker and request: `attacker * requests + request`. */
class HeadTable implements ArenaTable {
  /**
   * The numbers of heads of requests and responses that were observed on the wire and attributed to a step that
   * serves. The attacker's own end, which reads each of them later, does not count it again.
   */
  countedRequests!: Int32Array
  countedResponses!: Int32Array
  /**
   * The numbers of heads of requests that were read in the tunnel of an agent, for the steps that carry them, and that
   * the attacker's own end has not read since.
   */
  carriedRequests!: Int32Array

  layOut(columns: Columns): void {
    this.countedRequests = columns.int32()
    this.countedResponses = columns.int32()
    this.carriedRequests = columns.int32()
  }
}

/**
 * Reads the HTTP messages that attackers observe. It finds the events that they cause, the steps concerned, and what is
 * learned.
 */
export class MessageReader {
  private readonly plan: AttackPlan
  private readonly ends: readonly HonestEnds[]
  private readonly attribution: StepAttribution
  private readonly recorder: FindingRecorder
  private readonly heads = new HeadTable()

  constructor(arena: Arena, ends: readonly HonestEnds[], attribution: StepAttribution, recorder: FindingRecorder) {
    this.plan = attribution.plan
    this.ends = ends
    this.attribution = attribution
    this.recorder = recorder
    arena.attach(this.heads, Math.max(1, this.plan.attackers.length * this.plan.requests.length))
  }

  readRequest(inspection: Inspection, around: Encapsulation, request: number, author: number): void {
    const facts = this.factsOf(inspection, around, request, author)
    if (facts === null) return
    const steps = this.addEvent(inspection, around, facts.path, 'request-read', facts.messages)
    const row = this.rowOf(inspection.attacker, request)
    if (around.isOfOwnConnection) this.heads.countedRequests[row]++
    else if (around.isInAgentTunnel) this.heads.carriedRequests[row]++
    const concerned = concernedPath(around, facts.path)
    if (facts.token !== NONE) this.recorder.learn(inspection, around.lock, steps, concerned, 'token', facts.token)
  }

  readResponse(inspection: Inspection, around: Encapsulation, request: number, author: number): void {
    if (request === NONE) return
    const facts = this.factsOf(inspection, around, request, author)
    if (facts === null) return
    this.addEvent(inspection, around, facts.path, 'answer-read', facts.messages)
    if (around.isOfOwnConnection) this.heads.countedResponses[this.rowOf(inspection.attacker, request)]++
  }

  readBody(inspection: Inspection, around: Encapsulation, request: number, author: number, lengthBytes: number): void {
    const facts = this.factsOf(inspection, around, request, author)
    if (facts === null || lengthBytes === 0) return
    const steps = this.addEvent(inspection, around, facts.path, 'body-read', lengthBytes)
    const concerned = concernedPath(around, facts.path)
    for (const secret of facts.secrets) this.recorder.learn(inspection, around.lock, steps, concerned, 'secret', secret)
  }

  /** Reads a typed key or a piece of a stream, which is a message of its own within an exchange. */
  readPiece(
    inspection: Inspection,
    around: Encapsulation,
    request: number,
    author: number,
    event: 'key-read' | 'chunk-read',
  ): void {
    const facts = this.factsOf(inspection, around, request, author)
    if (facts !== null) this.addEvent(inspection, around, facts.path, event, 1)
  }

  /**
   * Called when an end on the attacker's own host reads a head. Returns false when that was counted already, on the
   * wire on its way there.
   */
  isNew(attacker: number, request: number, isResponse: boolean): boolean {
    const row = this.rowOf(attacker, request)
    const counted = isResponse ? this.heads.countedResponses : this.heads.countedRequests
    if (counted[row] === 0) return true
    counted[row]--
    return false
  }

  /**
   * Called when an end on the attacker's own host reads the head of a request. Returns whether it was read in the tunnel
   * of the attacker's agent already, which carries it to that end.
   */
  wasCarried(attacker: number, request: number): boolean {
    const row = this.rowOf(attacker, request)
    const { carriedRequests } = this.heads
    if (carriedRequests[row] === 0) return false
    carriedRequests[row]--
    return true
  }

  /**
   * Returns whether the message is in a session that ends at the attacker in another host's name: that end will read
   * it.
   */
  isForOwnEnd({ attacker }: Inspection, { clientHost, serverHost, steps }: Encapsulation, request: number): boolean {
    const facts = this.plan.requests[request]
    if (facts.path === NONE || steps !== null) return false
    const { client, servers } = this.ends[facts.path]
    const { controls } = this.plan.attackers[attacker]
    const isServer = serverHost !== NONE && controls[serverHost] === 1 && !servers.includes(serverHost)
    return isServer || (clientHost !== NONE && controls[clientHost] === 1 && client !== clientHost)
  }

  private rowOf(attacker: number, request: number): number {
    return attacker * this.plan.requests.length + request
  }

  /**
   * Returns the facts about a message; null if it belongs to no path, comes from or goes to the attacker, or will be
   * read by the attacker's own end.
   */
  private factsOf(inspection: Inspection, around: Encapsulation, request: number, author: number): RequestFacts | null {
    const facts = this.plan.requests[request]
    if (facts.path === NONE || facts.step !== NONE) return null
    const { controls } = this.plan.attackers[inspection.attacker]
    if (controls[author] === 1 && !isAtEnd(this.ends[facts.path], author)) return null
    return this.isForOwnEnd(inspection, around, request) ? null : facts
  }

  private addEvent(
    inspection: Inspection,
    around: Encapsulation,
    path: number,
    event: AttackEvent,
    amount: number,
  ): readonly number[] {
    const steps = around.steps ?? this.stepsFor(inspection, around, path)
    const concerned = concernedPath(around, path)
    this.recorder.addEvent(inspection, around.lock, steps, concerned, event, amount)
    if (around.isEncrypted) this.recorder.learn(inspection, around.lock, steps, concerned, 'session-key', path)
    return steps
  }

  private stepsFor({ attacker }: Inspection, around: Encapsulation, path: number): readonly number[] {
    if (around.isOfOwnConnection) return this.attribution.started(attacker, 'serves', path)
    const reading = this.attribution.readingNow(attacker, path)
    const { vantage, host } = this.plan.attackers[attacker]
    // A host without an end of the path observes the path's messages only because of an agent there.
    const isCarried = around.isInAgentTunnel || (!VANTAGES[vantage].hasOwnHost && !isAtEnd(this.ends[path], host))
    if (!isCarried) return reading
    return [...reading, ...this.attribution.started(attacker, 'carries', path)]
  }
}

/** Returns the path that a message concerns: that to a replica, where `path` leads to a service. */
function concernedPath({ replica }: Encapsulation, path: number): number {
  return replica === NONE ? path : replica
}
