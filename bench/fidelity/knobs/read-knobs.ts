import { parseCsv } from '../../../src/study/compare/parse-csv.ts'
import type { KnobCell } from './knob-cells.ts'

/** The measurement of one setting of a knob. */
export interface MeasuredKnob {
  readonly knob: string
  readonly setting: string
  readonly rttMs: number
  /** The measured milliseconds, in the order of the file. */
  readonly values: readonly number[]
}

/** Reads bench/fidelity/knobs.csv. */
export function readKnobs(text: string): MeasuredKnob[] {
  const cells = new Map<string, { knob: string; setting: string; rttMs: number; values: number[] }>()
  for (const { cells: row } of parseCsv(text).slice(1)) {
    const [knob, setting, rttMs, , ms] = row
    if (!(Number(ms) > 0)) throw new Error(`not a row of knobs: ${row.join(',')}`)
    const key = `${knob}: ${setting}`
    const cell = cells.get(key) ?? { knob, setting, rttMs: Number(rttMs), values: [] }
    cell.values.push(Number(ms))
    cells.set(key, cell)
  }
  return [...cells.values()]
}

export function knobRow({ knob, setting }: Pick<KnobCell, 'knob' | 'setting'>, rttMs: number, rep: number, ms: number) {
  return [knob, setting, rttMs, rep, ms].join(',')
}
