import { visibleLine } from '../../scenario/problems/visible.ts'
import { hangingLines } from './lines.ts'
import { doesFit, type Screen } from './screen.ts'
import { stylesOf } from './styles.ts'

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The number of leading columns with words. The other columns have figures, which are aligned right. */
  readonly wordColumns: number
  /** The number of leading columns that identify a row. */
  readonly keyColumns: number
}

/** The lines of a table, so that a caller can print other lines between its rows. */
export interface TableLines {
  /** The header lines; empty if rows are too long for a table and name their columns themselves. */
  readonly head: readonly string[]
  /** The lines of each row. */
  readonly rows: readonly (readonly string[])[]
}

/** The blanks between two columns. There are always two after words; between figures one, if two do not fit. */
const GAP = '  '
const NARROW_GAP = ' '

interface Layout {
  readonly widths: readonly number[]
  readonly figureGap: string
}

/**
 * Returns the lines of a table without rules. If the table is too wide, the key of each row stands above its figures.
 * If it is still too wide, each row becomes a few short lines that name their columns.
 */
export function tableLines(given: Table, screen: Screen): TableLines {
  const shown = (cells: readonly string[]) => cells.map((cell) => visibleLine(cell, screen.hasColor))
  const table = { ...given, head: shown(given.head), rows: given.rows.map(shown) }
  const { heading } = stylesOf(screen)
  const layout = layoutOf(table, screen)
  const inColumns = (of: Table, { widths, figureGap }: Layout) => ({
    head: [lineOf(of, of.head.map(heading), { widths, figureGap }, screen)],
    rows: of.rows.map((row) => [lineOf(of, row, { widths, figureGap }, screen)]),
  })
  if (layout !== null) return inColumns(table, layout)
  const figures = withColumns(table, [...table.head.keys()].slice(table.keyColumns), 0)
  const below = figures.wordColumns === 0 ? layoutOf(figures, screen) : null
  if (below === null) return { head: [], rows: table.rows.map((row) => recordLines(table, row, screen)) }
  const { head, rows } = inColumns(figures, below)
  return { head, rows: rows.map((lines, i) => [...keyLines(table, table.rows[i], screen), ...lines]) }
}

/** Returns a table as a text: the header, then the rows. */
export function tableText(table: Table, screen: Screen): string {
  const { head, rows } = tableLines(table, screen)
  return [...head, ...rows.flat()].join('\n')
}

/**
 * Returns a table as a text. If it is too wide, it is divided into tables below each other. Each has the key columns
 * and as many other columns as fit.
 */
export function stackedText(table: Table, screen: Screen): string {
  const parts = stackedTables(table, screen)
  const doFit = parts.every((part) => !isTooWide(part, screen))
  return doFit ? parts.map((part) => tableText(part, screen)).join('\n\n') : tableText(table, screen)
}

/** Returns whether a table has to be cut, or shown without columns. */
export function isTooWide(table: Table, screen: Screen): boolean {
  return layoutOf(table, screen) === null
}

function stackedTables(table: Table, screen: Screen): Table[] {
  if (!isTooWide(table, screen)) return [table]
  const { keyColumns } = table
  const all = [...table.head.keys()]
  const key = all.slice(0, keyColumns)
  const groups: number[][] = []
  for (const column of all.slice(keyColumns)) {
    const last = groups[groups.length - 1]
    const longer = withColumns(table, [...key, ...(last ?? []), column], keyColumns)
    if (last !== undefined && !isTooWide(longer, screen)) last.push(column)
    else groups.push([column])
  }
  return groups.map((group) => withColumns(table, [...key, ...group], keyColumns))
}

function withColumns({ head, rows, wordColumns }: Table, columns: readonly number[], keyColumns: number): Table {
  return {
    head: columns.map((column) => head[column]),
    rows: rows.map((row) => columns.map((column) => row[column])),
    wordColumns: columns.filter((column) => column < wordColumns).length,
    keyColumns,
  }
}

/** Returns the widths of columns and the gaps between them; null if they are too wide for the screen. */
function layoutOf({ head, rows, wordColumns }: Table, { columns, widthOf }: Screen): Layout | null {
  const widths = head.map((title, column) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column]))))
  const figureGaps = Math.max(0, widths.length - Math.max(wordColumns, 1))
  const narrowest = widths.reduce((sum, width) => sum + width, 0) + (widths.length - 1 - figureGaps) * GAP.length
  const figureGap = [GAP, NARROW_GAP].find((gap) => columns === null || narrowest + figureGaps * gap.length <= columns)
  return figureGap === undefined ? null : { widths, figureGap }
}

function lineOf(
  { wordColumns }: Table,
  cells: readonly string[],
  { widths, figureGap }: Layout,
  { widthOf }: Screen,
): string {
  return cells
    .map((cell, column) => {
      const blanks = ' '.repeat(widths[column] - widthOf(cell))
      const gap = column === 0 ? '' : column < Math.max(wordColumns, 1) ? GAP : figureGap
      return gap + (column < wordColumns ? cell + blanks : blanks + cell)
    })
    .join('')
    .trimEnd()
}

/** Returns the key of a row. */
function keyLines({ keyColumns }: Table, row: readonly string[], screen: Screen): string[] {
  const indent = indentOf(row[0])
  const key = row.slice(0, keyColumns).filter((cell) => cell !== '')
  return hangingLines(key.join(GAP).slice(indent.length), screen, indent)
}

function indentOf(text: string): string {
  return /^ */.exec(text)?.[0] ?? ''
}

/** Returns a row as a line with its key, followed by the other cells with their column names. */
function recordLines(table: Table, row: readonly string[], screen: Screen): string[] {
  const { head, keyColumns } = table
  const indent = indentOf(row[0]) + GAP
  const lines: string[] = []
  for (const [column, cell] of row.entries()) {
    if (column < keyColumns || cell === '-' || cell === '') continue
    const text = labelled(cell, head[column])
    const longer = lines.length === 0 ? null : `${lines[lines.length - 1]}${GAP} ${text}`
    if (longer !== null && doesFit(longer, screen)) lines[lines.length - 1] = longer
    else lines.push(indent + text)
  }
  return [
    ...keyLines(table, row, screen),
    ...lines.flatMap((line) =>
      doesFit(line, screen) ? [line] : hangingLines(line.slice(indent.length), screen, indent),
    ),
  ]
}

/** Returns a cell with its column name: `p50 66.2 ms`, `done 15`. */
function labelled(cell: string, title: string): string {
  const [, name, unit] = /^(.*) (ms)$/.exec(title) ?? []
  if (name !== undefined) return `${name} ${cell} ${unit}`
  return title === '' ? cell : `${title} ${cell}`
}
