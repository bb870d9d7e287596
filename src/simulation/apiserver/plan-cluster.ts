import type { PolicyRule } from '../../cluster/access/access-rule.ts'
import { API_AUDIENCES, type Bearer } from '../../cluster/access/bearer.ts'
import {
  ANONYMOUS,
  bootstrapIdentity,
  certificateIdentity,
  type Identity,
  INSECURE,
  LOOPBACK,
  serviceAccountIdentity,
  withAuthenticatedGroup,
} from '../../cluster/access/identity.ts'
import { IdentityRegistry } from '../../cluster/access/identity-registry.ts'
import { NodeGraph } from '../../cluster/access/node-graph.ts'
import { PLAIN_WRITE, type WrittenObject } from '../../cluster/access/node-restriction.ts'
import type { ApiserverPlan, ApiserverRequest } from '../../cluster/apiserver/apiserver-plan.ts'
import { EXTERNAL_IP_RANGER } from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import type { KubeletNode, KubeletPlan } from '../../cluster/kubelet/kubelet-plan.ts'
import { isBetween } from '../../cluster/paths/path-kinds.ts'
import { TYPICAL_POD } from '../../cluster/paths/requests/path-requests.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { NONE } from '../../engine/table.ts'
import { type BackgroundPlan, bearersOfBackground } from '../background/plan-background.ts'
import type { Blueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import { byName, indexByName } from '../by-name.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import { accessFactsOf, isGateOpenAtApiserver, scenarioGrants } from '../lookups/granted.ts'
import { hostOfPod } from '../lookups/members.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlanContext } from '../plan-context.ts'
import type { Identities } from '../security/plan-security.ts'
import { planApiserverRefusals, planKubeletRefusals, planReviewed, planReviewRequests } from './plan-cluster-heads.ts'

type ClusterContext = PlanContext & { readonly background: BackgroundPlan | null }

/** The plans of the apiserver and the kubelets. Immutable. */
export interface ClusterPlan {
  readonly apiserver: ApiserverPlan
  readonly kubelet: KubeletPlan
}

/** Plans the apiserver and the kubelets, after all requests were planned; returns null without a cluster. */
export function planCluster(context: ClusterContext): ClusterPlan | null {
  const { blueprint } = context
  const { cluster } = blueprint
  if (cluster === null) return null
  const bearers = bearersOf(context)
  const book = new IdentityRegistry(allIdentities(blueprint, context.identities, bearers))
  const nodes = [...cluster.nodes].sort(byName)
  const kubelets = nodes.map((node) => planKubelet(node, cluster, context))
  return {
    apiserver: planApiserver(cluster, nodes, book, bearers, context),
    kubelet: planKubelets(kubelets, book, bearers, context),
  }
}

/** Returns all identities that clients can authenticate as: by a certificate, by a token, or anonymously. */
function allIdentities(blueprint: Blueprint, identities: Identities, bearers: readonly Bearer[]): Identity[] {
  const named = [...blueprint.identities].sort(byName).flatMap(({ kind, name }) => {
    if (kind === 'ca') return []
    const identity =
      kind === 'certificate'
        ? certificateIdentity(identities.certificate(name))
        : serviceAccountIdentity(identities.token(name))
    return identity === null ? [] : [withAuthenticatedGroup(identity)]
  })
  const joining = bearers.flatMap((bearer) =>
    bearer.kind === 'bootstrap' ? [withAuthenticatedGroup(bootstrapIdentity(bearer.token))] : [],
  )
  return [ANONYMOUS, LOOPBACK, ...named, ...joining, INSECURE]
}

/** Returns the bearer credentials of all callers, then those of the cluster's own requests. */
function bearersOf({ catalogue, background }: ClusterContext): readonly Bearer[] {
  return [...catalogue.bearers, ...bearersOfBackground(background).values()]
}

function planApiserver(
  cluster: ClusterBlueprint,
  nodes: readonly NodeBlueprint[],
  identities: IdentityRegistry,
  bearers: readonly Bearer[],
  context: ClusterContext,
): ApiserverPlan {
  const { configuration } = cluster.apiserver
  const { catalogue, proxied } = context
  const { minor } = cluster.version
  const carrying = [...bearersOfBackground(context.background).keys()]
  const ownBearers = new Map(carrying.map((request, nth) => [request, catalogue.bearers.length + nth]))
  return {
    authentication: {
      clientCa: configuration.clientCa === null ? null : context.identities.certificate(configuration.clientCa),
      anonymousAuth: configuration.anonymousAuth,
      apiAudiences: API_AUDIENCES,
    },
    modes: configuration.authorizationMode,
    facts: {
      ...accessFactsOf(cluster),
      grants: grantsOf(cluster, context.blueprint),
      graph: graphOf(cluster),
    },
    upgradesNeedCreate: isGateOpenAtApiserver('AuthorizePodWebsocketUpgradeCreatePermission', cluster),
    hasNodeRestriction: configuration.enableAdmissionPlugins.includes('NodeRestriction'),
    deniesExternalIps: configuration.enableAdmissionPlugins.includes('DenyServiceExternalIPs'),
    limitsExternalIps: configuration.enableAdmissionPlugins.includes(EXTERNAL_IP_RANGER),
    maxRequestsInflight: configuration.maxRequestsInflight,
    maxMutatingRequestsInflight: configuration.maxMutatingRequestsInflight,
    identities,
    bearers,
    nodes: nodes.map(({ name }) => ({ name })),
    requests: catalogue.lines.map((_, request) => planApiserverRequest(request, ownBearers, context)),
    proxied,
    afterRefusedUpgrade: abilitiesOf(cluster.version).apiserver.refusedUpgrades,
    refusals: planApiserverRefusals(catalogue, minor),
    reviewed: planReviewed(catalogue),
  }
}

function planApiserverRequest(
  request: number,
  ownBearers: ReadonlyMap<number, number>,
  { catalogue, answers, background }: ClusterContext,
): ApiserverRequest {
  const line = catalogue.lines[request]
  const { target } = line
  const isOwn = background?.store.requests.has(request) === true
  const review = isOwn || !target.endsWith('reviews') ? null : target.endsWith('/tokenreviews') ? 'token' : 'access'
  const { bearer, encoding, from, written, service } = catalogue.callers[request]
  return {
    line,
    bearer: ownBearers.get(request) ?? bearer,
    encoding,
    written: written ?? writtenBy(from),
    // The plugins look at the specification only (DenyServiceExternalIPs, ExternalIPRanger: Admit and Validate).
    hasExternalIps: service !== null && !target.endsWith('/status'),
    review,
    hasHandler: isOwn || answers[request] !== undefined,
  }
}

/** Returns the object that a request writes. A kubelet writes only its own Node and its own pods. */
function writtenBy(from: string | null): WrittenObject {
  return from === null ? PLAIN_WRITE : { ...PLAIN_WRITE, podNode: from, isMirrorPod: true, createdName: from }
}

/**
 * Returns the rules of each user and service account of the scenario. A pod's account may also read what its workloads
 * list and watch, because an application is installed with the role that it needs.
 */
function grantsOf(
  cluster: ClusterBlueprint,
  { workloads, lookups }: ExpandedBlueprint,
): Map<string, readonly PolicyRule[]> {
  const grants = scenarioGrants(cluster)
  for (const pod of [...cluster.pods].sort(byName)) {
    const { user } = serviceAccountIdentity({ account: pod.account })
    const own = (lookups.paths.byClient.get(hostOfPod(pod)) ?? []).filter(({ kind }) =>
      isBetween(kind, 'pod', 'apiserver'),
    )
    const resources = workloads
      .filter(({ path }) => own.some(({ declared }) => declared === path))
      .map(({ objects }) => objects?.resource ?? 'configmaps')
    if (resources.length === 0) continue
    const rule = { verbs: ['get', 'list', 'watch', 'update'], resources, namespaces: null }
    grants.set(user, [...(grants.get(user) ?? []), rule])
  }
  return grants
}

/** Returns the graph of secrets and config maps that pods mount by default. */
function graphOf({ pods }: ClusterBlueprint): NodeGraph {
  return new NodeGraph(
    pods.map(({ name, node, account }) => {
      const [namespace, accountName] = account.split('/')
      return {
        namespace,
        name,
        node,
        account: accountName,
        secrets: [`${accountName}-token-x2x4z`],
        configMaps: ['kube-root-ca.crt'],
      }
    }),
  )
}

function planKubelet(node: NodeBlueprint, cluster: ClusterBlueprint, context: ClusterContext): KubeletNode {
  const { blueprint, identities, paths } = context
  const { clientCa } = node.kubelet
  const path = blueprint.lookups.paths.ofKubelet.get(node.name)
  return {
    name: node.name,
    pods: podsOn(node, cluster),
    minor: node.version.minor,
    configuration: node.kubelet,
    clientCa: clientCa === null ? null : identities.certificate(clientCa),
    path: path === undefined ? NONE : lookUp(paths.pathIndex, path.name),
    findsLostConnections: abilitiesOf(node.version).client.http2ReadIdleTimeoutNs !== null,
    retryKey: context.streams.lazyKey(`kubelet/${node.name}/reviews`),
    ...planReviewRequests(node, cluster, path, context),
  }
}

/**
 * Returns the pods of a node by namespace and name. Workloads use the namespace `default` for every pod, and a typical
 * name for a pod that every node has.
 */
function podsOn({ name: node }: NodeBlueprint, { pods }: ClusterBlueprint): ReadonlySet<string> {
  const names = pods
    .filter((pod) => pod.node === node)
    .flatMap(({ name, account }) => [`${account.split('/')[0]}/${name}`, `default/${name}`])
  return new Set([...names, `${TYPICAL_POD.namespace}/${TYPICAL_POD.pod}`])
}

function planKubelets(
  nodes: readonly KubeletNode[],
  identities: IdentityRegistry,
  bearers: readonly Bearer[],
  { network, catalogue, answers }: ClusterContext,
): KubeletPlan {
  const nodeIndex = indexByName(nodes)
  const nodeOfHost = network.hosts.map(({ name }) => nodeIndex.get(name) ?? NONE)
  return {
    nodes,
    nodeOfHost,
    identities,
    bearers,
    requests: catalogue.lines.map((line, request) => ({
      line,
      bearer: catalogue.callers[request].bearer,
      hasHandler: answers[request] !== undefined,
    })),
    ...planKubeletRefusals(catalogue),
  }
}
