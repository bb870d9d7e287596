import { isFolder } from '../../disk/folders.ts'
import { readFileTree } from '../../disk/read-file-tree.ts'
import { UsageError } from '../../disk/usage-error.ts'
import type { ImportOptions } from '../../import/build/context.ts'
import { isOfCluster } from '../../import/is-of-cluster.ts'
import type { Subject } from '../../study/check/subject.ts'
import type { Io } from '../io.ts'
import { importShown } from './import-shown.ts'
import { noCluster } from './no-cluster.ts'
import { readSource } from './read-scenarios.ts'

/** A subject of a check, and the arguments of the command line that name it. */
export interface NamedSubject extends Subject {
  readonly arguments: readonly string[]
}

/** The settings of an import that a command decides, and no option of an import. */
interface OfCommand {
  /** The beginning of the day for which dates of certificates are judged, in seconds since 1970. */
  readonly nowS?: number
  /** The most nodes of one version and configuration; by default as an import takes them. */
  readonly nodesOfKind?: number
}

/**
 * Reads scenario files, and the files and folders of a real cluster. All of the latter are one cluster.
 * @throws UsageError when a file cannot be read, nothing says how the cluster is set up, or options of an import are
 * given without one
 */
export async function readSubjects(
  files: readonly string[],
  options: Omit<ImportOptions, 'nowS' | 'nodesOfKind'>,
  ofCommand: OfCommand,
  io: Io,
): Promise<readonly NamedSubject[]> {
  const piped = files.includes('-') ? await io.readStdin() : ''
  const isOfOne = (file: string) => isFolder(file) || isOfCluster(file === '-' ? piped : firstText(file))
  const ofCluster = files.filter(isOfOne)
  if (ofCluster.length === 0 && Object.keys(options).length > 0)
    throw new UsageError(
      'the options --network, --provider, --kubernetes and --all-nodes are about files of a real cluster, and these are scenarios',
    )
  const scenarios = files.filter((file) => !ofCluster.includes(file))
  const sources = await Promise.all(
    scenarios.map((file) => (file === '-' ? { file, text: piped } : readSource(file, io))),
  )
  const cluster = ofCluster.length === 0 ? [] : [await importAll(ofCluster, piped, { ...options, ...ofCommand }, io)]
  return [...sources.map((source) => ({ source, arguments: [source.file], imported: null })), ...cluster]
}

async function importAll(
  files: readonly string[],
  piped: string,
  options: ImportOptions,
  io: Io,
): Promise<NamedSubject> {
  const tree = readFileTree(files.filter((file) => file !== '-'))
  const stdin = files.includes('-') ? [{ path: 'stdin', text: piped }] : []
  const all = [...tree.files, ...stdin]
  const imported = await importShown(all, options, io)
  if (imported.isEmpty) throw noCluster('these files')
  const notes = [...tree.notes, ...imported.notes]
  const file = files[0] === '-' ? 'stdin' : files[0].replace(/\/+$/, '')
  return {
    source: { file, text: imported.text },
    arguments: files,
    imported: { ...imported, notes, files: all, options },
  }
}

function firstText(file: string): string {
  return readFileTree([file])
    .files.map(({ text }) => text)
    .join('')
}
