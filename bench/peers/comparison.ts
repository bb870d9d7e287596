import { stringify } from 'csv-stringify/sync'
import { max, median, min } from 'simple-statistics'
import { formatNumber } from '../../src/report/format-number.ts'
import { PLAIN_SCREEN } from '../../src/report/screen/screen.ts'
import { tableText } from '../../src/report/screen/table.ts'

/** The measurements of one peer at one work, one a round. */
export interface Measured {
  readonly work: string
  readonly unit: string
  readonly peer: string
  readonly version: string
  readonly rounds: readonly number[]
  /** The time of onpath in each round, divided by that of the peer. */
  readonly ratios: readonly number[]
}

const COLUMNS = [
  'work',
  'unit',
  'peer',
  'version',
  'rounds',
  'median',
  'min',
  'max',
  'onpath_ratio',
  'ratio_min',
  'ratio_max',
]

export function comparisonCsv(all: readonly Measured[]): string {
  const rows = all.map(({ work, unit, peer, version, rounds, ratios }) => {
    const figures = [...spread(rounds), ...spread(ratios)].map((figure) => Number(figure.toPrecision(4)))
    return [work, unit, peer, version, rounds.length, ...figures]
  })
  return stringify([COLUMNS, ...rows])
}

/** Returns the lines of a table for a terminal. */
export function comparisonTable(all: readonly Measured[]): string {
  return tableText({ head: [...HEAD], rows: all.map(cellsOf), wordColumns: 2, keyColumns: 2 }, PLAIN_SCREEN)
}

/** Returns a table in Markdown. */
export function comparisonMarkdown(all: readonly Measured[]): string {
  return [HEAD, HEAD.map(() => '---'), ...all.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

const HEAD = ['work', 'peer', 'median', 'onpath takes'] as const

function cellsOf({ work, unit, peer, version, rounds, ratios }: Measured): string[] {
  const [ratio, least, most] = spread(ratios).map((figure) => formatNumber(figure))
  return [
    work,
    `${peer} (${version})`,
    `${formatNumber(median([...rounds]))} ${unit}`,
    peer === 'onpath' ? '' : `${ratio} of it (${least} to ${most})`,
  ]
}

function spread(values: readonly number[]): [middle: number, least: number, most: number] {
  const all = [...values]
  return [median(all), min(all), max(all)]
}
