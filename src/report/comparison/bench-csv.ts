import { stringify } from 'csv-stringify/sync'
import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics'

/** A benchmark's samples; each is the time of one unit of work (`ns/packet`), so that lower is better. */
export interface BenchSamples {
  /** Letters, digits, `-`, `_`, `/`, `.`. */
  readonly name: string
  /** `ns/event`, `ms/run`, ... */
  readonly unit: string
  /** At least one. */
  readonly samples: readonly number[]
}

const COLUMNS = ['name', 'unit', 'samples', 'median', 'mean', 'deviation', 'min', 'max', 'values']

/** A row a benchmark; the last column holds every sample, between blanks, so that spreads can be compared later. */
export function writeBenchCsv(benches: readonly BenchSamples[]): string {
  const rows = benches.map(({ name, unit, samples }) => {
    const values = [...samples]
    const deviation = values.length > 1 ? sampleStandardDeviation(values) : 0
    const statistics = [median(values), mean(values), deviation, min(values), max(values)].map(fourDigits)
    return [name, unit, values.length, ...statistics, values.map(fourDigits).join(' ')]
  })
  return stringify([COLUMNS, ...rows])
}

/** @throws BadBenchCsv that says which line is wrong and how. */
export function readBenchCsv(text: string): BenchSamples[] {
  const [head, ...lines] = text.trim().split(/\r?\n/)
  if (head !== COLUMNS.join(',')) throw new BadBenchCsv(1, `expected the header ${COLUMNS.join(',')}`)
  return lines.map((line, index) => readRow(line, index + 2))
}

export class BadBenchCsv extends Error {
  constructor(line: number, expected: string) {
    super(`not a benchmark file: line ${line}: ${expected}`)
    this.name = 'BadBenchCsv'
  }
}

/** No field needs quotes: names and units hold no comma, and samples are parted by blanks. */
function readRow(line: string, number: number): BenchSamples {
  const cells = line.split(',')
  if (cells.length !== COLUMNS.length)
    throw new BadBenchCsv(number, `expected ${COLUMNS.length} fields, found ${cells.length}`)
  const samples = cells[COLUMNS.indexOf('values')].split(' ').map(Number)
  if (!samples.every((sample) => Number.isFinite(sample) && sample > 0))
    throw new BadBenchCsv(number, 'expected samples above zero')
  return { name: cells[0], unit: cells[1], samples }
}

/** More digits than four would be noise. */
function fourDigits(value: number): number {
  return Number(value.toPrecision(4))
}
