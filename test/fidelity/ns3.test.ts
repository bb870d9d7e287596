import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nameOf } from '../../bench/fidelity/measured-cell.ts'
import { randomStream } from '../../bench/fidelity/ns3/random-stream.ts'
import { predict } from '../../bench/fidelity/predict.ts'
import { readMeasured } from '../../bench/fidelity/read-measured.ts'

test('random numbers of the ns-3 comparison equal those of ns-3, for each stream and run', () => {
  // ns-3.43, two UniformRandomVariables of a program with --RngRun=2.
  const first = randomStream(1, 2)
  expect([first(), first()].map((draw) => draw.toFixed(12))).toEqual(['0.773139769168', '0.897846347362'])
  expect(randomStream(2, 2)().toFixed(12)).toBe('0.191840354098')
})

describe('a flow of 30 s carries as much as in ns-3 when the same packets are lost', () => {
  const read = readMeasured(readFileSync('bench/fidelity/ns3-goodput.csv', 'utf8'), 'ns3-goodput.csv')
  const cells = read.ok ? read.cells.filter(({ loss, onewayUs }) => loss === 0.01 && onewayUs >= 25_000) : []

  test.each(cells.map((cell) => [nameOf(cell), cell] as const))(
    'a flow of 30 s carries as much as in ns-3 if the same packets are lost: %s',
    (_, cell) => {
      const prediction = predict(cell, 1, 5)
      const rounded = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(5)))
      expect(prediction.ok && rounded(prediction.values)).toEqual(rounded(cell.values))
    },
  )
})
