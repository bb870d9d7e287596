import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { defaultAt, type Flag, type FlagName, flagsOf, stateAt } from '../../cluster/flags/flag.ts'
import { serverTlsBootstrap } from '../../cluster/flags/kubelet/server-tls-bootstrap.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { hasConfigFile, writingsOf } from '../../scenario/configuration/written-flags.ts'
import { CLUSTER_CA } from '../../scenario/identities/identity-names.ts'
import { writtenForm } from '../../scenario/schema/flag-text.ts'
import { APPROVER, CERTIFICATES, type Change, type ChangePlace, type FlagChange, type FlagValue } from './change.ts'
import type { ClusterSetUp, KubeletSectionSetUp } from './cluster-set-up.ts'

/**
 * Lists the changes to try on a cluster: every other value of each apiserver flag and kubelet field that the flag's
 * kind bounds, unless it opens something that the present value does not, and the ways to give kubelets certificates of
 * the cluster CA. A change of kubelets applies to all sections that do not have the value yet.
 */
export function candidatesFor(setUp: ClusterSetUp): readonly Change[] {
  const ofApiserver = flagsOf(APISERVER_FLAGS).flatMap(([property, flag]) => {
    const name = nameOf([flag, flag.also], setUp.version)
    if (flag.neverOffered !== undefined || name === null) return []
    const [written] = writingsOf(flag, setUp.apiserver.program)
    const before = formOf(flag, setUp.apiserver.configuration[property])
    const place: ChangePlace = {
      pools: [],
      path: written?.path ?? [...setUp.apiserver.program.own.path, name.name],
      name: written?.as.name ?? name.name,
      isFlag: true,
      before,
    }
    return valuesFor(flag, before, setUp.version)
      .filter((value) => !isWeakening(flag, before, value) && !isAdding(flag, before, value))
      .map((value): FlagChange => ({ kind: 'flag', program: 'kube-apiserver', flag, value, places: [place] }))
  })
  const ofKubelets = flagsOf(KUBELET_FIELDS).flatMap(([property, flag]) => {
    if (flag.neverOffered !== undefined) return []
    const places = setUp.kubelets.flatMap((section) => placeIn(section, property, flag))
    const values = places.flatMap(({ before }) => valuesFor(flag, before, setUp.version))
    return distinct(values).flatMap((value): FlagChange[] => {
      const changed = places.filter(({ before }) => !isEqual(before, value))
      if (changed.some(({ before }) => isWeakening(flag, before, value))) return []
      return changed.length === 0 ? [] : [{ kind: 'flag', program: 'kubelet', flag, value, places: changed }]
    })
  })
  return [...signingOf(setUp), ...ofApiserver, ...ofKubelets]
}

/** Returns whether a value leaves something open that the present value does not. */
function isWeakening(flag: Flag, before: FlagValue | null, value: FlagValue): boolean {
  const { list } = flag.kind
  const parts = list?.items ?? [undefined]
  return parts.some((about) => {
    const now = flag.weakness?.(list === undefined ? before : (before ?? []), about) ?? null
    const then = flag.weakness?.(value, about) ?? null
    return now === null && then !== null
  })
}

/** Returns whether a change closes a weakness of the present values, instead of avoiding it by another flag. */
export function isMending(change: Change): boolean {
  if (change.kind !== 'flag') return false
  const { flag, value, places } = change
  return places.some(({ before }) => before !== null && isWeakening(flag, value, before))
}

/** Returns whether a list adds an item that must never be offered. */
function isAdding({ neverAdded = [] }: Flag, before: FlagValue | null, value: FlagValue): boolean {
  const has = (list: FlagValue | null, item: string) => Array.isArray(list) && list.includes(item)
  return neverAdded.some((item) => has(value, item) && !has(before, item))
}

/**
 * Lists the changes that give kubelets certificates of the cluster CA. Certificates are distributed as files only to
 * kubelets that cannot request them.
 */
function signingOf({ kubelets, hasApprover }: ClusterSetUp): readonly Change[] {
  const without = kubelets.filter(({ isServingIssued }) => !isServingIssued)
  if (without.length === 0) return []
  const canRequest = without.every(({ version }) => stateAt(serverTlsBootstrap, version) === 'present')
  return [...(hasApprover || !canRequest ? [] : [APPROVER]), ...(canRequest ? [] : [CERTIFICATES])]
}

/** Returns the place of a field for the kubelets of a section; nothing if their release does not have it. */
function placeIn(
  { program, configuration, version, pools }: KubeletSectionSetUp,
  property: string,
  flag: Flag,
): readonly ChangePlace[] {
  const [written] = writingsOf(flag, program)
  const hasFile = hasConfigFile(program, version)
  const name = nameOf([written?.as, hasFile ? flag : flag.also], version)
  if (name === null) return []
  const isFlag = written === undefined ? !hasFile : written.as === flag.also
  const section = isFlag ? program.also : program.own
  return [
    {
      pools,
      path: written?.path ?? [...section.path, ...name.name.split('.')],
      name: name.name,
      isFlag,
      before: formOf(flag, configuration[property]),
    },
  ]
}

/** Returns the first of several names of a flag that a release has. */
function nameOf(names: readonly (FlagName | undefined)[], version: KubernetesVersion): FlagName | null {
  return names.find((name) => name !== undefined && stateAt(name, version) === 'present') ?? null
}

function formOf({ kind }: Flag, value: unknown): FlagValue | null {
  return writtenForm(kind, value)
}

/**
 * Lists the other values of a flag to try. Values that the release refuses are removed when the scenario is checked.
 */
function valuesFor(flag: Flag, before: FlagValue | null, version: KubernetesVersion): readonly FlagValue[] {
  const ofRelease = 'provided' in flag.default ? null : formOf(flag, defaultAt(flag, version))
  const values = [
    ...(flag.kind.offered?.({ before, minor: version.minor, clusterCa: CLUSTER_CA }) ?? []),
    ...(ofRelease === null ? [] : [ofRelease]),
  ]
  return distinct(values).filter((value) => !isEqual(value, before))
}

function distinct(values: readonly FlagValue[]): readonly FlagValue[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

function isEqual(a: FlagValue | null, b: FlagValue | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
