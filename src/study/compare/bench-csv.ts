import { heads } from '../../report/columns.ts'
import { BadCsv, type CsvLine, parseCsv } from './parse-csv.ts'

/** The samples of a benchmark. Each is the time for one unit of work (`ns/packet`), so lower is better. */
export interface BenchSamples {
  /** The name: letters, digits, `-`, `_`, `/` and `.`. */
  readonly name: string
  /** The unit, such as `ns/event` or `ms/run`. */
  readonly unit: string
  /** The samples, at least one. */
  readonly samples: readonly number[]
}

/** The columns of a CSV file of benchmarks. */
export const BENCH_COLUMNS = heads('name', 'unit', 'samples', 'median', 'mean', 'deviation', 'min', 'max', 'values')

/**
 * Reads a CSV file of benchmarks.
 * @throws BadBenchCsv with the line and the reason
 */
export function readBenchCsv(text: string): BenchSamples[] {
  const [head, ...rows] = linesOf(text)
  if (head?.cells.join(',') !== BENCH_COLUMNS.join(','))
    throw new BadBenchCsv(1, `expected the header ${BENCH_COLUMNS.join(',')}`)
  return rows.map(readRow)
}

export class BadBenchCsv extends Error {
  constructor(line: number, expected: string) {
    super(`it is not a benchmark file: line ${line}: ${expected}`)
    this.name = 'BadBenchCsv'
  }
}

function linesOf(text: string): CsvLine[] {
  try {
    return parseCsv(text)
  } catch (error) {
    if (error instanceof BadCsv) throw new BadBenchCsv(error.line, error.message)
    throw error
  }
}

/** Reads the samples of a benchmark, which are separated by blanks in the last cell. */
function readRow({ line, cells }: CsvLine): BenchSamples {
  if (cells.length !== BENCH_COLUMNS.length)
    throw new BadBenchCsv(line, `expected ${BENCH_COLUMNS.length} fields, found ${cells.length}`)
  const samples = cells[BENCH_COLUMNS.indexOf('values')].split(' ').map(Number)
  if (!samples.every((sample) => Number.isFinite(sample) && sample > 0))
    throw new BadBenchCsv(line, 'expected samples above zero')
  return { name: cells[0], unit: cells[1], samples }
}
