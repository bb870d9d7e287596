// This build contains the part of Node's Buffer that it needs, which a page does not have.
import { CsvError, parse } from 'csv-parse/browser/esm/sync'

/** A line of a CSV file, with its number, counted from 1. */
export interface CsvLine {
  readonly line: number
  readonly cells: readonly string[]
}

/** Thrown for a text that is not CSV. */
export class BadCsv extends Error {
  readonly line: number

  constructor(line: number, reason: string) {
    super(reason)
    this.name = 'BadCsv'
    this.line = line
  }
}

/**
 * Reads CSV as in RFC 4180: quoted cells can contain commas, line ends and doubled quotes. Lines may have different
 * numbers of cells. Empty lines are skipped.
 * @throws BadCsv with the line and the reason
 */
export function parseCsv(text: string): CsvLine[] {
  const found: CsvLine[] = []
  try {
    parse(text, {
      bom: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      on_record(cells: string[], { lines }) {
        found.push({ line: lines, cells })
        return null
      },
    })
    return found
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new BadCsv(Number(error.lines ?? 1), error.message)
  }
}
