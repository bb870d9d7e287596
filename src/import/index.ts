/**
 * The entry `onpath/import`: makes a scenario from the texts of a real cluster's files. It does not read files itself.
 */
export { InvalidOptions } from '../simulation/given/check-given.ts'
export type { ImportOptions } from './build/context.ts'
export { type Imported, importCluster } from './import-cluster.ts'
export type { ImportFile } from './import-file.ts'
export type { Note } from './report/note.ts'
