import { type Abilities, abilitiesOf } from '../../cluster/versions/abilities.ts'
import { DEFAULT_VERSION, type KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'

/** Kubelets serve it too, but nobody asks them for it. */
export function isServingHttp2({ protocol }: PathBlueprint): boolean {
  return protocol === 'h2'
}

/** Without a cluster, the newest that all facts are of. */
export function defaultVersionOf({ cluster }: Blueprint): KubernetesVersion {
  return cluster?.version ?? DEFAULT_VERSION
}

/** What the version of Kubernetes brings. */
export function abilitiesOfCluster(blueprint: Blueprint): Abilities {
  return abilitiesOf(defaultVersionOf(blueprint))
}
