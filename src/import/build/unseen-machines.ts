import type { BuildContext } from './context.ts'
import type { KubeletSetUp } from './kubelet-set-ups.ts'
import { isOf, type NodePlan } from './nodes.ts'
import type { Pool } from './pools.ts'

/**
 * Returns the nodes whose kubelets' files were not imported, and the control planes whose apiservers' files were not
 * imported although others' were. A check assumes that they equal the imported ones.
 */
export function unseenMachines(pools: readonly Pool[], context: BuildContext): readonly string[] {
  const { nodes } = context.evidence
  const kubelets = pools
    .flatMap(({ all }) => all)
    .filter((node) => !isSeen(node, nodes.length))
    .map(({ realName }) => realName)
  const runs = context.runsOf('kube-apiserver').filter(({ record }) => record !== 'configuration')
  const machines = new Set(runs.map((run) => run.machine ?? context.machineOf(run.at)))
  const controls = nodes.filter(({ isControlPlane }) => isControlPlane).map(({ name }) => name)
  const known = controls.filter((name) => [...machines].some((one) => one === name || name.startsWith(`${one}.`)))
  // An apiserver whose files name no machine belongs to some control plane.
  const others =
    runs.length === 0 || machines.size >= controls.length ? [] : controls.filter((name) => !known.includes(name))
  const apiservers = others.length === controls.length ? others.slice(machines.size) : others
  return [...new Set([...kubelets, ...apiservers.map((name) => `the apiserver of ${name}`)])]
}

function isSeen({ setUp, realName, evidence }: NodePlan, nodes: number): boolean {
  if (setUp === null || !hasFiles(setUp)) return false
  const isOfAll = setUp.record === 'configuration' || setUp.files.some(({ role }) => role !== undefined)
  return evidence === null || isOfAll || isOf(setUp, realName) || (setUp.machine === '' && nodes <= 1)
}

/** Returns whether a set-up has files of a kubelet itself, rather than only a cluster-wide configuration. */
function hasFiles({ files, hasFile, isWhole, record, flags }: KubeletSetUp): boolean {
  const isConfigured = record === 'configuration' && flags.length > 0
  return files.some(({ from }) => from !== 'cluster') || (isWhole && !hasFile) || isConfigured
}
