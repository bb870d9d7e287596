import { namesOf } from '../engine/registry.ts'
import type { RealName } from '../measure/real-name.ts'
import type { ScannerResult } from '../measure/scanner-result.ts'
import {
  checkArgument,
  checkShape,
  FINITE,
  LIMIT,
  listOf,
  MAP,
  oneOf,
  TEXT,
  TRUE_OR_FALSE,
  withTexts,
} from '../simulation/given/check-given.ts'
import { type ImportOptions, NETWORKS } from './build/context.ts'
import { unseenMachines } from './build/unseen-machines.ts'
import { buildCluster } from './build-cluster.ts'
import type { ImportFile } from './import-file.ts'
import { IMPORT_MARK, lineOfName } from './imported-from.ts'
import type { Place } from './origin.ts'
import { PROFILES } from './profiles.ts'
import { type OnRead, readFiles } from './read-files.ts'
import type { Note } from './report/note.ts'
import { scan } from './scanners/scan.ts'
import { settle } from './settle.ts'

/** An imported cluster: its scenario, and notes about it. */
export interface Imported {
  /** The scenario as YAML. A comment on each value says where it comes from. */
  readonly text: string
  readonly notes: readonly Note[]
  /** The first line of the apiserver's command, otherwise of the first file that was read. */
  readonly main: Place
  /** The names in the cluster of nodes, users, groups and pods, by their names in the scenario. */
  readonly names: ReadonlyMap<string, RealName>
  /** The nodes of each pool, including those that the scenario leaves out, by their names in the cluster. */
  readonly pools: ReadonlyMap<string, readonly string[]>
  /** The nodes and apiservers without imported files. They are assumed to equal the imported ones. */
  readonly unseen: readonly string[]
  /** The results that kube-bench and kubescape give for these files. */
  readonly scans: readonly ScannerResult[]
  /** True if the files do not say how the cluster is set up. Then the whole scenario is assumed. */
  readonly isEmpty: boolean
  /** The provider that controls the flags of the control plane and hides them; null if its owner controls them. */
  readonly hiddenBy: string | null
}

/**
 * Makes a scenario from the files of a real cluster. It never throws because of a file's content: unreadable parts are
 * reported in the notes. Secrets are not read, and do not appear in the scenario or the notes. `onRead` is called while
 * documents are read, because large files take seconds.
 * @throws InvalidOptions for arguments of another kind, and options that do not exist
 */
export function importCluster(files: readonly ImportFile[], options: ImportOptions = {}, onRead?: OnRead): Imported {
  checkArgument('files of importCluster', files, listOf(withTexts('path', 'text'), 'files'))
  checkShape('option of importCluster', options, {
    network: oneOf(NETWORKS),
    provider: oneOf(namesOf(PROFILES)),
    allNodes: TRUE_OR_FALSE,
    nodesOfKind: LIMIT,
    nowS: FINITE,
    kubernetes: TEXT,
    pools: MAP,
  })
  const evidence = readFiles(files, onRead)
  const isEmpty = evidence.isEmpty
  const { context, setUps, pools: built } = buildCluster(evidence, options)
  const { text } = settle(context, [
    `${IMPORT_MARK.slice(2)} The comment on each value says from which file and line it comes, or that it is a default or`,
    'an assumption. Replace what is assumed by what you know.',
    ...[...context.names].flatMap(([name, real]) => lineOfName(name, real)),
  ])
  const scans = scan(context, setUps)
  const read = context.runsOf('kube-apiserver')[0]?.at ?? evidence.notes.find(({ kind }) => kind === 'used')?.at
  const main = read ?? { file: evidence.paths[0] ?? '', line: 1 }
  const { isHidden, title } = context.profile
  const hiddenBy = isHidden ? title : null
  const pools = new Map(built.map(({ name, all }) => [name, all.map(({ realName }) => realName)]))
  const unseen = unseenMachines(built, context)
  return { text, main, names: context.names, pools, unseen, notes: evidence.notes, scans, isEmpty, hiddenBy }
}
