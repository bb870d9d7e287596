import type { ImportOptions } from '../../import/build/context.ts'
import { type Imported, importCluster } from '../../import/import-cluster.ts'
import type { ImportFile } from '../../import/import-file.ts'
import type { ScenarioSource } from '../../scenario/load.ts'
import { InvalidOptions } from '../../simulation/given/check-given.ts'

/** The subject of a check: a scenario, or an imported cluster. */
export interface Subject {
  readonly source: ScenarioSource
  /** The import of a real cluster; null for a scenario. */
  readonly imported: (Imported & { readonly files: readonly ImportFile[]; readonly options: ImportOptions }) | null
}

/**
 * Imports the files of a real cluster for a check.
 * @throws InvalidOptions if the files do not say how the cluster is set up, and for options that do not exist
 */
export function importSubject(files: readonly ImportFile[], options: ImportOptions = {}): Subject {
  const imported = importCluster(files, options)
  if (imported.isEmpty) throw new InvalidOptions('nothing in the files says how a cluster is set up')
  return { source: { file: 'cluster', text: imported.text }, imported: { ...imported, files, options } }
}
