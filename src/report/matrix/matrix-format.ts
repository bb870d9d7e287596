import type { MatrixResult } from '../../measure/matrix.ts'
import type { Screen } from '../screen/screen.ts'

/** An output format of `onpath matrix`. */
export interface MatrixFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  write(matrices: readonly MatrixResult[], options: MatrixPrintOptions): string
}

export interface MatrixPrintOptions {
  readonly screen: Screen
  /** True if a table also has rows in which no attacker gains anything. */
  readonly showsAll: boolean
}
