import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KNOB_CELLS, type KnobCell } from '../../bench/fidelity/knobs/knob-cells.ts'
import { predictKnob } from '../../bench/fidelity/knobs/predict-knobs.ts'
import { type MeasuredKnob, readKnobs } from '../../bench/fidelity/knobs/read-knobs.ts'

const MEASURED = readKnobs(readFileSync('bench/fidelity/knobs.csv', 'utf8'))
/** What moves the real result by less is taken for no move, and must move ours by hardly more. */
const LEAST_MOVE = 0.1
const MOST_MOVE_OF_NONE = 0.15
/** Of our move to the real one, as ratios of the figures with and without. */
const FACTOR = 1.8
const SEEDS_UNDER_LOSS = 41

const nameOf = ({ knob, setting }: Pick<KnobCell, 'knob' | 'setting'>) => `${knob}: ${setting}`

function measured(cell: KnobCell): MeasuredKnob {
  const found = MEASURED.find((row) => nameOf(row) === nameOf(cell))
  if (found === undefined) throw new Error(`${nameOf(cell)} was not measured`)
  return found
}

/** The median; where losses are by chance, the mean: most of it is what the unlucky ones take. */
function figureOf({ link }: KnobCell, values: readonly number[]): number {
  if (link.loss > 0) return values.reduce((sum, value) => sum + value, 0) / values.length
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function predictedMs(cell: KnobCell): number {
  const seeds = cell.link.loss === 0 ? 1 : cell.what.kind === 'mean' ? 5 : SEEDS_UNDER_LOSS
  return figureOf(cell, predictKnob(cell, measured(cell).rttMs, seeds))
}

describe('one knob moved at a time moves the result the way the real stack moves', () => {
  const moved = KNOB_CELLS.filter((cell) => cell !== baseOf(cell))
  test.each(moved.map((cell) => [nameOf(cell), cell] as const))('%s', (_, cell) => {
    const base = baseOf(cell)
    const real = figureOf(cell, measured(cell).values) / figureOf(base, measured(base).values)
    const ours = predictedMs(cell) / predictedMs(base)
    if (Math.abs(real - 1) <= LEAST_MOVE) return expect(Math.abs(ours - 1)).toBeLessThanOrEqual(MOST_MOVE_OF_NONE)
    expect(Math.sign(ours - 1)).toBe(Math.sign(real - 1))
    expect(Math.max(ours / real, real / ours)).toBeLessThanOrEqual(FACTOR)
  })
})

function baseOf({ knob }: KnobCell): KnobCell {
  return KNOB_CELLS.find((cell) => cell.knob === knob)!
}

test('every row is of a knob that there is', () => {
  const known = KNOB_CELLS.map(nameOf)
  expect(MEASURED.map(nameOf).filter((name) => !known.includes(name))).toEqual([])
})
