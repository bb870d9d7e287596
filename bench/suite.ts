/** A case of a benchmark, whose time is measured. */
export interface Case {
  /** The name in files: letters, digits, `-`, `_`, `/`, `.`. */
  readonly name: string
  readonly unit: 'ns/operation' | 'ns/packet' | 'us/fork' | 'ms/run'
  /** The number of operations, packets or other units of work of one call of `run`. */
  readonly work: number
  readonly run: () => void
}

export interface Suite {
  /** Its results go to `results/bench/NAME.csv`. */
  readonly name: string
  /** Prepares the cases. The preparation is not measured. */
  readonly cases: () => readonly Case[]
}
