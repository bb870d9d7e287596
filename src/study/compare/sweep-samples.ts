import { settingIn } from '../../report/sweep/dimension-columns.ts'
import { FIGURES } from './figures.ts'
import { parseCsv } from './parse-csv.ts'

/** The figures of one workload at one point of a sweep, by seed. */
export interface SweepSamples {
  /** The workload and the values of the dimensions except the seed, such as `get, links.wan.loss=1%`. */
  readonly name: string
  /** The name without the workload; empty if the seed is the only dimension. */
  readonly point: string
  /** The values of the figures for each seed, in the order of FIGURES; null if a run has none. */
  readonly bySeed: ReadonlyMap<string, readonly (number | null)[]>
}

/** Returns whether a text is the CSV of a sweep. */
export function isSweepCsv(text: string): boolean {
  const head = text.slice(0, text.indexOf('\n')).trimEnd().split(',')
  return ['seed', 'run_digest', 'workload'].every((column) => head.includes(column))
}

/**
 * Reads the CSV of a sweep. Unfinished runs have no figures, and are skipped.
 * @throws BadCsv if it is damaged
 */
export function readSweepCsv(text: string): readonly SweepSamples[] {
  const [head = [], ...rows] = parseCsv(text).map(({ cells }) => cells)
  const at = (column: string) => head.indexOf(column)
  const dimensions = head.slice(0, at('seed'))
  const samples = new Map<string, { readonly point: string; readonly bySeed: Map<string, (number | null)[]> }>()
  for (const row of rows) {
    const workload = row[at('workload')] ?? ''
    if (workload === '' || row[at('ended')] === 'interrupted') continue
    const point = dimensions.map((header, i) => settingIn(header, row[i])).join(', ')
    const name = [workload, ...(point === '' ? [] : [point])].join(', ')
    const sample = samples.get(name) ?? { point, bySeed: new Map<string, (number | null)[]>() }
    samples.set(name, sample)
    sample.bySeed.set(
      row[at('seed')],
      FIGURES.map(({ column }) => numberIn(row[at(column)])),
    )
  }
  return [...samples].map(([name, sample]) => ({ name, ...sample }))
}

function numberIn(cell: string | undefined): number | null {
  return cell === undefined || cell === '' || !Number.isFinite(Number(cell)) ? null : Number(cell)
}
