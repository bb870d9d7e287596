import type { Comparison } from './comparison.ts'

/** A way to print the comparison of two runs or benchmarks. */
export interface ComparisonFormat {
  /** In the help of the option that asks for it. */
  readonly meaning: string
  write(comparison: Comparison, options: { readonly hasColor: boolean }): string
}
