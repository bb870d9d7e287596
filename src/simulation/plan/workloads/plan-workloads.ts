import type { PlannedAttackerRequest } from '../../../attack/sockets/sockets-plan.ts'
import type { ProxiedRequestPlan } from '../../../cluster/apiserver/proxied-request-plan.ts'
import type { KonnectivityHeads } from '../../../cluster/konnectivity/konnectivity-agent.ts'
import type { NodeAddressPlan } from '../../../cluster/node-lifecycle/node-addresses.ts'
import type { NodeLifecyclePlan } from '../../../cluster/node-lifecycle/node-lifecycle.ts'
import { isBetween, pathKind } from '../../../cluster/paths/path-kinds.ts'
import type { PlannedExchange } from '../../../cluster/paths/requests/path-requests.ts'
import { hashString32 } from '../../../engine/hash.ts'
import type { Streams } from '../../../engine/streams.ts'
import { HTTP_1, HTTP_2 } from '../../../http/http-connection.ts'
import type { HttpDirectory } from '../../../http/message.ts'
import { formatAddress } from '../../../network/address-book.ts'
import { type Token, tokenSizeBytes } from '../../../security/bearer-token.ts'
import type { PlannedResponse } from '../../../workload/planned-response.ts'
import type { Arrivals, Workload } from '../../../workload/workload.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../../blueprint.ts'
import { byName } from '../../by-name.ts'
import type { ExpandedBlueprint } from '../../expansion/expanded-blueprint.ts'
import { named } from '../../expansion/lookups.ts'
import { defaultVersionOf } from '../../expansion/path-traits.ts'
import { planAsks } from '../attackers/plan-asks.ts'
import { planRelayedRequests, type RelayedRequests } from '../attackers/plan-relayed-requests.ts'
import { type BackgroundPlan, planBackground } from '../cluster/plan-background.ts'
import { type ClusterPlan, planCluster } from '../cluster/plan-cluster.ts'
import { HeartbeatPlans } from '../cluster/plan-heartbeats.ts'
import { planNodeAddresses } from '../cluster/plan-node-addresses.ts'
import { planProxied } from '../cluster/plan-proxied.ts'
import { planHealthRequest } from '../cluster/plan-ssh-tunneler.ts'
import { type Conversation, conversationOf } from '../http/plan-conversation.ts'
import { type Caller, HttpCatalogue } from '../http/plan-http.ts'
import { planKonnectivityHeads } from '../http/plan-konnectivity-heads.ts'
import { HIGH_LANE, LOW_LANE } from '../name-lanes.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlannedPaths } from '../paths/plan-paths.ts'
import { type Identities, tokenOf } from '../security/plan-security.ts'

export interface PlannedWorkloads {
  readonly workloads: readonly Workload[]
  /** null: there is none. */
  readonly cluster: ClusterPlan | null
  readonly background: BackgroundPlan | null
  readonly http: HttpDirectory
  /** By request. */
  readonly answers: readonly PlannedResponse[]
  readonly nodeLifecycle: NodeLifecyclePlan
  readonly nodeAddresses: NodeAddressPlan
  /** Of an SSH tunneler's health checks; NONE: nobody makes any. */
  readonly healthRequest: number
  readonly konnectivityHeads: KonnectivityHeads
  readonly catalogue: HttpCatalogue
  /** What the apiserver asks in turn, by the request that it is asked. */
  readonly proxied: ReadonlyMap<number, ProxiedRequestPlan>
  /** Of attackers. */
  readonly asks: readonly PlannedAttackerRequest[]
  readonly relayed: RelayedRequests
}

interface Surroundings {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly paths: PlannedPaths
  readonly identities: Identities
  readonly streams: Streams
  readonly catalogue: HttpCatalogue
  readonly heartbeats: HeartbeatPlans
  readonly answers: PlannedResponse[]
  readonly proxied: Map<number, ProxiedRequestPlan>
}

/** A workload runs on each instance of its path. */
export function planWorkloads(
  blueprint: ExpandedBlueprint,
  network: PlannedNetwork,
  paths: PlannedPaths,
  identities: Identities,
  streams: Streams,
): PlannedWorkloads {
  const catalogue = new HttpCatalogue()
  const answers: PlannedResponse[] = []
  const proxied = new Map<number, ProxiedRequestPlan>()
  const heartbeats = new HeartbeatPlans(blueprint, network, streams, catalogue, answers)
  const surroundings = { blueprint, network, paths, identities, streams, catalogue, heartbeats, answers, proxied }
  const instances = blueprint.workloads.flatMap((workload) =>
    named(blueprint.lookups.paths.byDeclaration, workload.path).map((path) => ({
      name: instanceName(workload, path),
      workload,
      path,
    })),
  )
  const workloads = instances
    .sort(byName)
    .map(({ name, workload, path }, index) => planWorkload(name, workload, path, index, surroundings))
  const healthRequest = planHealthRequest(blueprint, catalogue, answers)
  const { agents, identifiers } = paths.konnectivity
  const konnectivityHeads = planKonnectivityHeads(agents, identifiers, network, catalogue)
  const nodeLifecycle = heartbeats.lifecycle()
  // What they ask for may change what the cluster's own programs see.
  const asks = planAsks(surroundings)
  const relayed = planRelayedRequests(surroundings, workloads)
  const background = planBackground({ ...surroundings, workloads })
  const cluster = planCluster({ ...surroundings, background })
  const nodeAddresses = planNodeAddresses(blueprint, network, paths, catalogue)
  return {
    workloads,
    cluster,
    background,
    healthRequest,
    konnectivityHeads,
    http: catalogue.directory(),
    answers,
    nodeLifecycle,
    nodeAddresses,
    catalogue,
    proxied,
    asks,
    relayed,
  }
}

function instanceName({ name }: WorkloadBlueprint, path: PathBlueprint): string {
  return path.name === path.declared ? name : `${name}${path.name.slice(path.declared.length)}`
}

function planWorkload(
  name: string,
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  index: number,
  surroundings: Surroundings,
): Workload {
  const { network, paths, identities, streams, catalogue, answers } = surroundings
  const token = tokenOf(path.tls, identities)
  const version = defaultVersionOf(surroundings.blueprint)
  const pathIndex = lookUp(paths.pathIndex, path.name)
  const address = network.addresses.valueOf(paths.paths[pathIndex].remoteAddress)
  const authority = `${formatAddress(address)}:${path.port}`
  const common = {
    name,
    declared: workload.name,
    path: pathIndex,
    nameHigh: hashString32(`workload/${name}`, HIGH_LANE),
    nameLow: hashString32(`workload/${name}`, LOW_LANE),
    isKeptAlive: workload.connection === 'keep-alive',
    startNs: workload.startNs,
  }
  if (workload.kind === 'heartbeat') {
    const { arrivals, usual } = surroundings.heartbeats.plan({ name, workload, path, authority, token })
    const version = path.protocol === 'h2' ? HTTP_2 : HTTP_1
    return { ...common, ...usual, version, arrivals, traffic: { kind: 'answers' } }
  }
  const exchange = pathKind(path.kind).requests.planExchange({
    workload,
    path,
    pod: null,
    minor: version.minor,
    authority,
    tokenBytes: token === null ? 0 : tokenSizeBytes(token),
  })
  const { line, requestFields, isUpgrade, requestBodyBytes, responseBodyBytes } = exchange
  const isHeadApart = workload.head === 'apart'
  const request = catalogue.request(line, requestFields, isUpgrade, callerOf(path, token), isHeadApart)
  const conversation = conversationOf(workload, path, version, responseBodyBytes, index)
  // In a cluster whoever is asked judges by itself who asks.
  const asked = surroundings.blueprint.cluster === null ? token : null
  const answer = planAnswer(conversation, exchange, asked, catalogue)
  answers[request] = answer
  const proxied = planProxied(name, workload, path, index, answer, surroundings)
  if (proxied !== null) surroundings.proxied.set(request, proxied)
  return {
    ...common,
    version: path.protocol === 'h2' && !isUpgrade ? HTTP_2 : HTTP_1,
    arrivals: planArrivals(name, workload, streams),
    request,
    requestBodyBytes,
    responseBodyBytes,
    traffic: conversation.traffic,
  }
}

function planAnswer(
  { says, status }: Conversation,
  { responseFields, responseBodyBytes }: PlannedExchange,
  token: Token | null,
  catalogue: HttpCatalogue,
): PlannedResponse {
  return {
    body: says,
    accepted: catalogue.response(status, responseFields(status, says.kind === 'body' ? responseBodyBytes : null)),
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

/** What a server of Kubernetes says to who may not. */
const REFUSAL = 'Unauthorized'

function planArrivals(name: string, { arrivals, kind }: WorkloadBlueprint, streams: Streams): Arrivals {
  if (arrivals.kind === 'closed') return arrivals
  // A reflector asks again when its watch has ended; a log is followed once.
  if (arrivals.kind === 'flow' || kind === 'watch')
    return { kind: 'closed', requests: kind === 'watch' ? Number.POSITIVE_INFINITY : 1, concurrency: 1 }
  const forNs = arrivals.forNs ?? Number.POSITIVE_INFINITY
  return { ...arrivals, forNs, key: streams.key(`workload/${name}/arrivals`) }
}
