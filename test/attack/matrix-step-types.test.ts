import { expect, test } from 'vitest'
import { COMMON, PACKETS } from '../../src/attack/parameters/common.ts'
import { adapted, isRequired, parameter } from '../../src/attack/parameters/parameter.ts'
import type { Technique } from '../../src/attack/techniques/technique.ts'
import { choice, count } from '../../src/values/kinds.ts'

const parameters = {
  ...PACKETS,
  window: parameter(count(1, 10), { meaning: 'the number of packets at a time', required: true }),
  order: parameter(choice(['first', 'last']), { meaning: 'which of them', otherwise: 'first' }),
}

type Matrix<Own extends Technique['parameters']> = Technique<Own>['matrix']

/** True if the compiler accepts a step in a row. */
type IsStep<Step> = { at: ['link']; step: Step } extends Matrix<typeof parameters>['rows'][number] ? true : false
type IsRow<Row> = Row extends Matrix<typeof parameters>['rows'][number] ? true : false

test('the compiler checks the parameters of rows of the attack matrix by the same kinds as the scenario reader', () => {
  const window: readonly [IsStep<{ window: 1 }>, IsStep<{ window: '1' }>, IsStep<{ order: 'last' }>] = [
    true,
    false,
    false,
  ]
  expect(window).toEqual([1, '1', undefined].map((one) => parameters.window.kind.parse(one).ok))
  const order: readonly [IsStep<{ window: 1; order: 'last' }>, IsStep<{ window: 1; order: 'middle' }>] = [true, false]
  expect(order).toEqual(['last', 'middle'].map((one) => parameters.order.kind.parse(one).ok))
  const lasting: readonly [IsStep<{ window: 1; for: '10s' }>, IsStep<{ window: 1; for: '10' }>] = [true, false]
  expect(lasting).toEqual(['10s', '10'].map((one) => parameters.for.kind.parse(one).ok))
  const kind: readonly [
    IsStep<{ window: 1; match: { kind: 'data' } }>,
    IsStep<{ window: 1; match: { kind: 'datum' } }>,
  ] = [true, false]
  expect(kind).toEqual(['data', 'datum'].map((one) => parameters.match.kind.map.keys.kind.kind.parse(one).ok))
})

test('the compiler requires a step in rows of a technique that has a required parameter', () => {
  const row: readonly [IsRow<{ at: ['link']; step: { window: 1 } }>, IsRow<{ at: ['link'] }>] = [true, false]
  expect(row).toEqual([true, !isRequired(parameters.window)])
})

test('the compiler requires the right type for a parameter that techniques share', () => {
  const words = parameter(choice(['one']), { meaning: 'a word', default: 'none' })
  type IsOf<Own> = Own extends Technique['parameters'] ? true : false
  const own: readonly [IsOf<{ other: typeof words }>, IsOf<{ count: typeof words }>] = [true, false]
  expect(own).toEqual([true, words.kind.parse(1).ok])
})

test('a parameter has a default or is required', () => {
  expect(parameters.window.default).toBe('none; the technique needs it')
  expect(parameters.order).toMatchObject({ default: 'first', otherwise: 'first', example: 'first' })
  const needed = adapted(COMMON.delay, { required: true })
  expect([needed.meaning, 'otherwise' in needed, COMMON.delay.otherwise]).toEqual([COMMON.delay.meaning, false, 0])
})
