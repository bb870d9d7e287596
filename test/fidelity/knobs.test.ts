import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KNOB_CELLS, type KnobCell } from '../../bench/fidelity/knobs/knob-cells.ts'
import { predictKnob } from '../../bench/fidelity/knobs/predict-knobs.ts'
import { type MeasuredKnob, readKnobs } from '../../bench/fidelity/knobs/read-knobs.ts'

const MEASURED = readKnobs(readFileSync('bench/fidelity/knobs.csv', 'utf8'))
/** Our move, as a ratio of the figures with and without, is to the real one's, median or quartiles, no further than this. */
const FACTOR = 1.04
/** Where a few unlucky ones make most of both means. */
const FACTOR_UNDER_LOSS = 1.25
const SEEDS_UNDER_LOSS = 101

const nameOf = ({ knob, setting }: Pick<KnobCell, 'knob' | 'setting'>) => `${knob}: ${setting}`

function measured(cell: KnobCell): MeasuredKnob {
  const found = MEASURED.find((row) => nameOf(row) === nameOf(cell))
  if (found === undefined) throw new Error(`${nameOf(cell)} was not measured`)
  return found
}

/** The median; where losses are by chance, the mean: most of it is what the unlucky ones take. */
function figureOf({ link }: KnobCell, values: readonly number[]): number {
  return link.loss > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : quantile(values, 1 / 2)
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]
}

/** What comes of a setting where nothing is left to chance may hang by a packet more or less. */
function boundsOf({ link }: KnobCell, values: readonly number[], figure: number): [number, number] {
  if (link.loss > 0) return [figure / FACTOR_UNDER_LOSS, figure * FACTOR_UNDER_LOSS]
  return [Math.min(figure, quantile(values, 1 / 4)) / FACTOR, Math.max(figure, quantile(values, 3 / 4)) * FACTOR]
}

function predictedMs(cell: KnobCell): number {
  const seeds = cell.link.loss === 0 ? 1 : cell.what.kind === 'mean' ? 5 : SEEDS_UNDER_LOSS
  return figureOf(cell, predictKnob(cell, measured(cell).rttMs, seeds))
}

describe('one knob moved at a time moves the result the way the real stack moves', () => {
  const moved = KNOB_CELLS.filter((cell) => cell !== baseOf(cell))
  test.each(moved.map((cell) => [nameOf(cell), cell] as const))('%s', (_, cell) => {
    const base = baseOf(cell)
    const { values } = measured(cell)
    const ours = (predictedMs(cell) / predictedMs(base)) * figureOf(base, measured(base).values)
    const [least, most] = boundsOf(cell, values, figureOf(cell, values))
    expect(ours).toBeGreaterThanOrEqual(least)
    expect(ours).toBeLessThanOrEqual(most)
  })
})

function baseOf({ knob }: KnobCell): KnobCell {
  return KNOB_CELLS.find((cell) => cell.knob === knob)!
}

test('every row is of a knob that there is', () => {
  const known = KNOB_CELLS.map(nameOf)
  expect(MEASURED.map(nameOf).filter((name) => !known.includes(name))).toEqual([])
})
