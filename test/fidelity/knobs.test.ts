import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KNOB_CELLS, type KnobCell } from '../../bench/fidelity/knobs/knob-cells.ts'
import { predictKnob } from '../../bench/fidelity/knobs/predict-knobs.ts'
import { type MeasuredKnob, readKnobs } from '../../bench/fidelity/knobs/read-knobs.ts'

const MEASURED = readKnobs(readFileSync('bench/fidelity/knobs.csv', 'utf8'))
/** Largest ratio between the simulator's change by a setting and the real one, of medians or quartiles. */
const FACTOR = 1.04
/** The same where losses are random, and a few long transfers dominate both means. */
const FACTOR_UNDER_LOSS = 1.25
const SEEDS_UNDER_LOSS = 101

const nameOf = ({ knob, setting }: Pick<KnobCell, 'knob' | 'setting'>) => `${knob}: ${setting}`

function measured(cell: KnobCell): MeasuredKnob {
  const found = MEASURED.find((row) => nameOf(row) === nameOf(cell))
  if (found === undefined) throw new Error(`${nameOf(cell)} was not measured`)
  return found
}

/** Returns the median, or the mean where losses are random, since most of it is the time of a few long transfers. */
function figureOf({ link }: KnobCell, values: readonly number[]): number {
  return link.loss > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : quantile(values, 1 / 2)
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)]
}

/** Without randomness, the effect of a setting may depend on a single packet. */
function boundsOf({ link }: KnobCell, values: readonly number[], figure: number): [number, number] {
  if (link.loss > 0) return [figure / FACTOR_UNDER_LOSS, figure * FACTOR_UNDER_LOSS]
  return [Math.min(figure, quantile(values, 1 / 4)) / FACTOR, Math.max(figure, quantile(values, 3 / 4)) * FACTOR]
}

function predictedMs(cell: KnobCell): number {
  const seeds = cell.link.loss === 0 ? 1 : cell.what.kind === 'mean' ? 5 : SEEDS_UNDER_LOSS
  return figureOf(cell, predictKnob(cell, measured(cell).rttMs, seeds))
}

describe('a change of one TCP setting has the same effect as in the real stack', () => {
  const moved = KNOB_CELLS.filter((cell) => cell !== baseOf(cell))
  test.each(moved.map((cell) => [nameOf(cell), cell] as const))(
    'one TCP setting changes throughput as in the real stack: %s',
    (_, cell) => {
      const base = baseOf(cell)
      const { values } = measured(cell)
      const ours = (predictedMs(cell) / predictedMs(base)) * figureOf(base, measured(base).values)
      const [least, most] = boundsOf(cell, values, figureOf(cell, values))
      expect(ours).toBeGreaterThanOrEqual(least)
      expect(ours).toBeLessThanOrEqual(most)
    },
  )
})

function baseOf({ knob }: KnobCell): KnobCell {
  return KNOB_CELLS.find((cell) => cell.knob === knob)!
}

test('every measured row belongs to a setting that exists', () => {
  const known = KNOB_CELLS.map(nameOf)
  expect(MEASURED.map(nameOf).filter((name) => !known.includes(name))).toEqual([])
})
