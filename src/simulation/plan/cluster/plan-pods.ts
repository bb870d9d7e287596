import { REQUESTED_TOKEN_LIFETIME_S } from '../../../cluster/access/projected-token.ts'
import { agentOf } from '../../../cluster/messages/api-headers.ts'
import {
  getForPod,
  listForPod,
  type PodResource,
  requestToken,
  watchForPod,
} from '../../../cluster/messages/apiserver-requests.ts'
import { emptyListBytes, rawItemBytes, typeOf } from '../../../cluster/messages/object-sizes.ts'
import { tokenRequestSizes } from '../../../cluster/messages/review-sizes.ts'
import { isFromPod } from '../../../cluster/paths/path-kinds.ts'
import { ROOT_CA, rootCaBytes, tokenSecretBytes, tokenSecretName } from '../../../cluster/pods/mounted-object-sizes.ts'
import type { MountPlan, PodPlan, PodsPlan, TokenPlan } from '../../../cluster/pods/pods-plan.ts'
import { abilitiesOf } from '../../../cluster/versions/abilities.ts'
import { tokenSizeBytes } from '../../../security/bearer-token.ts'
import { certificatePemBytes } from '../../../security/certificate-request.ts'
import type { Workload } from '../../../workload/workload.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint } from '../../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { hostOfPod, nodeOfPod, reviewPathOf } from '../expansion/cluster-paths.ts'
import { lookUp } from '../network/plan-network.ts'
import type { BackgroundContext } from './plan-bootstrapping.ts'
import type { ObjectPlans, Program } from './plan-objects.ts'

/** Since 1.12 (k/k#64752) a kubelet watches what pods of its mount, one by one, instead of asking again. */
const WATCHED_SINCE = 12
const WATCH_TIMEOUT_S = 450

/** What kubelets fetch for pods. A node without a path to the apiserver fetches nothing: its pods have all they need. */
export function planPods(
  cluster: ClusterBlueprint,
  context: BackgroundContext,
  workloads: readonly Workload[],
  objects: ObjectPlans,
): PodsPlan {
  const tokenChange = objects.addChanges('tokens', 1)
  const sorted = [...cluster.pods].sort(byName)
  const pods = sorted.map((pod) => planPod(pod, cluster, context))
  const mounts = mountsOf(sorted, cluster, context).map((mount) => planMount(mount, cluster, context, objects))
  const tokens = sorted.flatMap((pod, index) => planToken(pod, index, tokenChange, cluster, context, objects))
  const podOfRequest = new Map<number, number>()
  for (const { path, request } of workloads) {
    const pod = pods.findIndex(({ paths }) => paths.includes(path))
    if (pod >= 0) podOfRequest.set(request, pod)
  }
  const podsOfToken = podsByToken(sorted, context.blueprint)
  return { pods, mounts, tokens, podOfRequest, podsOfToken, tokenChange }
}

/** By token: the pods that mount it, or, of one that lies elsewhere, those of its account that it was made for. */
function podsByToken(
  sorted: readonly PodBlueprint[],
  { identities }: BackgroundContext['blueprint'],
): ReadonlyMap<string, readonly number[]> {
  const podsOf = (isMeant: (pod: PodBlueprint) => boolean) =>
    sorted.flatMap((pod, index) => (isMeant(pod) ? [index] : []))
  const mounted = sorted.flatMap(({ token }) => (token === null ? [] : [token]))
  const bound = identities.filter((one) => one.kind === 'service-account-token' && one.isBoundToPod === true)
  return new Map([
    ...bound.map((one) => [one.name, podsOf(({ account }) => 'account' in one && account === one.account)] as const),
    ...mounted.map((name) => [name, podsOf(({ token }) => token === name)] as const),
  ])
}

function planPod(
  pod: PodBlueprint,
  cluster: ClusterBlueprint,
  { blueprint, paths, identities }: BackgroundContext,
): PodPlan {
  const host = hostOfPod(pod)
  const own = blueprint.paths.filter(({ kind, from }) => isFromPod(kind) && from === host)
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

/** Each object once a node, whoever mounts it; by node, then by name. */
function mountsOf(pods: readonly PodBlueprint[], cluster: ClusterBlueprint, context: BackgroundContext): Mount[] {
  const mounts = new Map<string, Mount>()
  pods.forEach((pod, index) => {
    const wanted = mountOf(pod, cluster, context)
    const node = nodeOfPod(cluster, pod)
    if (wanted === null || node === null || reviewPathOf(context.blueprint, node) === undefined) return
    const key = [pod.node, wanted.resource, wanted.namespace, wanted.name].join('/')
    const known = mounts.get(key)
    if (known === undefined) mounts.set(key, { ...wanted, node, pods: [index] })
    else known.pods.push(index)
  })
  return [...mounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mount]) => mount)
}

/** The root CA comes in a config map of its own since tokens are projected, before that in the secret with the token. */
function mountOf(
  { account, token }: PodBlueprint,
  cluster: ClusterBlueprint,
  { identities }: BackgroundContext,
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

function planMount(
  { node, resource, namespace, name, bytes, pods }: Mount,
  cluster: ClusterBlueprint,
  context: BackgroundContext,
  objects: ObjectPlans,
): MountPlan {
  const host = lookUp(context.network.hostIndex, node.name)
  const program = kubeletOf(node, context)
  const { minor } = node.version
  if (minor < WATCHED_SINCE || cluster.version.minor < WATCHED_SINCE) {
    const get = objects.message(
      program,
      getForPod(resource, namespace, name),
      0,
      { status: 200, bodyBytes: bytes },
      READ,
    )
    return { host, pods, get, watch: null }
  }
  const type = typeOf(resource)
  const listed = { status: 200, bodyBytes: emptyListBytes(type) + rawItemBytes(type, bytes) } as const
  const action = (kind: 'list' | 'watch') => ({ kind, subscriptions: [] })
  return {
    host,
    pods,
    get: objects.message(program, listForPod(resource, namespace, name), 0, listed, action('list')),
    watch: objects.message(
      program,
      watchForPod(resource, namespace, name, WATCH_TIMEOUT_S, minor),
      0,
      { status: 200, bodyBytes: 0 },
      action('watch'),
    ),
  }
}

const READ = { kind: 'read' } as const

function planToken(
  pod: PodBlueprint,
  index: number,
  change: number,
  cluster: ClusterBlueprint,
  context: BackgroundContext,
  objects: ObjectPlans,
): TokenPlan[] {
  const node = nodeOfPod(cluster, pod)
  if (node === null || pod.token === null || !isProjected(cluster)) return []
  const token = context.identities.token(pod.token)
  if (token.expiresS === null || reviewPathOf(context.blueprint, node) === undefined) return []
  const [namespace, account] = pod.account.split('/')
  const requestedS = Math.min(token.expiresS, REQUESTED_TOKEN_LIFETIME_S)
  const { request, response } = tokenRequestSizes(pod.name, [], requestedS, tokenSizeBytes(token))
  const create = objects.message(
    kubeletOf(node, context),
    requestToken(namespace, account),
    request.bytes,
    { status: 201, bodyBytes: response.bytes },
    { kind: 'change', change, subject: index },
  )
  const key = context.streams.key(`pod/${pod.name}/token`)
  return [{ host: lookUp(context.network.hostIndex, node.name), pod: index, create, requestedS, key }]
}

function kubeletOf(node: NodeBlueprint, { blueprint }: BackgroundContext): Program {
  const path = reviewPathOf(blueprint, node)
  if (path === undefined) throw new RangeError(`${node.name} has no path to the apiserver`)
  return {
    agent: agentOf('kubelet', node.version.minor),
    path: path.name,
    bearer: null,
    encoding: 'protobuf',
    node: node.name,
  }
}
