/** A cell whose bound is known to be broken, with the reason in docs/models/fidelity.md. */
interface Exception {
  /** The name of the cell, as the table has it. */
  readonly cell: string
  /** The relative errors that the page explains. A prediction with another error still makes the command fail. */
  readonly fromError: number
  readonly toError: number
  /** The section of the page. */
  readonly section: string
}

const EXCEPTIONS: readonly Exception[] = [
  {
    cell: 'go 20.1ms 100Mbps q200 1% bbr ssh+http bulk5000000',
    fromError: -0.025,
    toError: 0,
    section: 'The two cells that are furthest off',
  },
]

/** Returns the section that explains this error of a cell, or null. */
export function exceptionOf(cell: string, error: number): string | null {
  const known = EXCEPTIONS.find((one) => one.cell === cell && one.fromError <= error && error <= one.toError)
  return known?.section ?? null
}
