import type { Screen } from '../screen/screen.ts'
import type { Comparison } from './comparison.ts'

/** An output format of `onpath compare`. */
export interface ComparisonFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  write(comparison: Comparison, options: { readonly screen: Screen }): string
}
