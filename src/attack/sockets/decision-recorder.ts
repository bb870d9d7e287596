import { type AccessObserver, NOT_REFUSED } from '../../cluster/access/access-observer.ts'
import type { Identity } from '../../cluster/access/identity.ts'
import type { Arena } from '../../engine/arena.ts'
import { NONE } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { ResponseObserver } from '../../http/message-observer.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { Decision, Decisions } from '../state/decisions.ts'
import { ExchangeNumbers } from '../wiretap/exchange-numbers.ts'
import type { ExchangePackets } from '../wiretap/exchange-packets.ts'
import type { HonestEnds } from '../wiretap/honest-ends.ts'
import type { StepAttribution } from '../wiretap/step-attribution.ts'
import type { PlannedAttackerRequest } from './sockets-plan.ts'
import { tcpBelow } from './tcp-below.ts'

export interface DecisionRecorderParts {
  readonly arena: Arena
  readonly decisions: Decisions
  readonly attribution: StepAttribution
  /** The hosts at the ends of each path of the plan. */
  readonly ends: readonly HonestEnds[]
  readonly http: Http
  readonly streams: ByteStreams
  readonly tls: Tls
  readonly tcp: Tcp
  /** Whether servers decide on every request that needs a permission, as those of a cluster do. */
  readonly hasAccessControl: boolean
  /** The identities of the access log, in its order. */
  readonly identities: readonly Identity[]
  readonly requests: readonly Pick<PlannedAttackerRequest, 'request' | 'path'>[]
  readonly requestPackets: ExchangePackets
}

/**
 * Records the decisions of a cluster's servers on attackers' requests, and the responses of all servers to them. A
 * server that answers without a decision has no access control; it allowed everything that it did not refuse.
 */
export class DecisionRecorder implements AccessObserver, ResponseObserver {
  private readonly parts: DecisionRecorderParts
  /** The number of the decision on each exchange. */
  private readonly numbers: ExchangeNumbers
  /** The path whose server receives each request that attackers send themselves, by the index of the request. */
  private readonly pathByRequest: ReadonlyMap<number, number>
  /** 1 for each request that a step sends itself, else 0; by the index of the request. */
  private readonly isOwn: Uint8Array
  /** The index of each identity in `identities`, by a key of its user and groups. */
  private readonly indexByKey: ReadonlyMap<string, number>

  constructor(parts: DecisionRecorderParts) {
    this.parts = parts
    this.numbers = new ExchangeNumbers(parts.arena, parts.http.exchanges)
    this.pathByRequest = new Map(parts.requests.map(({ request, path }) => [request, path]))
    this.isOwn = Uint8Array.from(parts.attribution.plan.requests, ({ step }) => (step === NONE ? 0 : 1))
    this.indexByKey = new Map(parts.identities.map((identity, index) => [keyOf(identity), index]))
  }

  onDecided(exchange: Exchange, identity: Identity | null, _isAllowed: boolean, status: number): void {
    const step = this.stepOf(exchange)
    if (step === NONE) return
    const index = identity === null ? NONE : (this.indexByKey.get(keyOf(identity)) ?? NONE)
    this.add(exchange, step, { identity: index, isByAccess: true, status, answer: 0 })
  }

  onNotPassedOn(exchange: Exchange, code: number): void {
    const decision = this.numbers.numberFor(exchange)
    if (decision > 0) this.parts.decisions.explain(decision, code)
  }

  onResponse(request: number, status: number, _host: number, exchange: Exchange): void {
    const step = this.stepOf(exchange)
    if (step === NONE) return
    const { decisions, attribution, hasAccessControl } = this.parts
    const decision = this.numbers.numberFor(exchange)
    if (decision > 0) return decisions.respond(decision, status)
    // A proxy only forwards the decision of another server.
    if (hasAccessControl && attribution.plan.requests[request].operation?.access === 'authorized') return
    const refusal = status < FIRST_REFUSAL ? NOT_REFUSED : status
    this.add(exchange, step, { identity: NONE, isByAccess: false, status: refusal, answer: status })
  }

  private add(
    exchange: Exchange,
    step: number,
    decision: Pick<Decision, 'identity' | 'isByAccess' | 'status' | 'answer'>,
  ): void {
    const { http, streams, tls, tcp, attribution, decisions } = this.parts
    const { exchanges } = http
    const request = exchanges.request[exchange]
    const { path } = attribution.plan.requests[request]
    const connection = tcpBelow(http.lowerOf(exchange), streams, tls, tcp)
    const host = streams.table.host[exchanges.stream[exchange]]
    const port = connection === NONE ? NONE : tcp.connections.localPort[connection]
    const about = path === NONE ? (this.pathByRequest.get(request) ?? NONE) : path
    const packet = this.parts.requestPackets.packetOf(exchange)
    this.numbers.assign(exchange, decisions.add({ ...decision, step, path: about, request, host, port, packet }))
  }

  /** Returns the step that sent, relayed or injected the request of an exchange; NONE if none did. */
  private stepOf(exchange: Exchange): number {
    const { http, attribution } = this.parts
    const request = http.exchanges.request[exchange]
    return this.isOwn[request] === 1 ? attribution.plan.requests[request].step : this.forwardingStep(exchange, request)
  }

  /** Returns the step that relayed or injected an honest client's request; NONE where the client itself sent it. */
  private forwardingStep(exchange: Exchange, request: number): number {
    const { http, streams, attribution, ends } = this.parts
    const content = streams.table.receiveContent[http.lowerOf(exchange)]
    if (content === NONE) return NONE
    const author = streams.contents.table.author[content]
    // The author comes first, because most are honest: the facts about their requests are in no cache.
    if (attribution.controlled[author] !== 1) return NONE
    const { path } = attribution.plan.requests[request]
    if (path === NONE || author === ends[path].client) return NONE
    const attacker = attribution.plan.attackers.findIndex(({ controls }) => controls[author] === 1)
    const roles = ['relays', 'forges', 'serves'] as const
    return roles.flatMap((role) => attribution.started(attacker, role, path))[0] ?? NONE
  }
}

/** The lowest HTTP status code of an error. */
const FIRST_REFUSAL = 400

function keyOf({ user, groups }: Identity): string {
  return [user, ...groups].join('\n')
}
