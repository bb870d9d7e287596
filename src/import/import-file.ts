/** A file of a real cluster, as text. */
export interface ImportFile {
  /** The name by which the report and the comments of the scenario mean it. */
  readonly path: string
  readonly text: string
}
