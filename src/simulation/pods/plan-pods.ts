import { NODES_WATCH_SECRETS_SINCE } from '../../cluster/access/node-rules.ts'
import { REQUESTED_TOKEN_LIFETIME_S } from '../../cluster/access/projected-token.ts'
import { tokenRequestSizes } from '../../cluster/access/review-sizes.ts'
import {
  getForPod,
  listForPod,
  type PodResource,
  requestToken,
  watchForPod,
} from '../../cluster/messages/apiserver-requests.ts'
import { emptyListBytes, rawItemBytes, typeOf } from '../../cluster/messages/object-sizes.ts'
import { isBetween } from '../../cluster/paths/path-kinds.ts'
import { ROOT_CA, rootCaBytes, tokenSecretBytes, tokenSecretName } from '../../cluster/pods/mounted-object-sizes.ts'
import {
  ISSUE_TOKEN,
  type MountPlan,
  type PodPlan,
  type PodsPlan,
  type TokenPlan,
} from '../../cluster/pods/pods-plan.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { tokenSizeBytes } from '../../security/bearer-token.ts'
import { certificatePemBytes } from '../../security/certificate-request.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { grouped, named } from '../lookups/lookups.ts'
import { hostOfPod } from '../lookups/members.ts'
import { lookUp } from '../network/plan-network.ts'
import type { ProgramContext } from '../object-watches/plan-objects.ts'
import { kubeletOf, type Program, WATCH_TIMEOUT_S } from '../object-watches/plan-objects.ts'

/**
 * Plans the objects that kubelets fetch for pods. On a node without a path to the apiserver, pods have everything from
 * the start.
 */
export function planPods(context: ProgramContext): PodsPlan {
  const { cluster, workloads } = context
  const sorted = [...cluster.pods].sort(byName)
  const pods = sorted.map((pod) => planPod(pod, context))
  const mounts = mountsOf(sorted, context).map((mount) => planMount(mount, context))
  const tokens = sorted.flatMap((pod, index) => planToken(pod, index, context))
  const podOfPath = new Map<number, number>()
  pods.forEach(({ paths }, pod) => {
    for (const path of paths) if (!podOfPath.has(path)) podOfPath.set(path, pod)
  })
  const podOfRequest = new Map<number, number>()
  for (const { path, request } of workloads) {
    const pod = podOfPath.get(path)
    if (pod !== undefined) podOfRequest.set(request, pod)
  }
  const podsOfToken = podsByToken(sorted, context.blueprint)
  const names = context.blueprint.identities.filter(({ kind }) => kind === 'service-account-token').sort(byName)
  const tokenIndex = new Map(names.map(({ name }, index) => [name, index]))
  const mountedTokens = new Set(sorted.flatMap(({ token }) => token ?? []))
  return { pods, mounts, tokens, podOfRequest, podsOfToken, tokenIndex, mountedTokens }
}

/**
 * Maps each token to the pods that mount it. If no pod mounts it, maps it to the pods of its account, to which it is
 * bound.
 */
function podsByToken(
  sorted: readonly PodBlueprint[],
  { identities }: ProgramContext['blueprint'],
): ReadonlyMap<string, readonly number[]> {
  const indices = sorted.map((_, index) => index)
  const byAccount = grouped(indices, (index) => sorted[index].account)
  const byMounted = grouped(indices, (index) => sorted[index].token)
  const bound = identities.flatMap((one): [string, readonly number[]][] =>
    one.kind === 'service-account-token' && one.isBoundToPod === true
      ? [[one.name, byAccount.get(one.account) ?? []]]
      : [],
  )
  const mounted = [...byMounted].flatMap(([token, pods]): [string, readonly number[]][] =>
    token === null ? [] : [[token, pods]],
  )
  return new Map([...bound, ...mounted])
}

function planPod(pod: PodBlueprint, { cluster, blueprint, paths, identities }: ProgramContext): PodPlan {
  const ofHost = blueprint.lookups.paths.byClient.get(hostOfPod(pod)) ?? []
  const own = ofHost.filter(({ kind }) => isBetween(kind, 'pod', 'apiserver'))
  return {
    name: pod.name,
    paths: own.map(({ name }) => lookUp(paths.pathIndex, name)).sort((a, b) => a - b),
    tokenLifetimeS: isProjected(cluster) && pod.token !== null ? identities.token(pod.token).expiresS : null,
  }
}

function isProjected({ version }: ClusterBlueprint): boolean {
  return abilitiesOf(version).pods.token === 'projected'
}

interface Mount {
  readonly node: NodeBlueprint
  readonly resource: PodResource
  readonly namespace: string
  readonly name: string
  readonly bytes: number
  readonly pods: number[]
}

/**
 * Returns the node whose kubelet fetches a pod's volumes; undefined if the pod is on the master, or the kubelet has no
 * path.
 */
function fetchingNode({ node }: PodBlueprint, { blueprint }: ProgramContext): NodeBlueprint | undefined {
  const { nodes, paths } = blueprint.lookups
  return paths.ofKubelet.has(node) ? nodes.get(node) : undefined
}

/** Returns each mounted object once for each node, ordered by node, then by name. */
function mountsOf(pods: readonly PodBlueprint[], context: ProgramContext): Mount[] {
  const mounts = new Map<string, Mount>()
  pods.forEach((pod, index) => {
    const wanted = mountOf(pod, context)
    const node = fetchingNode(pod, context)
    if (wanted === null || node === undefined) return
    const key = [pod.node, wanted.resource, wanted.namespace, wanted.name].join('/')
    const known = mounts.get(key)
    if (known === undefined) mounts.set(key, { ...wanted, node, pods: [index] })
    else known.pods.push(index)
  })
  return [...mounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mount]) => mount)
}

/**
 * Returns the object that a pod mounts: in releases with projected tokens a config map with the root CA, in earlier
 * ones the secret with token and CA.
 */
function mountOf(
  { account, token }: PodBlueprint,
  { cluster, identities }: ProgramContext,
): Omit<Mount, 'node' | 'pods'> | null {
  if (token === null) return null
  const [namespace, accountName] = account.split('/')
  const ca = identities.issued(cluster.apiserver.servingCertificate).issuer
  const caBytes = certificatePemBytes(ca, ca)
  if (isProjected(cluster))
    return { resource: 'configmaps', namespace, name: ROOT_CA, bytes: rootCaBytes(namespace, caBytes) }
  const name = tokenSecretName(accountName)
  const bytes = tokenSecretBytes(namespace, accountName, name, caBytes, tokenSizeBytes(identities.token(token)))
  return { resource: 'secrets', namespace, name, bytes }
}

function planMount({ node, resource, namespace, name, bytes, pods }: Mount, context: ProgramContext): MountPlan {
  const { cluster, network, objects } = context
  const host = lookUp(network.hostIndex, node.name)
  const program = kubeletWithPath(node, context)
  const { minor } = node.version
  const isPolled = abilitiesOf(node.version).kubelet.secretChangeDetection === 'poll'
  if (isPolled || cluster.version.minor < NODES_WATCH_SECRETS_SINCE) {
    const get = objects.read(program, { line: getForPod(resource, namespace, name), responseBytes: bytes })
    return { host, pods, list: get, watch: null, jitter: null }
  }
  const type = typeOf(resource)
  return {
    pods,
    ...objects.watched(program, host, {
      list: listForPod(resource, namespace, name),
      listBytes: emptyListBytes(type) + rawItemBytes(type, bytes),
      watch: watchForPod(resource, namespace, name, WATCH_TIMEOUT_S, minor),
      subscriptions: [],
    }),
  }
}

function planToken(pod: PodBlueprint, index: number, context: ProgramContext): TokenPlan[] {
  const { cluster, network, identities, streams, objects } = context
  const node = fetchingNode(pod, context)
  if (node === undefined || pod.token === null || !isProjected(cluster)) return []
  const token = identities.token(pod.token)
  if (token.expiresS === null) return []
  const [namespace, account] = pod.account.split('/')
  const requestedS = Math.min(token.expiresS, REQUESTED_TOKEN_LIFETIME_S)
  const { requestBytes, responseBytes } = tokenRequestSizes(pod.name, requestedS, tokenSizeBytes(token))
  const line = requestToken(namespace, account)
  const message = { line, bodyBytes: requestBytes, status: 201, responseBytes } as const
  const create = objects.change(kubeletWithPath(node, context), message, ISSUE_TOKEN, index)
  const key = streams.key(`pod/${pod.name}/token`)
  const host = lookUp(network.hostIndex, node.name)
  return [{ host, pods: [index], list: create, watch: null, jitter: null, requestedS, key }]
}

function kubeletWithPath(node: NodeBlueprint, { blueprint }: ProgramContext): Program {
  return kubeletOf(node, named(blueprint.lookups.paths.ofKubelet, node.name).name)
}
