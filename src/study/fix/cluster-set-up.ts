import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { isServingIssued } from '../../scenario/cluster/serving-issued.ts'
import {
  kubeletSectionOf,
  type WrittenProgram,
  writtenKubelet,
  writtenPrograms,
} from '../../scenario/configuration/written-flags.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { clusterSchema } from '../../scenario/schema/cluster.ts'
import { plainOf, type TreePath, treeAt } from '../../scenario/tree/tree.ts'

/** The effective configuration of a cluster's programs, as far as a fix can change it. */
export interface ClusterSetUp {
  readonly version: KubernetesVersion
  readonly apiserver: {
    readonly program: WrittenProgram
    readonly configuration: Readonly<Record<string, unknown>>
  }
  /** The distinct sections that configure kubelets. */
  readonly kubelets: readonly KubeletSectionSetUp[]
  /** True if kubelets' serving-certificate requests are approved. */
  readonly hasApprover: boolean
}

export interface KubeletSectionSetUp {
  readonly path: TreePath
  /** The pools whose kubelets the section configures. */
  readonly pools: readonly string[]
  readonly program: WrittenProgram
  /** The oldest version of these kubelets. */
  readonly version: KubernetesVersion
  readonly configuration: Readonly<Record<string, unknown>>
  readonly isServingIssued: boolean
  /** True if the kubelets request their serving certificates. */
  readonly isServingRequested: boolean
}

/** Returns the set-up of the cluster of a scenario; null without a cluster. */
export function setUpOf({ scenario, printable }: LoadedScenario): ClusterSetUp | null {
  const { cluster } = scenario.blueprint
  const stanza = treeAt(printable, ['cluster'])
  const parsed = stanza === undefined ? null : clusterSchema.safeParse(plainOf(stanza))
  if (cluster === null || parsed === null || !parsed.success) return null
  const byPath = new Map<string, KubeletSectionSetUp>()
  for (const { pool, kubelet, version } of cluster.nodes) {
    const section = kubeletSectionOf(parsed.data, pool)
    const key = JSON.stringify(section.path)
    const known = byPath.get(key)
    const pools = known?.pools ?? []
    byPath.set(key, {
      path: section.path,
      pools: pools.includes(pool) ? pools : [...pools, pool],
      program: writtenKubelet(section),
      version: known === undefined || version.minor < known.version.minor ? version : known.version,
      configuration: kubelet,
      isServingIssued: isServingIssued(section, printable),
      isServingRequested: kubelet.serverTlsBootstrap,
    })
  }
  const kubelets = [...byPath.values()]
  return {
    version: cluster.version,
    apiserver: { program: writtenPrograms(parsed.data).apiserver, configuration: cluster.apiserver.configuration },
    kubelets,
    hasApprover: kubelets.some((one) => one.isServingRequested && one.isServingIssued),
  }
}
