import type { Flag, FlagName } from '../../cluster/flags/flag.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { TreePath } from '../tree/tree.ts'

/** A section of the scenario, and what its schema made of it; undefined: it is not written. */
interface WrittenSection {
  readonly path: TreePath
  readonly values: Readonly<Record<string, unknown>> | undefined
}

/** Where a scenario sets a program up: flags stand under their own names in `own`, under their others in `also`. */
export interface WrittenProgram {
  readonly own: WrittenSection
  readonly also: WrittenSection
}

export interface WrittenFlag {
  readonly as: FlagName
  readonly path: TreePath
  readonly value: unknown
}

type ProgramSections = Pick<ClusterSection, 'apiserver' | 'kubelet' | 'controller-manager'>

/** Where the section `cluster` sets each program up. Fields of kubelets stand in `config`, their flags in `flags`. */
export function writtenPrograms({ apiserver, kubelet, 'controller-manager': controllerManager }: ProgramSections) {
  const section = (program: string, part: string, values: WrittenSection['values']): WrittenSection => ({
    path: ['cluster', program, part],
    values,
  })
  const ofFlags = (flags: WrittenSection): WrittenProgram => ({ own: flags, also: flags })
  return {
    apiserver: ofFlags(section('apiserver', 'flags', apiserver?.flags)),
    controllerManager: ofFlags(section('controller-manager', 'flags', controllerManager?.flags)),
    kubelet: {
      own: section('kubelet', 'config', kubelet?.config),
      also: section('kubelet', 'flags', kubelet?.flags),
    },
  }
}

/** Under which names a flag is written, the one that wins first. */
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

/** A kubelet has a configuration file where one is written, or where kubeadm of the time would have written one. */
export function hasConfigFile({ own, also }: WrittenProgram, version: KubernetesVersion): boolean {
  if (own.values !== undefined) return true
  return also.values === undefined && abilitiesOf(version).kubelet.setUpBy === 'config'
}
