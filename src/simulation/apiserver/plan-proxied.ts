import type {
  ProxiedRequestPlan,
  ProxyEndpoint,
  ProxyTarget,
  UpgradeTreatment,
} from '../../cluster/apiserver/proxied-request-plan.ts'
import { type FeatureGate, isGateOpen } from '../../cluster/flags/feature-gates.ts'
import { kubeletResponseFields } from '../../cluster/messages/api-headers.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { plainRequestFields } from '../../cluster/messages/plain-headers.ts'
import type { StreamingProtocol } from '../../cluster/messages/streaming-protocols.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import { isUpgrading } from '../../cluster/paths/requests/path-requests.ts'
import { APISERVER_AGENT } from '../../cluster/paths/requests/requests-to-kubelet.ts'
import { assert } from '../../engine/assert.ts'
import { NONE } from '../../engine/table.ts'
import type { HeaderField } from '../../http/hpack/header-fields.ts'
import { SWITCHING_PROTOCOLS, UNKNOWN_LENGTH } from '../../http/message.ts'
import type { PlannedResponse } from '../../workload/planned-response.ts'
import type { PathBlueprint, WorkloadBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import type { PathLookups } from '../expanded-blueprint.ts'
import { onwardSessionOf } from '../http/plan-conversation.ts'
import { unconditional } from '../http/plan-http.ts'
import { isGateOpenAtApiserver } from '../lookups/granted.ts'
import { named } from '../lookups/lookups.ts'
import { lookUp } from '../network/plan-network.ts'
import { authorityOf, type PlanContext } from '../plan-context.ts'
import { isProxiedWorkload, targetNames } from './cluster-paths.ts'

/** The protocol of a user's upgraded connection, and the response to the request. */
interface UserRequest {
  readonly protocol: StreamingProtocol
  readonly answer: PlannedResponse
}

/**
 * Plans the requests that the apiserver sends for a user's workload; returns null if it responds itself. `index` is the
 * index of the workload.
 */
export function planProxied(
  name: string,
  workload: WorkloadBlueprint,
  path: PathBlueprint,
  index: number,
  { protocol, answer }: UserRequest,
  context: PlanContext,
): ProxiedRequestPlan | null {
  const { blueprint, streams } = context
  const { cluster } = blueprint
  if (cluster === null || !isProxiedWorkload(workload, path)) return null
  const names = targetNames(cluster, workload)
  if (names.length === 0) return null
  const { hi, lo } = streams.key(`workload/${name}/ends`)
  return {
    workload: index,
    targets: names.map((target) => planTarget(target, workload, { protocol, answer }, context)),
    isUpgrade: isUpgrading(workload),
    requestBodyBytes: workload.requestBytes,
    forwardedResponse: answer.accepted,
    forwardedBodyBytes: answer.body.kind === 'body' ? answer.body.bodyBytes : UNKNOWN_LENGTH,
    unreachableStatus: workload.kind === 'proxy-get' ? 503 : 500,
    choiceHigh: hi,
    choiceLow: lo,
  }
}

/** The connection to a kubelet behind a user's upgraded connection. */
interface OnwardUpgrade {
  readonly treatment: UpgradeTreatment
  readonly protocol: StreamingProtocol
  /** True if the kubelet, or the container runtime behind it, refuses the handshake. */
  readonly isRefused: boolean
}

/** The feature gate that makes the apiserver an end of the user's connection, and the role of the apiserver then. */
const ENDS_AT_APISERVER = {
  websocket: { gate: 'TranslateStreamCloseWebsocketRequests', treatment: 'translated' },
  tunnel: { gate: 'PortForwardWebsockets', treatment: 'tunnelled' },
} as const

/**
 * Decides how the apiserver forwards a user's upgrade (pkg/registry/core/pod/rest/subresources.go, Connect). A kubelet
 * that declares support gets the WebSocket, others get SPDY (KEP-4006). Without the gate that makes the apiserver an
 * end, it forwards the WebSocket to any kubelet. Container runtimes know no protocol newer than v4.channel.k8s.io and
 * refuse it.
 */
function onwardUpgrade(
  protocol: StreamingProtocol,
  node: NodeBlueprint | undefined,
  cluster: ClusterBlueprint,
): OnwardUpgrade {
  if (protocol === 'spdy') return { treatment: 'copied', protocol, isRefused: false }
  const { gate, treatment } = ENDS_AT_APISERVER[protocol]
  const isOpenAtNode = (name: FeatureGate) =>
    node !== undefined && isGateOpen(name, node.kubelet.featureGates, node.version.minor)
  const isServed = isOpenAtNode('ExtendWebSocketsToKubelet')
  const isEnd = isGateOpenAtApiserver(gate, cluster)
  const isDeclared =
    isServed && isOpenAtNode('NodeDeclaredFeatures') && isGateOpenAtApiserver('NodeDeclaredFeatures', cluster)
  if (isEnd && !(isDeclared && isGateOpenAtApiserver('ExtendWebSocketsToKubelet', cluster)))
    return { treatment, protocol: 'spdy', isRefused: false }
  return { treatment: 'copied', protocol, isRefused: !isServed }
}

/** A kubelet's response to a request that no workload sends. */
interface KubeletResponse {
  readonly isUpgrade: boolean
  readonly responseBytes: number
  /** The HttpResponse, as an index, that the user gets if the kubelet allows a request without an upgrade. */
  readonly forwarded: number
}

/**
 * Plans the request `line` that the apiserver sends to the kubelet of `node` for a request that no workload sends;
 * returns null without a path to that kubelet. The caller registers the plan under the request that the apiserver
 * receives.
 */
export function planKubeletRequest(
  line: RequestLine,
  node: string,
  { isUpgrade, responseBytes, forwarded }: KubeletResponse,
  context: PlanContext,
): ProxiedRequestPlan | null {
  const { blueprint, paths, catalogue, answers } = context
  const path = blueprint.lookups.paths.toKubelet.get(node)
  if (path === undefined) return null
  const index = lookUp(paths.pathIndex, path.name)
  const authority = authorityOf(context, index)
  const fields = plainRequestFields({
    method: line.method === 'GET' ? 'GET' : 'POST',
    target: line.target,
    authority,
    scheme: 'https',
    userAgent: APISERVER_AGENT,
    tokenBytes: 0,
    bodyBytes: 0,
    upgrade: !isUpgrade ? null : line.method === 'GET' ? 'websocket' : 'SPDY/3.1',
  })
  const request = catalogue.request(line, fields, isUpgrade)
  const status = isUpgrade ? SWITCHING_PROTOCOLS : 200
  const head = kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes: null })
  const accepted = catalogue.response(status, head)
  const body = isUpgrade
    ? ({ kind: 'output', inputBytes: 0, outputBytes: responseBytes } as const)
    : ({ kind: 'body', bodyBytes: responseBytes } as const)
  answers[request] = unconditional(body, accepted)
  return {
    workload: NONE,
    targets: [
      { endpoints: [{ path: index, request, url: urlOf(line, 'https', authority), upgrade: 'copied', accepted }] },
    ],
    isUpgrade,
    requestBodyBytes: 0,
    forwardedResponse: forwarded,
    forwardedBodyBytes: isUpgrade ? UNKNOWN_LENGTH : responseBytes,
    unreachableStatus: 500,
    choiceHigh: 0,
    choiceLow: 0,
  }
}

function planTarget(
  name: string,
  workload: WorkloadBlueprint,
  request: UserRequest,
  context: PlanContext,
): ProxyTarget {
  const { pods, paths } = context.blueprint.lookups
  switch (workload.target?.resource) {
    case 'services': {
      const ends = named(paths.toEndpoints, named(paths.toService, name).name)
      return { endpoints: ends.map((end) => planEnd(end, null, workload, request, context)) }
    }
    case 'nodes':
      return { endpoints: [planEnd(named(paths.toKubelet, name), null, workload, request, context)] }
    default: {
      const path =
        workload.kind === 'proxy-get'
          ? named(paths.toPod, name)
          : kubeletPathFor(workload, named(pods, name).node, paths)
      return { endpoints: [planEnd(path, name, workload, request, context)] }
    }
  }
}

function kubeletPathFor({ skipsKubeletVerification }: WorkloadBlueprint, node: string, paths: PathLookups) {
  const unverified = skipsKubeletVerification === true ? paths.toKubeletUnverified.get(node) : undefined
  return unverified ?? named(paths.toKubelet, node)
}

/** The head of a refused handshake, which has no header fields (x/net websocket/server.go, newServerConn). */
const REFUSED_HANDSHAKE: readonly HeaderField[] = [{ name: ':status', value: '403' }]

function planEnd(
  path: PathBlueprint,
  pod: string | null,
  workload: WorkloadBlueprint,
  { protocol, answer: { body } }: UserRequest,
  context: PlanContext,
): ProxyEndpoint {
  const { blueprint, paths, catalogue, answers } = context
  const { cluster } = blueprint
  const index = lookUp(paths.pathIndex, path.name)
  const authority = authorityOf(context, index)
  assert(cluster !== null, 'requests are passed on in a cluster')
  const onward = onwardUpgrade(protocol, blueprint.lookups.nodes.get(path.to), cluster)
  const exchange = pathKind(path.kind).requests.planExchange({
    workload,
    path,
    pod,
    minor: cluster.version.minor,
    clientMinor: cluster.version.minor,
    protocol: onward.protocol,
    authority,
    tokenBytes: 0,
  })
  const request = catalogue.request(exchange.line, exchange.requestFields, exchange.isUpgrade)
  const url = urlOf(exchange.line, path.tls === null ? 'http' : 'https', authority)
  const end = { path: index, request, url, upgrade: exchange.isUpgrade ? onward.treatment : 'copied' } as const
  if (exchange.isUpgrade && onward.isRefused) {
    answers[request] = unconditional({ kind: 'body', bodyBytes: 0 }, catalogue.response(403, REFUSED_HANDSHAKE))
    return { ...end, accepted: NONE }
  }
  if (exchange.isUpgrade) catalogue.sessions.set(request, onwardSessionOf(workload, onward.protocol, onward.treatment))
  const status = body.kind === 'body' || body.kind === 'flow' ? 200 : 101
  const accepted = catalogue.response(
    status,
    exchange.responseFields(status, body.kind === 'body' ? body.bodyBytes : null),
  )
  answers[request] = unconditional(body, accepted)
  return { ...end, accepted }
}

function urlOf({ target }: RequestLine, scheme: 'http' | 'https', authority: string): string {
  return `${scheme}://${authority}${target}`
}
