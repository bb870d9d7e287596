import { statSync } from 'node:fs'
import { readFileTree } from '../../disk/read-file-tree.ts'
import { onFile } from '../../disk/usage-error.ts'
import { importCluster } from '../../import/import-cluster.ts'
import { formatCount } from '../../report/format-number.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { MOST_OF_POOL } from '../../study/limits/read-limits.ts'
import { noCluster } from '../input/no-cluster.ts'
import { type ReadSource, readSource } from '../input/read-scenarios.ts'
import type { Io } from '../io.ts'

/** Reads a scenario, or imports the files of a real cluster if the path names a folder. */
export async function readCluster(path: string, io: Io): Promise<ReadSource> {
  const isFolder = path !== '-' && onFile('read', path, () => statSync(path).isDirectory())
  if (!isFolder) return readSource(path, io)
  const { files, notes } = readFileTree([path])
  const imported = importCluster(files, { nodesOfKind: MOST_OF_POOL })
  if (imported.isEmpty) throw noCluster(path)
  io.err(
    `imported ${visible(path)} (${formatCount(notes.length + imported.notes.length, 'note')}: see \`onpath import\`)\n\n`,
  )
  return { file: path, text: imported.text, inputs: [path] }
}
