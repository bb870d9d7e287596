import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import type {
  ApiserverConfiguration,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../../cluster/flags/configuration.ts'
import { CONTROLLER_MANAGER_FLAGS } from '../../cluster/flags/controller-manager-flags.ts'
import { type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { type Resolved, resolveFlags, resolveKubelet } from '../configuration/resolve-configuration.ts'
import {
  kubeletSectionOf,
  type WrittenProgram,
  writingsOf,
  writtenKubelet,
  writtenPrograms,
} from '../configuration/written-flags.ts'
import { checkIdentity } from '../identities/check-identity.ts'
import type { Identities } from '../identities/identities.ts'
import { CLUSTER_CA, IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { Findings } from '../tree/findings.ts'
import { originOf } from '../tree/origin.ts'
import { positionAt, type Tree, type TreePath } from '../tree/tree.ts'

/** The configuration of a cluster's programs, with the origin of each value. */
export interface SetUp {
  readonly apiserver: Resolved<ApiserverConfiguration>
  readonly controllerManager: Resolved<ControllerManagerConfiguration>
  /** The configurations of kubelets, by the key of their pool and version (`kubeletKey`). */
  readonly kubelets: ReadonlyMap<string, Resolved<KubeletConfiguration>>
}

/** A kubelet, described by the pool of its node and its version. */
export interface KubeletKind {
  readonly pool: string
  readonly version: KubernetesVersion
}

/** Returns a key that kubelets with the same section and version share. */
export function kubeletKey(section: ClusterSection, { pool, version }: KubeletKind): string {
  return `${version.text} ${kubeletSectionOf(section, pool).path.join('.')}`
}

export function resolveSetUp(
  section: ClusterSection,
  version: KubernetesVersion,
  kinds: readonly KubeletKind[],
  tree: Tree,
  findings: Findings,
): SetUp {
  const context = {
    version,
    originOf: (place: TreePath) => originOf(positionAt(tree, place)),
    provides: { clientCa: CLUSTER_CA, kubeletClientCertificate: IDENTITY_NAMES.apiserverKubeletClient },
    findings,
  }
  const { apiserver, controllerManager } = writtenPrograms(section)
  const kubelets = new Map<string, Resolved<KubeletConfiguration>>()
  for (const kind of kinds) {
    const key = kubeletKey(section, kind)
    if (kubelets.has(key)) continue
    const program = writtenKubelet(kubeletSectionOf(section, kind.pool))
    kubelets.set(key, resolveKubelet(program, { ...context, version: kind.version }))
  }
  return {
    apiserver: resolveFlags(APISERVER_FLAGS, apiserver, context),
    controllerManager: resolveFlags(CONTROLLER_MANAGER_FLAGS, controllerManager, context),
    kubelets,
  }
}

/** Checks the identities that flags name. (In Kubernetes, the value of such a flag is the name of a file.) */
export function checkNamedIdentities(section: ClusterSection, identities: Identities, findings: Findings): void {
  const check = (flags: Flags, program: WrittenProgram) => {
    for (const [, flag] of flagsOf(flags)) {
      const { refersTo } = flag.kind
      if (refersTo === undefined) continue
      for (const { path, value } of writingsOf(flag, program)) {
        if (value !== flag.unset) checkIdentity(path, String(value), refersTo, { identities, findings })
      }
    }
  }
  check(APISERVER_FLAGS, writtenPrograms(section).apiserver)
  const pools = typeof section.nodes === 'object' ? [...section.nodes.keys()] : []
  const own = pools.map((pool) => kubeletSectionOf(section, pool))
  const ofCluster = kubeletSectionOf({ kubelet: section.kubelet }, '')
  for (const one of [ofCluster, ...own.filter(({ section: written }) => written !== section.kubelet)])
    check(KUBELET_FIELDS, writtenKubelet(one))
}
