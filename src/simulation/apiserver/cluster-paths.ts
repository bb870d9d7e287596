import { isForwarding, pathKind, resourcesForwarding } from '../../cluster/paths/path-kinds.ts'
import type { Blueprint, PathBlueprint, WorkloadBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint, ServiceBlueprint } from '../blueprint-cluster.ts'
import { endpointsDeclared, firstOfEachName, indexed, named, pathLookupsOf } from '../lookups/lookups.ts'
import { hostOfPod, sortedNames } from '../lookups/members.ts'
import { type AddedPath, ClusterConnections } from '../paths/cluster-connections.ts'

/** Adds the connections that the cluster's programs need, unless the scenario declares them. */
export function withClusterPaths(blueprint: Blueprint): Blueprint {
  const { cluster } = blueprint
  if (cluster === null) return blueprint
  const connections = new ClusterConnections(blueprint, cluster)
  const added = [...reviewPaths(blueprint, cluster, connections), ...proxiedPaths(blueprint, cluster, connections)]
  const verified = [...blueprint.paths, ...firstOfEachName(added)]
  const paths = [...verified, ...unverifiedPaths({ ...blueprint, paths: verified }, cluster)]
  return { ...blueprint, paths: [...paths, ...paths.flatMap((path) => endpointPaths(cluster, path))] }
}

/** Returns a path to the apiserver for each kubelet that lets the apiserver authenticate or authorize its clients. */
function reviewPaths(blueprint: Blueprint, { nodes }: ClusterBlueprint, connections: ClusterConnections): AddedPath[] {
  const { ofKubelet } = pathLookupsOf(blueprint)
  return nodes.flatMap((node) => {
    const setting = reviewSetting(node)
    if (setting === null || ofKubelet.has(node.name)) return []
    return [connections.ofKubelet(node, `kubelet of ${node.name} (${setting})`)]
  })
}

/** Returns the setting that makes a kubelet ask the apiserver about its clients; null if there is none. */
function reviewSetting({ kubelet }: NodeBlueprint): string | null {
  if (kubelet.webhookEnabled) return 'authentication.webhook.enabled'
  return kubelet.authorizationMode === 'Webhook' ? 'authorization.mode: Webhook' : null
}

/** Returns the connections that the apiserver opens for users' workloads: to kubelets, pods and services. */
function proxiedPaths(blueprint: Blueprint, cluster: ClusterBlueprint, connections: ClusterConnections): AddedPath[] {
  const { toKubelet, toPod, toService } = pathLookupsOf(blueprint)
  const pods = indexed(cluster.pods)
  return proxiedWorkloads(blueprint).flatMap((workload) => {
    const origin = `workload ${workload.name} (${workload.kind})`
    const ofKubelets = kubeletsBehind(cluster, pods, workload).filter(({ name }) => !toKubelet.has(name))
    const ofPods = podsBehind(cluster, pods, workload).filter(({ name }) => !toPod.has(name))
    const ofServices = servicesBehind(cluster, workload).filter(({ name }) => !toService.has(name))
    return [
      ...ofKubelets.map((node) => connections.toKubelet(node, origin)),
      ...ofPods.map((pod) => connections.toPod(pod, origin)),
      ...ofServices.map((service) => connections.toService(service, origin)),
    ]
  })
}

/**
 * Returns an unverified copy of each path to a kubelet whose logs a workload requests without verification
 * (pkg/registry/core/pod/strategy.go, LogLocation, InsecureSkipTLSVerifyTransport).
 */
function unverifiedPaths(blueprint: Blueprint, cluster: ClusterBlueprint): readonly AddedPath[] {
  const { toKubelet } = pathLookupsOf(blueprint)
  const pods = indexed(cluster.pods)
  const skipping = proxiedWorkloads(blueprint).filter((workload) => workload.skipsKubeletVerification)
  const added = skipping.flatMap((workload) =>
    kubeletsBehind(cluster, pods, workload).flatMap((node): AddedPath[] => {
      const path = named(toKubelet, node.name)
      if (path.tls === null || path.tls.verify === 'none') return []
      const name = `~unverified/${path.name}`
      const tls = { ...path.tls, verify: 'none' } as const
      return [{ ...path, name, declared: name, tls, unverifiedCopyOf: path.name, origin: `workload ${workload.name}` }]
    }),
  )
  return firstOfEachName(added)
}

/**
 * Returns whether the apiserver forwards the requests of a user's workload. A workload without a target concerns all
 * pods.
 */
export function isProxiedWorkload({ kind }: WorkloadBlueprint, path: PathBlueprint): boolean {
  return pathKind(path.kind).isForwarded === true && resourcesForwarding(kind).length > 0
}

function proxiedWorkloads({ workloads, paths }: Blueprint): readonly WorkloadBlueprint[] {
  return workloads.filter((workload) =>
    paths.some((path) => path.declared === workload.path && isProxiedWorkload(workload, path)),
  )
}

/** Returns the names of the targets of a workload, in the order in which it uses them. */
export function targetNames(cluster: ClusterBlueprint, { target }: WorkloadBlueprint): readonly string[] {
  if (target !== null) return sortedNames(target.names)
  return sortedNames(cluster.pods.filter(({ node }) => node !== cluster.apiserver.host).map(({ name }) => name))
}

function kubeletsBehind(
  cluster: ClusterBlueprint,
  pods: ReadonlyMap<string, PodBlueprint>,
  workload: WorkloadBlueprint,
): readonly NodeBlueprint[] {
  const names = targetNames(cluster, workload)
  const isNodes = workload.target?.resource === 'nodes'
  if (!isNodes && !resourcesForwarding(workload.kind).includes('kubelets')) return []
  const wanted = new Set(isNodes ? names : names.map((name) => named(pods, name).node))
  return cluster.nodes.filter(({ name }) => wanted.has(name))
}

function podsBehind(
  cluster: ClusterBlueprint,
  pods: ReadonlyMap<string, PodBlueprint>,
  workload: WorkloadBlueprint,
): readonly PodBlueprint[] {
  if (!resourcesForwarding(workload.kind).includes('pods')) return []
  if (workload.target !== null && workload.target.resource !== 'pods') return []
  return targetNames(cluster, workload).map((name) => named(pods, name))
}

function servicesBehind({ services }: ClusterBlueprint, { target }: WorkloadBlueprint): readonly ServiceBlueprint[] {
  return target?.resource === 'services' ? services.filter(({ name }) => target.names.includes(name)) : []
}

/** Returns a path to each endpoint of a service. Each connection takes one of them. */
function endpointPaths({ services, pods }: ClusterBlueprint, path: PathBlueprint): readonly AddedPath[] {
  const service = isForwarding(path.kind, 'services') && services.find(({ name }) => name === path.service)
  if (!service) return []
  return pods
    .filter(({ name }) => service.endpoints.includes(name))
    .map((pod) => ({
      ...path,
      name: `${endpointsDeclared(path)}/${pod.name}`,
      declared: endpointsDeclared(path),
      to: hostOfPod(pod),
      address: null,
      service: null,
      origin: `endpoint ${pod.name} of the service ${service.name}`,
    }))
}
