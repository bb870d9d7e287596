import type { CheckResult } from '../../measure/check.ts'
import type { Screen } from '../screen/screen.ts'

/** An output format of `onpath check`. */
export interface CheckFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  write(results: readonly CheckResult[], options: CheckPrintOptions): string
}

export interface CheckPrintOptions {
  readonly screen: Screen
  /** True if every finding is shown, including those that resemble another one. */
  readonly showsAll: boolean
}
