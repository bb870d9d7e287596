import CliTable from 'cli-table3'
import { BOLD_OFF, BOLD_ON } from '../scenario/problems/visible.ts'

export interface PlainTable {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The number of leading columns with words; the other columns have figures, and are aligned right. */
  readonly wordColumns: number
  /** Whether the head is printed in bold. */
  readonly hasColor: boolean
}

/** Returns the lines of a table without rules: the head, then a line for each row, without trailing blanks. */
export function plainTable({ head, rows, wordColumns, hasColor }: PlainTable): string[] {
  const table = new CliTable({
    head: head.map((text) => (hasColor ? BOLD_ON + text + BOLD_OFF : text)),
    chars: NO_RULES,
    colAligns: head.map((_, column) => (column < wordColumns ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}

const NO_RULES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const
