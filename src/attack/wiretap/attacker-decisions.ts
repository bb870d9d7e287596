import type { AccessObserver } from '../../cluster/access/access-observer.ts'
import type { Identity } from '../../cluster/access/identity.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { RequestFacts } from '../attack-plan.ts'
import type { Ask } from '../sockets/sockets-plan.ts'
import type { Decisions } from '../state/decisions.ts'
import type { HonestEnds } from './honest-ends.ts'
import type { StepChoice } from './step-choice.ts'

export interface AttackerDecisionsParts {
  readonly decisions: Decisions
  readonly choice: StepChoice
  readonly ends: readonly HonestEnds[]
  readonly http: Http
  readonly streams: ByteStreams
  /** Those of the identity book, in its order. */
  readonly identities: readonly Identity[]
  readonly asks: readonly Pick<Ask, 'request' | 'path'>[]
}

/** Writes down what servers of a cluster decide about requests of attackers. */
export class AttackerDecisions implements AccessObserver {
  private readonly decisions: Decisions
  private readonly choice: StepChoice
  private readonly ends: readonly HonestEnds[]
  private readonly http: Http
  private readonly streams: ByteStreams
  /** By request: the path whose server an attacker's own request asks. */
  private readonly pathByAsk: ReadonlyMap<number, number>
  /** By user and groups: the index in the identity book. */
  private readonly indexByKey: ReadonlyMap<string, number>

  constructor({ decisions, choice, ends, http, streams, identities, asks }: AttackerDecisionsParts) {
    this.decisions = decisions
    this.choice = choice
    this.ends = ends
    this.http = http
    this.streams = streams
    this.pathByAsk = new Map(asks.map(({ request, path }) => [request, path]))
    this.indexByKey = new Map(identities.map((identity, index) => [keyOf(identity), index]))
  }

  onDecided(exchange: Exchange, identity: Identity | null, _isAllowed: boolean, status: number): void {
    const { exchanges } = this.http
    const request = exchanges.request[exchange]
    const facts = this.choice.plan.requests[request]
    if (facts === undefined) return
    const step = facts.step === NONE ? this.messenger(exchange, facts) : facts.step
    if (step === NONE) return
    this.decisions.note({
      step,
      path: facts.path === NONE ? (this.pathByAsk.get(request) ?? NONE) : facts.path,
      request,
      identity: identity === null ? NONE : (this.indexByKey.get(keyOf(identity)) ?? NONE),
      status,
      host: this.streams.table.host[exchanges.stream[exchange]],
    })
  }

  /** The step that has passed on somebody's request, or put it into a connection; NONE: it is where it belongs. */
  private messenger(exchange: Exchange, { path }: RequestFacts): number {
    if (path === NONE) return NONE
    const { table, contents } = this.streams
    const content = table.receiveContent[this.http.lowerOf(exchange)]
    if (content === NONE) return NONE
    const author = contents.table.author[content]
    if (author === this.ends[path].client) return NONE
    const { choice } = this
    const attacker = choice.plan.attackers.findIndex(({ controls }) => controls[author] === 1)
    if (attacker < 0) return NONE
    const roles = ['relays', 'forges', 'serves'] as const
    return roles.flatMap((role) => choice.begun(attacker, role, path))[0] ?? NONE
  }
}

function keyOf({ user, groups }: Identity): string {
  return [user, ...groups].join('\n')
}
