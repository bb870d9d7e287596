import type { LimitsResult } from '../../measure/limits/limits-result.ts'
import type { Screen } from '../screen/screen.ts'

/** An output format of `onpath limits`. */
export interface LimitsFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  /** Returns the text. `again` is the command that reproduces the limits. */
  readonly write: (result: LimitsResult, options: { readonly screen: Screen; readonly again: string }) => string
}
