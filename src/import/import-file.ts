/** A file of a real cluster, as text. */
export interface ImportFile {
  /** The name of the file in the report and in the comments of the scenario. */
  readonly path: string
  readonly text: string
}
