import type { AccessObserver } from '../../cluster/access/access-observer.ts'
import type { Identity } from '../../cluster/access/identity.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { RequestFacts } from '../attack-plan.ts'
import type { PlannedAttackerRequest } from '../sockets/sockets-plan.ts'
import type { Decisions } from '../state/decisions.ts'
import type { HonestEnds } from './honest-ends.ts'
import type { StepAttribution } from './step-attribution.ts'

export interface DecisionRecorderParts {
  readonly decisions: Decisions
  readonly attribution: StepAttribution
  /** The hosts at the ends of each path of the plan. */
  readonly ends: readonly HonestEnds[]
  readonly http: Http
  readonly streams: ByteStreams
  /** The identities of the access log, in its order. */
  readonly identities: readonly Identity[]
  readonly requests: readonly Pick<PlannedAttackerRequest, 'request' | 'path'>[]
}

/** Records the decisions of a cluster's servers on attackers' requests. */
export class DecisionRecorder implements AccessObserver {
  private readonly parts: DecisionRecorderParts
  /** The path whose server receives each request that attackers send themselves, by the index of the request. */
  private readonly pathByRequest: ReadonlyMap<number, number>
  /** The index of each identity in `identities`, by a key of its user and groups. */
  private readonly indexByKey: ReadonlyMap<string, number>

  constructor(parts: DecisionRecorderParts) {
    this.parts = parts
    this.pathByRequest = new Map(parts.requests.map(({ request, path }) => [request, path]))
    this.indexByKey = new Map(parts.identities.map((identity, index) => [keyOf(identity), index]))
  }

  onDecided(exchange: Exchange, identity: Identity | null, _isAllowed: boolean, status: number): void {
    const { http, streams, attribution, decisions } = this.parts
    const { exchanges } = http
    const request = exchanges.request[exchange]
    const facts = attribution.plan.requests[request]
    if (facts === undefined) return
    const step = facts.step === NONE ? this.forwardingStep(exchange, facts) : facts.step
    if (step === NONE) return
    decisions.add({
      step,
      path: facts.path === NONE ? (this.pathByRequest.get(request) ?? NONE) : facts.path,
      request,
      identity: identity === null ? NONE : (this.indexByKey.get(keyOf(identity)) ?? NONE),
      status,
      host: streams.table.host[exchanges.stream[exchange]],
    })
  }

  /** Returns the step that relayed or injected an honest client's request; NONE where the client itself sent it. */
  private forwardingStep(exchange: Exchange, { path }: RequestFacts): number {
    const { http, streams, attribution, ends } = this.parts
    if (path === NONE) return NONE
    const content = streams.table.receiveContent[http.lowerOf(exchange)]
    if (content === NONE) return NONE
    const author = streams.contents.table.author[content]
    if (author === ends[path].client) return NONE
    const attacker = attribution.plan.attackers.findIndex(({ controls }) => controls[author] === 1)
    if (attacker < 0) return NONE
    const roles = ['relays', 'forges', 'serves'] as const
    return roles.flatMap((role) => attribution.started(attacker, role, path))[0] ?? NONE
  }
}

function keyOf({ user, groups }: Identity): string {
  return [user, ...groups].join('\n')
}
