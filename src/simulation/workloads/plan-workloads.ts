import type { StreamingProtocol } from '../../cluster/messages/streaming-protocols.ts'
import { isBetween, pathKind } from '../../cluster/paths/path-kinds.ts'
import {
  type ExchangeContext,
  isUpgrading,
  type PlannedExchange,
  protocolsTried,
} from '../../cluster/paths/requests/path-requests.ts'
import { folderTest } from '../../cluster/paths/requests/requests-to-apiserver.ts'
import { type Abilities, abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { StreamKey, Streams } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import { HTTP_1, HTTP_2 } from '../../http/http-connection.ts'
import { type Token, tokenSizeBytes } from '../../security/bearer-token.ts'
import type { PlannedResponse } from '../../workload/planned-response.ts'
import { type Arrivals, type Lookups, NO_LOOKUPS, type Workload } from '../../workload/workload.ts'
import { isWatch } from '../../workload/workload-kind.ts'
import { planProxied } from '../apiserver/plan-proxied.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../blueprint.ts'
import { byName, nameLanes } from '../by-name.ts'
import type { HeartbeatPlans } from '../heartbeats/plan-heartbeats.ts'
import { type Conversation, conversationOf, type Share, sessionOf } from '../http/plan-conversation.ts'
import type { Caller, HttpCatalogue } from '../http/plan-http.ts'
import { named } from '../lookups/lookups.ts'
import { defaultVersionOf, versionOfHost } from '../lookups/path-traits.ts'
import { lookUp } from '../network/plan-network.ts'
import { authorityOf, type PlanContext } from '../plan-context.ts'
import { tokenOf } from '../security/plan-security.ts'

/** Plans the workloads, one for each instance of its path, in the order of names. */
export function planWorkloads(context: PlanContext, heartbeats: HeartbeatPlans): readonly Workload[] {
  const { lookups, workloads } = context.blueprint
  const instances = workloads.flatMap((workload) =>
    named(lookups.paths.byDeclaration, workload.path).map((path, nth, { length }) => ({
      name: instanceName(workload, path),
      workload,
      path,
      share: { nth, of: length },
    })),
  )
  return instances.sort(byName).map((instance, index) => planWorkload(instance, index, heartbeats, context))
}

function instanceName({ name }: WorkloadBlueprint, path: PathBlueprint): string {
  return path.name === path.declared ? name : `${name}${path.name.slice(path.declared.length)}`
}

/** A workload on one instance of its path. */
interface Instance {
  readonly name: string
  readonly workload: WorkloadBlueprint
  readonly path: PathBlueprint
  readonly share: Share
}

function planWorkload(
  { name, workload, path, share }: Instance,
  index: number,
  heartbeats: HeartbeatPlans,
  context: PlanContext,
): Workload {
  const { blueprint, paths, identities, streams } = context
  const token = tokenOf(path.tls, identities)
  const pathIndex = lookUp(paths.pathIndex, path.name)
  const authority = authorityOf(context, pathIndex)
  const common = {
    name,
    declared: workload.name,
    path: pathIndex,
    ...nameLanes(`workload/${name}`),
    isKeptAlive: workload.connection === 'keep-alive',
    startNs: workload.startNs,
  }
  if (workload.kind === 'heartbeat') {
    const { arrivals, usual } = heartbeats.plan({ name, workload, path, authority, token })
    const version = path.protocol === 'h2' ? HTTP_2 : HTTP_1
    const own = { fallback: NONE, lookups: NO_LOOKUPS, version, arrivals, traffic: { kind: 'answers' } } as const
    return { ...common, ...usual, ...own }
  }
  const clientVersion = versionOfHost(blueprint, path.from)
  const { client } = abilitiesOf(clientVersion)
  const { requests } = pathKind(path.kind)
  const exchangeContext = {
    workload,
    path,
    pod: null,
    minor: defaultVersionOf(blueprint).minor,
    clientMinor: clientVersion.minor,
    authority,
    tokenBytes: token === null ? 0 : tokenSizeBytes(token),
  }
  const isUpgrade = isUpgrading(workload)
  const own = { name, index, workload, path, share, token, exchangeContext }
  const [first, second] = protocolsTried(workload, requests, client)
  const { request, exchange, traffic } = planOwn(own, first, client, context)
  return {
    ...common,
    version: path.protocol === 'h2' && !isUpgrade ? HTTP_2 : HTTP_1,
    arrivals: planArrivals(name, workload, streams),
    request,
    fallback: isUpgrade && second !== undefined ? planOwn(own, second, client, context).request : NONE,
    requestBodyBytes: exchange.requestBodyBytes,
    responseBodyBytes: exchange.responseBodyBytes,
    lookups: planLookups(own, first, client, context),
    traffic,
  }
}

/** The parameters that the requests of a workload share in every protocol. */
interface OwnRequests extends Instance {
  readonly index: number
  readonly token: Token | null
  readonly exchangeContext: Omit<ExchangeContext, 'protocol'>
}

/** Plans the request of a workload in one protocol. */
function planOwn(
  { name, index, workload, path, share, token, exchangeContext }: OwnRequests,
  protocol: StreamingProtocol,
  client: Abilities['client'],
  context: PlanContext,
) {
  const { streams, catalogue, answers } = context
  const exchange = pathKind(path.kind).requests.planExchange({ ...exchangeContext, protocol })
  const { line, requestFields, isUpgrade, isReadByLine = false, responseBodyBytes } = exchange
  const writing = { flushesHead: workload.head === 'apart', isReadByLine }
  const request = catalogue.request(line, requestFields, isUpgrade, callerOf(path, token), writing)
  if (isUpgrade) catalogue.sessions.set(request, sessionOf(workload, path, protocol, client))
  const flow = { workload: index, key: arrivalKey(name, streams), share }
  const conversation = conversationOf(workload, responseBodyBytes, flow)
  const answer = planResponse(conversation, exchange, askedToken(token, context), catalogue)
  answers[request] = answer
  const proxied = planProxied(name, workload, path, index, { protocol, answer }, context)
  if (proxied !== null) context.proxied.set(request, proxied)
  return { request, exchange, traffic: conversation.traffic }
}

/** Returns the token that a server asks for; null in a cluster, where servers authenticate clients themselves. */
function askedToken(token: Token | null, { blueprint }: PlanContext): Token | null {
  return blueprint.cluster === null ? token : null
}

/** Plans the requests that a workload sends before its own. An upgraded connection is separate from them. */
function planLookups(
  own: OwnRequests,
  protocol: StreamingProtocol,
  client: Abilities['client'],
  context: PlanContext,
): Lookups {
  const { catalogue, answers } = context
  const { workload, path, token, exchangeContext } = own
  const exchanges = pathKind(path.kind).requests.planLookups?.({ ...exchangeContext, protocol }) ?? []
  if (exchanges.length === 0) return NO_LOOKUPS
  const folder = folderTest(workload)
  const folderContext = { ...exchangeContext, workload: folder }
  const requests = exchanges.map((exchange) => {
    if (exchange.isUpgrade)
      return planOwn({ ...own, workload: folder, exchangeContext: folderContext }, protocol, client, context).request
    const request = catalogue.request(exchange.line, exchange.requestFields, false, callerOf(path, token))
    const body = { kind: 'body', bodyBytes: exchange.responseBodyBytes } as const
    answers[request] = planResponse(
      { traffic: { kind: 'answers' }, body, status: 200 },
      exchange,
      askedToken(token, context),
      catalogue,
    )
    return request
  })
  const ownVersion = path.protocol === 'h2' ? HTTP_2 : HTTP_1
  return { requests, ownVersion: isUpgrading(workload) ? ownVersion : null }
}

function planResponse(
  { body, status }: Conversation,
  { responseFields, responseBodyBytes }: PlannedExchange,
  token: Token | null,
  catalogue: HttpCatalogue,
): PlannedResponse {
  return {
    body,
    accepted: catalogue.response(status, responseFields(status, body.kind === 'body' ? responseBodyBytes : null)),
    refused: catalogue.response(401, responseFields(401, REFUSAL.length)),
    refusalBodyBytes: REFUSAL.length,
    token,
  }
}

function callerOf(path: PathBlueprint, token: Token | null): Caller {
  return {
    token,
    encoding: pathKind(path.kind).requests.encoding,
    from: isBetween(path.kind, 'kubelet', 'apiserver') ? path.from : null,
  }
}

/** The body with which servers of Kubernetes refuse a request. */
const REFUSAL = 'Unauthorized'

function planArrivals(name: string, { arrivals, kind }: WorkloadBlueprint, streams: Streams): Arrivals {
  if (arrivals.kind === 'closed') return arrivals
  // A reflector starts again when its watch ends. A log is followed once.
  if (arrivals.kind === 'flow' || isWatch(kind))
    return { kind: 'closed', requests: isWatch(kind) ? Number.POSITIVE_INFINITY : 1, concurrency: 1 }
  const forNs = arrivals.forNs ?? Number.POSITIVE_INFINITY
  return { ...arrivals, forNs, key: arrivalKey(name, streams) }
}

function arrivalKey(name: string, streams: Streams): StreamKey {
  return streams.key(`workload/${name}/arrivals`)
}
