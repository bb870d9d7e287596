import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'

/** A host on which a kube-proxy runs. */
export interface KubeProxyHost {
  readonly name: string
  readonly version: KubernetesVersion
}

/** Returns the nodes, and the apiserver's host if it is a node too, sorted by name. */
export function kubeProxyHosts({ nodes, apiserver, version, controlPlaneNode }: ClusterBlueprint): KubeProxyHost[] {
  const own = controlPlaneNode === null ? [] : [{ name: apiserver.host, version }]
  return [...nodes, ...own].sort(byName)
}
