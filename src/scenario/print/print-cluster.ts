import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { CONTROLLER_MANAGER_FLAGS } from '../../cluster/flags/controller-manager-flags.ts'
import { type Flag, type FlagName, type Flags, flagsOf, stateAt } from '../../cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { kubeletKey, resolveSetUp } from '../cluster/resolve-set-up.ts'
import { isServingIssued } from '../cluster/serving-issued.ts'
import type { Resolved } from '../configuration/resolve-configuration.ts'
import {
  hasConfigFile,
  kubeletSectionOf,
  type WrittenProgram,
  writingsOf,
  writtenKubelet,
  writtenPrograms,
} from '../configuration/written-flags.ts'
import type { Position } from '../problems/source-text.ts'
import { clusterSchema } from '../schema/cluster.ts'
import { writtenForm } from '../schema/flag-text.ts'
import { buildTree, type TreeInput } from '../tree/build-tree.ts'
import { Findings } from '../tree/findings.ts'
import type { Origin } from '../tree/origin.ts'
import { mergeTrees, plainOf, type Tree, type TreePath, treeAt } from '../tree/tree.ts'

/** Returns the unwritten flags and fields of the cluster's programs, with the defaults of the version. */
export function clusterDefaults(printable: Tree, { cluster }: Blueprint, origin: Origin): Tree {
  const stanza = treeAt(printable, ['cluster'])
  if (cluster === null || stanza === undefined) return buildTree({}, origin('default'))
  const section = clusterSchema.parse(plainOf(stanza))
  const versions = [cluster.version]
  const setUp = resolveSetUp(section, cluster.version, cluster.nodes, printable, new Findings(printable))
  const written = writtenPrograms(section)
  const apiserver = { program: written.apiserver, resolved: [setUp.apiserver], versions }
  const manager = { program: written.controllerManager, resolved: [setUp.controllerManager], versions }
  const sections = new Map(
    cluster.nodes.map(({ pool }) => {
      const one = kubeletSectionOf(section, pool)
      return [one.path.join('.'), one] as const
    }),
  )
  const parts = [
    ...flagDefaults(APISERVER_FLAGS, apiserver, origin),
    ...flagDefaults(CONTROLLER_MANAGER_FLAGS, manager, origin),
    ...[...sections.values()].flatMap((one) => {
      const isOf = ({ pool }: { readonly pool: string }) =>
        kubeletSectionOf(section, pool).path.join('.') === one.path.join('.')
      const nodes = cluster.nodes.filter(isOf)
      const resolved = [...new Set(nodes.map((node) => setUp.kubelets.get(kubeletKey(section, node))!))]
      const kubelet = { program: writtenKubelet(one), resolved, versions: nodes.map(({ version }) => version) }
      const serving = isServingIssued(one, printable) ? 'issued' : 'self-signed'
      return [
        treeOf([...one.path, 'server-certificate'], serving, origin('default in this cluster')),
        ...flagDefaults(KUBELET_FIELDS, kubelet, origin),
      ]
    }),
  ]
  return parts.reduce(mergeTrees)
}

/** The programs of one kind: the written sections, and the configuration in each version. */
interface Programs {
  readonly program: WrittenProgram
  readonly resolved: readonly Resolved<Readonly<Record<string, unknown>>>[]
  readonly versions: readonly KubernetesVersion[]
}

/** Returns unwritten flags that have the same value in all versions, under a name that all versions have. */
function flagDefaults(flags: Flags, programs: Programs, origin: Origin): readonly Tree[] {
  const { program, resolved, versions } = programs
  return flagsOf(flags).flatMap(([property, flag]) => {
    const [form, ...others] = resolved.map(({ configuration }) => writtenForm(flag.kind, configuration[property]))
    const as = spellingsOf(flag, programs).find((name) =>
      versions.every((version) => stateAt(name, version) === 'present'),
    )
    if (as === undefined || writingsOf(flag, program).length > 0 || isNothing(flag, form)) return []
    if (others.some((other) => String(other) !== String(form))) return []
    const { path } = as === flag ? program.own : program.also
    return [treeOf([...path, ...as.name.split('.')], form, origin(resolved[0].origins.get(flag.name) ?? 'default'))]
  })
}

/** Returns the names under which a flag can be printed, as a field or as a flag, in all these versions. */
function spellingsOf(flag: Flag, { program, versions }: Programs): readonly FlagName[] {
  const also = flag.also === undefined ? [] : [flag.also]
  if (program.own === program.also) return [flag, ...also]
  const styles = new Set(versions.map((version) => hasConfigFile(program, version)))
  if (styles.size !== 1) return []
  return styles.has(true) ? [flag] : also
}

function isNothing(flag: Flag, form: ReturnType<typeof writtenForm>): boolean {
  const isOff = 'off' in flag.default && form === flag.default.off
  return form === null || isOff || (Array.isArray(form) && form.length === 0)
}

function treeOf(path: TreePath, value: TreeInput, position: Position): Tree {
  return path.reduceRight((inner: Tree, step) => buildTree({ [step]: inner }, position), buildTree(value, position))
}
