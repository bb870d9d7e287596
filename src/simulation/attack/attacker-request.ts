import type { RequestedOperation } from '../../attack/attack-plan.ts'
import type { AttackRequest } from '../../attack/parameters/common.ts'
import { type RequestSpec, type ServerKind, USER_AGENT } from '../../attack/techniques/step-planner.ts'
import {
  listAll,
  nodeProxied,
  nodeProxy,
  podAttach,
  podExec,
  podLogs,
  podPortForward,
} from '../../cluster/messages/apiserver-requests.ts'
import {
  commandPermissions,
  containerLogs,
  kubeletAttach,
  kubeletExec,
  kubeletOperations,
  kubeletPortForward,
} from '../../cluster/messages/kubelet-requests.ts'
import {
  combinedResource,
  type Operation,
  operationOf,
  type RequestLine,
  type ResourceOperation,
  splitTarget,
} from '../../cluster/messages/operations.ts'
import { KUBELET_PORT, READ_ONLY_PORT } from '../../cluster/paths/path.ts'
import { leadsToApiserver, pathKind } from '../../cluster/paths/path-kinds.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import { isAllowedTo, namespacesIn } from '../lookups/granted.ts'
import { defaultVersionOf } from '../lookups/path-traits.ts'
import { type Requester, type RequestTarget, requestTarget } from './request-target.ts'

/** Returns the kind of server at the end of a path. */
export function serverKindOf(path: PathBlueprint): ServerKind {
  if (leadsToApiserver(path.kind)) return 'apiserver'
  const isKubelets =
    pathKind(path.kind).ends.to.party === 'kubelet' || path.port === KUBELET_PORT || path.port === READ_ONLY_PORT
  return isKubelets ? 'kubelet' : 'plain'
}

const COMMAND: readonly string[] = ['id']
const WITHOUT_TERMINAL = { stdin: false, tty: false }
/** Typical lengths of a list of a few pods, of a few log lines, and of a page of metrics. */
const LIST_BYTES = 20_000
const LOG_BYTES = 2_000
const METRICS_BYTES = 50_000
const OUTPUT_BYTES = 50
const OK_BYTES = 2
const POD_MANIFEST_BYTES = 800

/**
 * Returns the request that an attacker sends, and the response of an honest server to it. If `ask` is null, the request
 * is one that workloads send to such a server. `path` is the path of a workload to the server.
 */
export function attackerRequest(
  ask: AttackRequest | null,
  path: PathBlueprint,
  blueprint: Blueprint,
  kind: ServerKind,
  requester: Requester,
): RequestSpec {
  const wanted = ask ?? USUAL[kind]
  const line = lineOf(wanted, path, kind, requester, blueprint)
  return {
    line,
    isUpgrade: COMMANDS.includes(wanted) && kind !== 'plain',
    requestBodyBytes: wanted === 'create-pods' && kind === 'apiserver' ? POD_MANIFEST_BYTES : 0,
    responseBytes: RESPONSE_BYTES[wanted],
    userAgent: USER_AGENT,
    isKnown: kind !== 'kubelet' || !OF_APISERVER.includes(wanted),
  }
}

const COMMANDS: readonly AttackRequest[] = ['exec', 'attach', 'port-forward', 'node-proxy-exec']
const OF_APISERVER: readonly AttackRequest[] = ['node-proxy-exec', 'list-secrets', 'create-pods']

const USUAL: Readonly<Record<ServerKind, AttackRequest>> = {
  apiserver: 'list-pods',
  kubelet: 'logs',
  plain: 'logs',
}

const RESPONSE_BYTES: Readonly<Record<AttackRequest, number>> = {
  exec: OUTPUT_BYTES,
  attach: OUTPUT_BYTES,
  'port-forward': OUTPUT_BYTES,
  'node-proxy-exec': OUTPUT_BYTES,
  logs: LOG_BYTES,
  'list-pods': LIST_BYTES,
  'list-secrets': LIST_BYTES,
  'create-pods': LOG_BYTES,
  healthz: OK_BYTES,
  metrics: METRICS_BYTES,
}

function lineOf(
  ask: AttackRequest,
  path: PathBlueprint,
  kind: ServerKind,
  requester: Requester,
  blueprint: Blueprint,
): RequestLine {
  if (ask === 'healthz' || ask === 'metrics') return { method: 'GET', target: `/${ask}` }
  if (kind === 'plain') return { method: 'GET', target: '/' }
  const atKubelet = kind === 'kubelet'
  switch (ask) {
    case 'list-pods':
      return atKubelet ? { method: 'GET', target: '/pods' } : listOf('pods', requester, blueprint)
    case 'list-secrets':
      return atKubelet ? { method: 'GET', target: '/secrets' } : listOf('secrets', requester, blueprint)
    case 'create-pods':
      if (atKubelet) return { method: 'POST', target: '/pods' }
      return firstAllowed(inEachNamespace('pods', blueprint).map(toPost), requester, blueprint)
    default:
      return lineAboutPod(ask, requestTarget(ask, path, kind, requester, blueprint), atKubelet)
  }
}

/**
 * Returns the list of all objects of a resource. If its sender is not allowed that, returns the list in the first
 * namespace.
 */
function listOf(resource: string, requester: Requester, blueprint: Blueprint): RequestLine {
  const targets = [`/api/v1/${resource}`, ...inEachNamespace(resource, blueprint)]
  return firstAllowed(
    targets.map((target) => listAll(target)),
    requester,
    blueprint,
  )
}

function inEachNamespace(resource: string, { cluster }: Blueprint): readonly string[] {
  const names = cluster === null ? ['default'] : namespacesIn(cluster)
  return names.map((name) => `/api/v1/namespaces/${name}/${resource}`)
}

function toPost(target: string): RequestLine {
  return { method: 'POST', target }
}

/** Returns the first request that the apiserver allows its sender; the first one if it allows none. */
function firstAllowed(lines: readonly RequestLine[], { credential }: Requester, blueprint: Blueprint): RequestLine {
  return lines.find((line) => isAllowedTo(credential, operationOf(line), blueprint)) ?? lines[0]
}

function lineAboutPod(
  ask: 'exec' | 'attach' | 'port-forward' | 'node-proxy-exec' | 'logs',
  { pod, port, node, protocol }: RequestTarget,
  atKubelet: boolean,
): RequestLine {
  switch (ask) {
    case 'exec':
      return (atKubelet ? kubeletExec : podExec)(pod, COMMAND, WITHOUT_TERMINAL, protocol)
    case 'attach':
      return (atKubelet ? kubeletAttach : podAttach)(pod, WITHOUT_TERMINAL, protocol)
    case 'port-forward':
      return (atKubelet ? kubeletPortForward : podPortForward)(pod.namespace, pod.pod, port, protocol)
    case 'node-proxy-exec': {
      const { method, target } = kubeletExec(pod, COMMAND, WITHOUT_TERMINAL, protocol)
      return nodeProxy(node, target, method)
    }
    case 'logs':
      return (atKubelet ? containerLogs : podLogs)(pod, false)
  }
}

/** Returns the operation that a request asks of a server of this kind at a host and port. */
export function requestedOperation(
  line: RequestLine,
  kind: ServerKind,
  { host, port }: { readonly host: string; readonly port: number },
  blueprint: Blueprint,
): RequestedOperation {
  const { path } = splitTarget(line.target)
  if (kind === 'plain' || (kind === 'kubelet' && port === READ_ONLY_PORT)) {
    const access = PUBLIC.includes(path) ? 'public' : 'open'
    return {
      verb: line.method.toLowerCase(),
      resource: path,
      on: host,
      server: kind,
      member: null,
      access,
      permissions: [],
    }
  }
  if (kind === 'kubelet') {
    const anyOf = kubeletOperations(line, host, defaultVersionOf(blueprint).minor)
    const permissions = commandPermissions(line.target, host) ?? anyOf
    const resource = combinedResource(anyOf[0])
    return { verb: anyOf[0].verb, resource, on: host, server: kind, member: null, access: 'authorized', permissions }
  }
  const operation = operationOf(line)
  if (operation.kind === 'path') {
    const access = PUBLIC.includes(operation.path) ? 'public' : 'authorized'
    return {
      verb: operation.verb,
      resource: operation.path,
      on: 'cluster',
      server: kind,
      member: null,
      access,
      permissions: [operation],
    }
  }
  const on = operation.name ?? operation.namespace ?? 'cluster'
  const permissions = permissionsFor(operation, path)
  const resource = combinedResource(operation)
  const member = MEMBERS.includes(operation.resource) ? operation.name : null
  return { verb: operation.verb, resource, on, server: kind, member, access: 'authorized', permissions }
}

const MEMBERS: readonly string[] = ['nodes', 'pods']

/**
 * Returns the permissions that are meant to allow an operation of the apiserver. Commands need `create`, even if a
 * WebSocket's GET is authorized as `get`.
 */
function permissionsFor(operation: ResourceOperation, path: string): readonly Operation[] {
  const { resource, subresource, name } = operation
  if (resource === 'pods' && COMMAND_SUBRESOURCES.includes(subresource ?? '')) return [{ ...operation, verb: 'create' }]
  const proxied = nodeProxied(path)
  const permissions = proxied === null ? null : commandPermissions(proxied.target, name ?? '')
  return permissions ?? [operation]
}

const COMMAND_SUBRESOURCES: readonly string[] = ['exec', 'attach', 'portforward']

/**
 * The URL paths that every client may read: those of the role system:public-info-viewer
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go), and the health check of any server.
 */
const PUBLIC: readonly string[] = ['/healthz', '/livez', '/readyz', '/version']
