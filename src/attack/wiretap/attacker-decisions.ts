import type { AccessObserver } from '../../cluster/access/access-observer.ts'
import type { Identity } from '../../cluster/access/identity.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { ByteStreams } from '../../transport/byte-stream.ts'
import type { RequestFacts } from '../attack-plan.ts'
import type { Decisions } from '../state/decisions.ts'
import type { HonestEnds } from './honest-ends.ts'
import type { StepChoice } from './step-choice.ts'

/** Writes down what servers of a cluster decide about requests of attackers. */
export class AttackerDecisions implements AccessObserver {
  private readonly decisions: Decisions
  private readonly choice: StepChoice
  private readonly ends: readonly HonestEnds[]
  private readonly http: Http
  private readonly streams: ByteStreams
  /** By user and groups: the index in the identity book. */
  private readonly indexByKey: ReadonlyMap<string, number>

  /** `identities`: those of the identity book, in its order. */
  constructor(
    decisions: Decisions,
    choice: StepChoice,
    ends: readonly HonestEnds[],
    http: Http,
    streams: ByteStreams,
    identities: readonly Identity[],
  ) {
    this.decisions = decisions
    this.choice = choice
    this.ends = ends
    this.http = http
    this.streams = streams
    this.indexByKey = new Map(identities.map((identity, index) => [keyOf(identity), index]))
  }

  onDecided(exchange: number, identity: Identity | null, _isAllowed: boolean, status: number): void {
    const { exchanges } = this.http
    const request = exchanges.request[exchange]
    const facts = this.choice.plan.requests[request]
    if (facts === undefined) return
    const step = facts.step === NONE ? this.forger(exchange, facts) : facts.step
    if (step === NONE) return
    this.decisions.note({
      step,
      path: facts.path,
      request,
      identity: identity === null ? NONE : (this.indexByKey.get(keyOf(identity)) ?? NONE),
      status,
      host: this.streams.table.host[exchanges.stream[exchange]],
    })
  }

  /** The step that has put an honest request into somebody else's connection; NONE: it is where it belongs. */
  private forger(exchange: number, { path }: RequestFacts): number {
    if (path === NONE) return NONE
    const { table, contents } = this.streams
    const content = table.receiveContent[this.http.lowerOf(exchange)]
    if (content === NONE) return NONE
    const author = contents.table.author[content]
    if (author === this.ends[path].client) return NONE
    const { attackers } = this.choice.plan
    const attacker = attackers.findIndex(({ controls }) => controls[author] === 1)
    if (attacker < 0) return NONE
    return this.choice.begun(attacker, 'forges', path)[0] ?? NONE
  }
}

function keyOf({ user, groups }: Identity): string {
  return [user, ...groups].join('\n')
}
