import { serverTlsBootstrap } from '../../cluster/flags/kubelet/server-tls-bootstrap.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { type MapTree, type Tree, type TreePath, withValue } from '../../scenario/tree/tree.ts'
import type { Change, FlagValue } from './change.ts'
import type { ClusterSetUp, KubeletSectionSetUp } from './cluster-set-up.ts'

/** A value to set in a scenario, and its path. */
export interface Assignment {
  readonly path: TreePath
  readonly value: FlagValue
}

/**
 * Returns the effect of changes on a scenario: the values to set, and the resulting signers of kubelets' certificates.
 */
export function assignmentsOf(changes: readonly Change[], setUp: ClusterSetUp): readonly Assignment[] {
  const ofFlags = changes.flatMap((change) =>
    change.kind === 'flag' ? change.places.map(({ path }) => ({ path, value: change.value })) : [],
  )
  const ofCertificates = setUp.kubelets.flatMap((section): Assignment[] => {
    const isIssued = isIssuedAfter(changes, section, setUp)
    if (isIssued === section.isServingIssued) return []
    return [{ path: [...section.path, 'server-certificate'], value: isIssued ? 'issued' : 'self-signed' }]
  })
  return [...ofFlags, ...ofCertificates]
}

/** Returns the tree of a scenario with these changes. */
export function withChanges(tree: Tree, changes: readonly Change[], setUp: ClusterSetUp): Tree {
  return assignmentsOf(changes, setUp).reduce((changed, { path, value }) => setAt(changed, path, treeOf(value)), tree)
}

/**
 * Returns whether kubelets have certificates of the cluster CA after changes: they have them already, somebody
 * distributes them, or they request them and a program approves the requests.
 */
function isIssuedAfter(changes: readonly Change[], section: KubeletSectionSetUp, setUp: ClusterSetUp): boolean {
  const isRequested = isRequestedAfter(changes, section)
  if (section.isServingIssued) return isRequested || !section.isServingRequested
  if (changes.some(({ kind }) => kind === 'certificates')) return true
  return isRequested && (setUp.hasApprover || changes.some(({ kind }) => kind === 'approver'))
}

function isRequestedAfter(changes: readonly Change[], { path, isServingRequested }: KubeletSectionSetUp): boolean {
  const change = changes.find(
    (one) =>
      one.kind === 'flag' &&
      one.flag === serverTlsBootstrap &&
      one.places.some((place) => path.every((step, i) => place.path[i] === step)),
  )
  return change?.kind === 'flag' ? change.value === true : isServingRequested
}

const SOURCE = new SourceText('--fix', '')
const POSITION = { source: SOURCE, start: 0, end: 0 }

function treeOf(value: FlagValue): Tree {
  return typeof value === 'object'
    ? { kind: 'list', position: POSITION, items: value.map((item) => treeOf(item)) }
    : { kind: 'scalar', position: POSITION, value }
}

/**
 * Returns a copy of a tree with a value at a path. Values on the path that are missing or are not maps become maps.
 */
function setAt(tree: Tree | undefined, path: TreePath, value: Tree): Tree {
  if (path.length === 0) return value
  const map: MapTree = tree?.kind === 'map' ? tree : { kind: 'map', position: POSITION, entries: new Map() }
  const key = String(path[0])
  return withValue(map, key, setAt(map.entries.get(key)?.tree, path.slice(1), value), POSITION)
}
