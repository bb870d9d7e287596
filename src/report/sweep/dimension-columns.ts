import type { PointDimension } from '../../scenario/sweep/point-grid.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'
import { DURATION, parseQuantity, type Quantity, RATE, SIZE, VALIDITY } from '../../values/units.ts'
import type { Cell } from '../csv.ts'

/**
 * A CSV column of a sweep with the values of a dimension. If all values have one unit, the header has it and the cells
 * are numbers.
 */
export interface DimensionColumn {
  readonly path: string
  /** The path and the unit, such as `links.wan.delay_ms`. */
  readonly header: string
  readonly cellOf: (label: string) => Cell
}

/**
 * A unit in CSV: the ending of its headers, its form in texts, and the value of a text in it (null for a text in
 * another unit).
 */
interface Unit {
  readonly ending: string
  readonly written: string
  readonly read: (label: string) => number | null
}

const UNITS: readonly Unit[] = [
  { ending: '_ms', written: 'ms', read: quantityIn(DURATION, 1e6) },
  { ending: '_s', written: 's', read: quantityIn(VALIDITY, 1) },
  { ending: '_mbps', written: 'Mbps', read: quantityIn(RATE, 1e6) },
  { ending: '_bytes', written: 'B', read: quantityIn(SIZE, 1) },
  { ending: '_percent', written: '%', read: numberIn(/^(\d+(?:\.\d+)?) ?%$/) },
  { ending: '_packets', written: ' packets', read: numberIn(/^(\d+) ?packets?$/) },
  { ending: '_per_s', written: '/s', read: numberIn(/^(\d+(?:\.\d+)?) ?\/ ?s$/) },
]

/**
 * Returns the columns of all dimensions except the seed. Texts, numbers without a unit such as versions (`1.30`), and
 * values with different units are kept as written.
 */
export function dimensionColumns(dimensions: readonly PointDimension[]): readonly DimensionColumn[] {
  return dimensions
    .filter(({ path }) => path !== 'seed')
    .map(({ path, values }) => {
      const labels = values.map(({ label }) => label).filter((label) => label !== '0')
      const unit = UNITS.find(({ read }) => labels.every((label) => read(label) !== null))
      if (unit === undefined || labels.length === 0) return { path, header: path, cellOf: (label) => label }
      return { path, header: path + unit.ending, cellOf: (label) => (label === '0' ? 0 : unit.read(label)) }
    })
}

/** Returns the cells of a point. */
export function cellsAt(point: SweepPoint, columns: readonly DimensionColumn[]): readonly Cell[] {
  return columns.map(({ path, cellOf }) => cellOf(point.find((one) => one.path === path)?.label ?? ''))
}

/** Returns the setting that a cell of such a column stands for: `links.wan.delay=10ms`. */
export function settingIn(header: string, cell: string): string {
  const unit = UNITS.find(({ ending }) => header.endsWith(ending))
  if (unit === undefined || cell === '' || !Number.isFinite(Number(cell))) return `${header}=${cell}`
  return `${header.slice(0, -unit.ending.length)}=${cell}${unit.written}`
}

function quantityIn(quantity: Quantity, divisor: number): Unit['read'] {
  return (label) => {
    const parsed = parseQuantity(quantity, label)
    return parsed.ok ? parsed.value / divisor : null
  }
}

function numberIn(pattern: RegExp): Unit['read'] {
  return (label) => {
    const [, number] = pattern.exec(label) ?? []
    return number === undefined ? null : Number(number)
  }
}
