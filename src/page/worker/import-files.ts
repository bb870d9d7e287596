import { importCluster } from '../../import/import-cluster.ts'
import type { ImportFile } from '../../import/import-file.ts'
import type { Desk } from './desk.ts'

/** Makes a scenario from the files of a real cluster. */
export function importFiles(files: readonly ImportFile[], desk: Desk): void {
  const { isEmpty, text, notes } = importCluster(files)
  if (isEmpty) return desk.reply({ kind: 'failed', message: 'Nothing in these files says how a cluster is set up.' })
  desk.reply({ kind: 'imported', text, notes: notes.map(({ message }) => message) })
}
