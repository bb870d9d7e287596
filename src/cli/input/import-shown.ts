import type { ImportOptions } from '../../import/build/context.ts'
import { type Imported, importCluster } from '../../import/import-cluster.ts'
import type { ImportFile } from '../../import/import-file.ts'
import type { Io } from '../io.ts'
import { showReading } from '../simulation/progress.ts'

/** Imports a cluster, and shows how much has been read while that takes long. */
export async function importShown(files: readonly ImportFile[], options: ImportOptions, io: Io): Promise<Imported> {
  const all = files.reduce((sum, { text }) => sum + text.length, 0)
  const progress = await showReading(io.terminal, all)
  let read = 0
  try {
    return importCluster(files, options, (characters) => {
      read += characters
      progress.update(Math.min(read, all))
    })
  } finally {
    progress.stop()
  }
}
