import type { Comparison } from './comparison.ts'

/** A way to print the comparison of two runs or benchmarks. */
export interface ComparisonFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  write(comparison: Comparison, options: { readonly hasColor: boolean }): string
}
