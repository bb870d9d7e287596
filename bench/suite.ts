/** Something that is timed. */
export interface Case {
  /** As it stands in files: letters, digits, `-`, `_`, `/`, `.`. */
  readonly name: string
  readonly unit: 'ns/operation' | 'ns/packet' | 'us/fork' | 'ms/run'
  /** How many operations, packets, ... one call of `run` does. */
  readonly work: number
  readonly run: () => void
}

export interface Suite {
  /** Its results go to `results/bench/NAME.csv`. */
  readonly name: string
  /** Prepares what is not timed. */
  readonly cases: () => readonly Case[]
}
