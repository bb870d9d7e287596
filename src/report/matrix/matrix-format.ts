import type { MatrixResult } from '../../measure/matrix.ts'

/** A way to print what `onpath matrix` has found. */
export interface MatrixFormat {
  /** In the help of the option that asks for it. */
  readonly meaning: string
  write(matrices: readonly MatrixResult[], options: MatrixPrintOptions): string
}

export interface MatrixPrintOptions {
  readonly hasColor: boolean
  /** Whether a table has rows in which nobody gets anything. */
  readonly showsAll: boolean
}
