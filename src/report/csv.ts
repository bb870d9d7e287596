import { stringify } from 'csv-stringify/sync'
import { visible } from '../scenario/problems/visible.ts'
import type { ColumnName } from './columns.ts'

export type Cell = string | number | null

/** A column of a CSV table: its header with the unit, and a function for the value in a row; null is an empty cell. */
export type Column<Row, Header extends string = ColumnName> = readonly [header: Header, value: (row: Row) => Cell]

/** Returns the headers of the columns. */
export function headersOf(columns: readonly Column<never, string>[]): string[] {
  return columns.map(([header]) => header)
}

/** Returns the cells of one row. */
export function cellsOf<Row>(columns: readonly Column<Row, string>[], row: Row): Cell[] {
  return columns.map(([, value]) => value(row))
}

/** Returns a CSV table: the headers, then a line for each row. */
export function csvTable<Row>(columns: readonly Column<Row, string>[], rows: readonly Row[]): string {
  return csvLines([headersOf(columns), ...rows.map((row) => cellsOf(columns, row))])
}

/** Returns lines of CSV. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return stringify(rows.map((row) => row.map(safeCell)))
}

/** Characters that begin a formula in Excel, LibreOffice and Google Sheets, including full-width forms. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function safeCell(cell: Cell): Cell {
  if (typeof cell !== 'string') return cell
  const isFormula = FORMULA.test(cell) && !NUMBER.test(cell)
  return isFormula ? `'${visible(cell)}` : visible(cell)
}
