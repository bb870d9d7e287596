import { type Abilities, abilitiesOf } from '../../cluster/versions/abilities.ts'
import { DEFAULT_VERSION, type KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'

/** Returns whether the server of a path offers HTTP/2. Kubelets could, but their clients do not use it. */
export function isServingHttp2({ protocol }: PathBlueprint): boolean {
  return protocol === 'h2'
}

/** Returns the version of Kubernetes; without a cluster, the default version. */
export function defaultVersionOf({ cluster }: Blueprint): KubernetesVersion {
  return cluster?.version ?? DEFAULT_VERSION
}

/** Returns the abilities of the Kubernetes version. */
export function abilitiesOfCluster(blueprint: Blueprint): Abilities {
  return abilitiesOf(defaultVersionOf(blueprint))
}

/** Returns the version of the kubelet or kubectl on a host: its own, or that of the cluster. */
export function versionOfHost(blueprint: ExpandedBlueprint, host: string): KubernetesVersion {
  const { nodes, hosts } = blueprint.lookups
  return nodes.get(host)?.version ?? hosts.get(host)?.kubernetes ?? defaultVersionOf(blueprint)
}

/** Returns the abilities of the Kubernetes version of a host. */
export function abilitiesOfHost(blueprint: ExpandedBlueprint, host: string): Abilities {
  return abilitiesOf(versionOfHost(blueprint, host))
}
