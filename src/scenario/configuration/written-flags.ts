import type { Flag, FlagName } from '../../cluster/flags/flag.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { TreePath } from '../tree/tree.ts'

/** A section of the scenario and its checked values, which are undefined when the section is absent. */
interface WrittenSection {
  readonly path: TreePath
  readonly values: Readonly<Record<string, unknown>> | undefined
}

/** The sections that configure a program. `own` has flags under their own names, `also` under their other names. */
export interface WrittenProgram {
  readonly own: WrittenSection
  readonly also: WrittenSection
}

export interface WrittenFlag {
  readonly as: FlagName
  readonly path: TreePath
  readonly value: unknown
}

type ProgramSections = Pick<ClusterSection, 'apiserver' | 'controller-manager'>

/** Returns the sections that configure the programs of the control plane. */
export function writtenPrograms({ apiserver, 'controller-manager': controllerManager }: ProgramSections) {
  const section = (program: string, part: string, values: WrittenSection['values']): WrittenSection => ({
    path: ['cluster', program, part],
    values,
  })
  const ofFlags = (flags: WrittenSection): WrittenProgram => ({ own: flags, also: flags })
  return {
    apiserver: ofFlags(section('apiserver', 'flags', apiserver?.flags)),
    controllerManager: ofFlags(section('controller-manager', 'flags', controllerManager?.flags)),
  }
}

/** The section that configures the kubelets of a pool: its own, otherwise the section of the cluster. */
export interface KubeletSection {
  readonly path: TreePath
  readonly section: ClusterSection['kubelet']
}

export function kubeletSectionOf(
  { nodes, kubelet }: Pick<ClusterSection, 'nodes' | 'kubelet'>,
  pool: string,
): KubeletSection {
  const own = typeof nodes === 'object' ? nodes.get(pool) : undefined
  return typeof own === 'object' && own.kubelet !== undefined
    ? { path: ['cluster', 'nodes', pool, 'kubelet'], section: own.kubelet }
    : { path: ['cluster', 'kubelet'], section: kubelet }
}

/** Returns a kubelet's configuration: its fields are in `config`, its flags in `flags`. */
export function writtenKubelet({ path, section }: KubeletSection): WrittenProgram {
  return {
    own: { path: [...path, 'config'], values: section?.config },
    also: { path: [...path, 'flags'], values: section?.flags },
  }
}

/** Returns the names under which a flag is written, with the values. The first one applies. */
export function writingsOf(flag: Flag, { own, also }: WrittenProgram): readonly WrittenFlag[] {
  const spellings = flag.also === undefined ? [] : [{ as: flag.also, section: also }]
  return [...spellings, { as: flag, section: own }].flatMap(({ as, section }) => {
    const steps = as.name.split('.')
    const value = steps.reduce<unknown>((inner, step) => (isMap(inner) ? inner[step] : undefined), section.values)
    return value === undefined ? [] : [{ as, path: [...section.path, ...steps], value }]
  })
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/**
 * Returns whether a kubelet has a configuration file: a written one, or the one that kubeadm writes in its version.
 */
export function hasConfigFile({ own, also }: WrittenProgram, version: KubernetesVersion): boolean {
  if (own.values !== undefined) return true
  return also.values === undefined && abilitiesOf(version).kubelet.setUpBy === 'config'
}
