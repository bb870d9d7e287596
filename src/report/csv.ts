import { stringify } from 'csv-stringify/sync'

export type Cell = string | number | null

/** A column of a CSV table: its header, with the unit, and the value of a row; null is an empty cell. */
export type Column<Row> = readonly [header: string, value: (row: Row) => Cell]

/** Returns the headers of the columns. */
export function headersOf(columns: readonly Column<never>[]): string[] {
  return columns.map(([header]) => header)
}

/** Returns the cells of one row. */
export function cellsOf<Row>(columns: readonly Column<Row>[], row: Row): Cell[] {
  return columns.map(([, value]) => value(row))
}

/** Returns a CSV table: the headers, then a line for each row. */
export function csvTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return stringify([headersOf(columns), ...rows.map((row) => cellsOf(columns, row))])
}
