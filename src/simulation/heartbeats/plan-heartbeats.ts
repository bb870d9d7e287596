import { unreachableTolerationNs } from '../../cluster/flags/apiserver/default-unreachable-toleration-seconds.ts'
import { CONTROLLER_MANAGER_FLAGS } from '../../cluster/flags/controller-manager-flags.ts'
import { defaultAt, defaultsAt } from '../../cluster/flags/flag.ts'
import { nodeLeaseDurationNs } from '../../cluster/flags/kubelet/node-lease-duration-seconds.ts'
import { nodeStatusReportFrequencyNs } from '../../cluster/flags/kubelet/node-status-report-frequency.ts'
import { nodeStatusUpdateFrequencyNs } from '../../cluster/flags/kubelet/node-status-update-frequency.ts'
import { agentOf } from '../../cluster/messages/api-headers.ts'
import { getLease, getNode, patchNodeStatus, renewLease } from '../../cluster/messages/apiserver-requests.ts'
import {
  hasManagedFields,
  NODE_STATUS_PATCH_BYTES,
  objectBytes,
  TYPICAL_IMAGES,
} from '../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import type { NodeHeartbeat, NodeLifecyclePlan } from '../../cluster/node-lifecycle/node-lifecycle.ts'
import type { EvictionPlan } from '../../cluster/node-lifecycle/pod-evictions.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import { type Token, tokenSizeBytes } from '../../security/bearer-token.ts'
import type { Heartbeat, LeaseLoop, PlannedRequest, StatusLoop } from '../../workload/heartbeat.ts'
import type { PlannedResponse, ResponseBody } from '../../workload/planned-response.ts'
import type { Arrivals } from '../../workload/workload.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../blueprint.ts'
import { CONTENT_TYPES } from '../http/plan-http.ts'
import { sortedNames } from '../lookups/members.ts'
import { defaultVersionOf } from '../lookups/path-traits.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlanContext } from '../plan-context.ts'
import { heartbeatNodes } from './status-reports.ts'

const PATCH_TYPE = 'application/strategic-merge-patch+json'

/** The body with which servers of Kubernetes refuse a request. */
const REFUSAL = 'Unauthorized'

/**
 * The measured Lease update of 630 bytes is shorter than the typical one by this many bytes
 * (docs/facts/message-sizes.md).
 */
const SHORTER_LEASE_BYTES = 17

/** The heartbeat workload to plan, with its path and credential. */
export interface HeartbeatContext {
  readonly name: string
  readonly workload: WorkloadBlueprint
  readonly path: PathBlueprint
  readonly authority: string
  readonly token: Token | null
}

type BodyOfKnownLength = Extract<ResponseBody, { readonly kind: 'body' }>

/** Plans the heartbeats of kubelets, and records the node of each request. */
export class HeartbeatPlans {
  private readonly context: PlanContext
  private readonly nodes: readonly string[]
  private readonly nodeIndex: ReadonlyMap<string, number>
  private readonly beats = new Map<number, NodeHeartbeat>()
  /** The distinct responses that were planned without a token. */
  private readonly responses: (PlannedResponse & { readonly body: BodyOfKnownLength })[] = []

  constructor(context: PlanContext) {
    this.context = context
    this.nodes = heartbeatNodes(context.blueprint)
    this.nodeIndex = new Map(this.nodes.map((name, index) => [name, index]))
  }

  lifecycle(): NodeLifecyclePlan {
    const { blueprint } = this.context
    const { cluster } = blueprint
    const version = defaultVersionOf(blueprint)
    return {
      nodes: this.nodes,
      flags: cluster?.controllerManager ?? defaultsAt(CONTROLLER_MANAGER_FLAGS, version),
      evictions: this.evictions(version),
      heartbeats: this.beats,
    }
  }

  /** Assigns the nodes to zones. Nodes of the cluster without heartbeats in this scenario are always Ready. */
  private evictions(version: KubernetesVersion): EvictionPlan {
    const { cluster, lookups } = this.context.blueprint
    const zoneOfNode = (name: string) => lookups.nodes.get(name)?.zone ?? ''
    const steadyNodes = (cluster?.nodes ?? []).filter(({ name }) => !this.nodeIndex.has(name))
    const steady = [...steadyNodes, ...(cluster?.controlPlaneNode ? [cluster.controlPlaneNode] : [])].map(
      ({ zone }) => zone ?? '',
    )
    const names = sortedNames([...new Set([...this.nodes.map(zoneOfNode), ...steady])])
    return {
      zones: names.map((name) => ({ name, steadyNodes: steady.filter((zone) => zone === name).length })),
      zoneOf: this.nodes.map((node) => names.indexOf(zoneOfNode(node))),
      by: abilitiesOf(version).controllerManager.evictsBy,
      tolerationNs: Math.max(
        1,
        cluster?.apiserver.configuration.unreachableTolerationNs ?? defaultAt(unreachableTolerationNs, version),
      ),
    }
  }

  /**
   * Returns the arrivals of a heartbeat workload, and its most frequent request. The figures of the workload are about
   * that request.
   */
  plan(context: HeartbeatContext): { arrivals: Arrivals; usual: PlannedRequest } {
    const { name, workload, path } = context
    const { arrivals } = workload
    const own = this.context.blueprint.lookups.nodes.get(path.from)
    const version = own?.version ?? defaultVersionOf(this.context.blueprint)
    const defaults = abilitiesOf(version).kubelet
    const periodNs =
      arrivals.kind === 'open' ? NS_PER_S / arrivals.ratePerS : defaultAt(nodeStatusUpdateFrequencyNs, version)
    const updateNs = own?.kubelet.nodeStatusUpdateFrequencyNs ?? defaultAt(nodeStatusUpdateFrequencyNs, version)
    const leaseNs = own?.kubelet.nodeLeaseDurationNs ?? defaultAt(nodeLeaseDurationNs, version)
    const isLease = defaults.heartbeat === 'lease'
    const lease = isLease ? this.leaseLoop(context, version, periodNs) : null
    const reportNs = own?.kubelet.nodeStatusReportFrequencyNs ?? defaultAt(nodeStatusReportFrequencyNs, version)
    const status = this.statusLoop(context, version, isLease ? updateNs : periodNs, isLease ? reportNs : 0)
    const heartbeat: Heartbeat = {
      node: lookUp(this.nodeIndex, path.from),
      lease,
      status,
      // The shorter of both, since kubelets renew Leases (cmd/kubelet/app/server.go).
      timeoutNs: defaults.heartbeatTimesOut ? Math.min(updateNs, leaseNs) : Number.POSITIVE_INFINITY,
      closesConnections: defaults.closesConnectionsOnHeartbeatFailure,
      isSpread: workload.startNs === 0,
      key: this.context.streams.key(`workload/${name}/heartbeats`),
    }
    const forNs = arrivals.kind === 'open' ? (arrivals.forNs ?? Number.POSITIVE_INFINITY) : 0
    return { arrivals: { kind: 'heartbeats', heartbeat, forNs }, usual: lease?.renew ?? status.patch }
  }

  private leaseLoop(context: HeartbeatContext, version: KubernetesVersion, periodNs: number): LeaseLoop {
    const { from } = context.path
    const shape = { managedFields: hasManagedFields(version.minor), images: 0 }
    const leaseBytes = objectBytes('leases', 'protobuf', shape) - SHORTER_LEASE_BYTES
    return {
      periodNs,
      jitter: abilitiesOf(version).kubelet.leaseJitter,
      renew: this.message(
        context,
        version,
        renewLease(from, version.minor),
        leaseBytes,
        leaseBytes,
        CONTENT_TYPES.protobuf,
      ),
      get: this.message(context, version, getLease(from, version.minor), 0, leaseBytes, CONTENT_TYPES.protobuf),
    }
  }

  private statusLoop(
    context: HeartbeatContext,
    version: KubernetesVersion,
    periodNs: number,
    reportEveryNs: number,
  ): StatusLoop {
    const { from } = context.path
    const defaults = abilitiesOf(version).kubelet
    const shape = { managedFields: hasManagedFields(version.minor), images: TYPICAL_IMAGES }
    const nodeBytes = objectBytes('nodes', 'protobuf', shape)
    const ask = (line: RequestLine, requestBytes: number, contentType: string) =>
      this.message(context, version, line, requestBytes, nodeBytes, contentType)
    return {
      periodNs,
      jitter: defaults.nodeStatusJitter,
      reportEveryNs,
      reportSpread: defaults.nodeStatusReportSpread,
      getCached: defaults.readsOwnNodeFrom === 'watch' ? null : ask(getNode(from, 'cache'), 0, CONTENT_TYPES.protobuf),
      get: ask(getNode(from, 'etcd'), 0, CONTENT_TYPES.protobuf),
      patch: ask(patchNodeStatus(from), NODE_STATUS_PATCH_BYTES, PATCH_TYPE),
    }
  }

  private message(
    { path, authority, token }: HeartbeatContext,
    { minor }: KubernetesVersion,
    line: RequestLine,
    requestBodyBytes: number,
    responseBodyBytes: number,
    requestType: string,
  ): PlannedRequest {
    const { catalogue, network, answers } = this.context
    const message = {
      authority,
      userAgent: agentOf(pathKind(path.kind).requests.program, minor),
      encoding: 'protobuf',
      contentType: requestType,
      bodyBytes: requestBodyBytes,
      tokenBytes: token === null ? 0 : tokenSizeBytes(token),
    } as const
    const request = catalogue.clientRequest(line, message, { token, encoding: 'protobuf', from: path.from })
    const accepted = catalogue.apiserverResponse(200, CONTENT_TYPES.protobuf, responseBodyBytes)
    const refused = catalogue.apiserverResponse(401, CONTENT_TYPES.protobuf, REFUSAL.length)
    const body = { kind: 'body', bodyBytes: responseBodyBytes } as const
    answers[request] = this.shared({ body, accepted, refused, refusalBodyBytes: REFUSAL.length, token })
    const node = lookUp(this.nodeIndex, path.from)
    if (line.method !== 'GET')
      this.beats.set(request, { node, server: lookUp(network.hostIndex, path.to), isStatus: line.method === 'PATCH' })
    return { request, requestBodyBytes, responseBodyBytes }
  }

  /** Returns one object for all equal responses, so that those of thousands of nodes stay in the processor's cache. */
  private shared(response: PlannedResponse & { readonly body: BodyOfKnownLength }): PlannedResponse {
    if (response.token !== null) return response
    const known = this.responses.find(
      ({ body, accepted, refused }) =>
        body.bodyBytes === response.body.bodyBytes && accepted === response.accepted && refused === response.refused,
    )
    if (known === undefined) this.responses.push(response)
    return known ?? response
  }
}
