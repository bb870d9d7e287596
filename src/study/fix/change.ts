import type { Flag } from '../../cluster/flags/flag.ts'
import type { FlagForm } from '../../cluster/flags/flag-kind.ts'
import type { TreePath } from '../../scenario/tree/tree.ts'

/** A value that a scenario writes for a flag. */
export type FlagValue = FlagForm

/** The place of a change: the apiserver, or the kubelets of a section. */
export interface ChangePlace {
  /** The names of the pools whose kubelets the section configures; empty for the apiserver. */
  readonly pools: readonly string[]
  /** The path of the value in the scenario. */
  readonly path: TreePath
  /** The written name: a flag, or a field with its parents. */
  readonly name: string
  /** True if the name is a command line flag. */
  readonly isFlag: boolean
  /** The present value. */
  readonly before: FlagValue | null
}

/**
 * One change of a cluster. `flag`: another value of a flag or field. `approver`: a program that approves kubelets'
 * serving-certificate requests. `certificates`: serving certificates of the cluster CA that somebody distributes.
 */
export type Change = FlagChange | ActionChange

export interface FlagChange {
  readonly kind: 'flag'
  readonly program: 'kube-apiserver' | 'kubelet'
  readonly flag: Flag
  readonly value: FlagValue
  readonly places: readonly ChangePlace[]
}

export interface ActionChange {
  readonly kind: 'approver' | 'certificates'
  readonly program: 'cluster'
  readonly places: readonly []
}

export const APPROVER: ActionChange = { kind: 'approver', program: 'cluster', places: [] }
export const CERTIFICATES: ActionChange = { kind: 'certificates', program: 'cluster', places: [] }

/** Returns a key that equal changes share. */
export function changeKey(change: Change): string {
  if (change.kind !== 'flag') return change.kind
  const { program, flag, value, places } = change
  return JSON.stringify([program, flag.name, value, places.map(({ path }) => path.join('.'))])
}

/** Returns whether `part` is the change `whole`, at all or some of its places. */
export function isOfChange(part: Change, whole: Change): boolean {
  const keyOf = (change: Change) => (change.kind === 'flag' ? changeKey({ ...change, places: [] }) : change.kind)
  return keyOf(part) === keyOf(whole)
}

/** Returns whether two changes set the same flag. */
export function areOfOneFlag(a: Change, b: Change): boolean {
  if (a.kind !== 'flag' || b.kind !== 'flag') return a.kind === b.kind
  return a.flag === b.flag
}

/** Returns the effort of a change. Work by hand on every node counts more than a flag. */
export function effortOf({ kind }: Change): number {
  return kind === 'certificates' ? 10 : 1
}
