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

/** An imported cluster: its scenario, and what there is to say about it. */
export interface Imported {
  /** The scenario as YAML, with a comment on each value that says where it comes from. */
  readonly text: string
  readonly notes: readonly Note[]
  /** The line with which the command line of the apiserver begins, or else of the first file that was read. */
  readonly main: Place
  /** The names in the cluster of nodes, users, groups and pods, by their names in the scenario. */
  readonly names: ReadonlyMap<string, RealName>
  /** The nodes of each pool of the scenario, also those that it leaves out, by their names in the cluster. */
  readonly pools: ReadonlyMap<string, readonly string[]>
  /** The nodes, and the apiservers of nodes, of which no file came in, so that those of others are taken for theirs. */
  readonly unseen: readonly string[]
  /** The statements of kube-bench and kubescape about these files. */
  readonly scans: readonly ScannerResult[]
  /** True if nothing in the files says how the cluster is set up, so that the whole scenario is assumed. */
  readonly isEmpty: boolean
  /** The provider who alone sees and sets the flags of the control plane; null where its owner does. */
  readonly hiddenBy: string | null
}

/**
 * Makes a scenario from the files of a real cluster. It never throws for what a file contains: what cannot be read is
 * said in the notes. Secrets are not read, and nothing of them is in the scenario or the notes. `onRead` is called while
 * it reads documents, since large files take seconds.
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
