import { describe, expect, test } from 'vitest'
import { judgeCell, type Prediction } from '../../bench/fidelity/judge-cell.ts'
import { isWithin, judgeKinds } from '../../bench/fidelity/judge-kind.ts'
import type { MeasuredCell } from '../../bench/fidelity/measured-cell.ts'

const LATENCY: MeasuredCell = {
  stack: 'go',
  onewayUs: 10_000,
  rateMbps: 100,
  queuePackets: 200,
  loss: 0,
  cc: 'cubic',
  rttMs: 20,
  path: 'http',
  what: 'fresh',
  values: [99, 100, 101],
}
const SETUP: MeasuredCell = { ...LATENCY, path: 'ssh', what: 'setup' }
const BULK: MeasuredCell = { ...LATENCY, what: 'bulk20000000' }
const LOSSY: MeasuredCell = { ...BULK, loss: 0.01, values: [4, 6, 8, 10, 12] }
const NS3: MeasuredCell = {
  ...BULK,
  stack: 'ns-3',
  path: 'tcp',
  what: 'flow30s',
  loss: 0.01,
  values: [10, 11, 12, 13, 30],
}

const predicted = (...values: number[]): Prediction => ({ ok: true, values })
const outcomeOf = (cell: MeasuredCell, ...values: number[]) => judgeCell(cell, predicted(...values)).outcome.kind

describe('the bound of a cell', () => {
  test('the bound of a cell allows latencies to be 5 % off', () => {
    expect(outcomeOf(LATENCY, 105)).toBe('within')
    expect(outcomeOf(LATENCY, 94.9)).toBe('outside')
  })

  test('the bound of a cell allows latencies to be 1 ms off if that is more than 5 %', () => {
    const quick = { ...LATENCY, values: [2] }
    expect(outcomeOf(quick, 2.9)).toBe('within')
    expect(outcomeOf(quick, 3.1)).toBe('outside')
  })

  test('the bound of a cell allows SSH set-up times to be 8 % off', () => {
    expect(outcomeOf(SETUP, 108)).toBe('within')
    expect(outcomeOf(SETUP, 108.1)).toBe('outside')
  })

  test('the bound of a cell allows throughput without loss to be 5 % off, or within the resampled interval of the median', () => {
    expect(outcomeOf(BULK, 95)).toBe('within')
    expect(outcomeOf(BULK, 94)).toBe('outside')
    expect(outcomeOf({ ...BULK, values: [80, 85, 90, 100, 110, 115, 120] }, 86)).toBe('within')
  })

  test('the bound of a cell allows throughput over a short queue to lie in the middle half of the repetitions, but not over a longer one', () => {
    const values = [...Array<number>(12).fill(90), ...Array<number>(40).fill(100), ...Array<number>(30).fill(140)]
    expect(outcomeOf({ ...BULK, queuePackets: 50, values }, 135)).toBe('within')
    expect(outcomeOf({ ...BULK, queuePackets: 50, values }, 141)).toBe('outside')
    expect(outcomeOf({ ...BULK, queuePackets: 100, values }, 135)).toBe('outside')
  })

  test('the bound of a cell allows the median throughput over seeds under loss to lie in the middle half of the repetitions', () => {
    expect(outcomeOf(LOSSY, 1, 6, 50)).toBe('within')
    expect(outcomeOf(LOSSY, 5, 10.1, 11)).toBe('outside')
  })

  test('the bound of a cell allows the mean throughput over seeds to lie in the middle half of the runs of ns-3', () => {
    expect(outcomeOf(NS3, 9, 12, 15)).toBe('within')
    expect(outcomeOf(NS3, 12, 12, 21)).toBe('outside')
    expect(outcomeOf({ ...NS3, loss: 0, values: [96] }, 95)).toBe('within')
  })

  test('the bound of a cell accepts a mean equal to that of ns-3’s runs, even outside their middle half', () => {
    const skewed = { ...NS3, values: [1, 12, 12.1, 12.2, 12.3] }
    expect(outcomeOf(skewed, 1, 12, 12.1, 12.2, 12.3)).toBe('as measured')
    expect(outcomeOf(skewed, 1, 12, 12.1, 12.2, 12.31)).toBe('outside')
    expect(outcomeOf(skewed, 12.1)).toBe('within')
    const [kind] = judgeKinds([judgeCell(skewed, predicted(...skewed.values))])
    expect(kind).toMatchObject({ within: 0, asMeasured: 1, outside: 0 })
    expect(isWithin(kind)).toBe(true)
  })

  test('the bound of a cell is broken by the cell with a documented error only if the error has grown', () => {
    const bbr: MeasuredCell = {
      ...LOSSY,
      rttMs: 20.1,
      cc: 'bbr',
      path: 'ssh+http',
      what: 'bulk5000000',
      values: [69.2, 69.46, 71.2],
    }
    expect(outcomeOf(bbr, 68.33)).toBe('documented')
    expect(outcomeOf(bbr, 69.4)).toBe('within')
    expect(outcomeOf(bbr, 67)).toBe('outside')
    expect(outcomeOf(bbr, 72)).toBe('outside')
    expect(outcomeOf({ ...bbr, rttMs: 20 }, 68.33)).toBe('outside')
    const [kind] = judgeKinds([judgeCell(bbr, predicted(68.33))])
    expect(kind).toMatchObject({ within: 0, documented: 1, outside: 0 })
    expect(isWithin(kind)).toBe(true)
  })

  test('the bound of a cell is broken by a prediction without a figure; a missing model is counted separately', () => {
    const failed = judgeCell(BULK, { ok: false, kind: 'failed', reason: 'nothing completed' })
    const missing = judgeCell(BULK, { ok: false, kind: 'not modelled', reason: 'bbr is not modelled yet' })
    const [kind] = judgeKinds([failed, missing])
    expect(kind).toMatchObject({ kind: 'throughput', within: 0, outside: 1, notModelled: 1 })
    expect(isWithin(kind)).toBe(false)
    expect(judgeKinds([missing]).every(isWithin)).toBe(true)
  })
})

describe('the bound over all cells of a kind', () => {
  test('the bound over all cells allows latencies to be 2 % off on average, in either direction', () => {
    const judged = (...values: number[]) => judgeKinds(values.map((value) => judgeCell(LATENCY, predicted(value))))[0]
    expect(judged(98.1, 101.9)).toMatchObject({ within: 2, overAll: { bound: 0.02, isWithin: true } })
    expect(judged(97, 103)).toMatchObject({ within: 2, overAll: { isWithin: false } })
    expect(isWithin(judged(97, 103))).toBe(false)
  })

  test('the bound over all cells lets errors under loss of opposite signs cancel out', () => {
    const judged = (...values: number[]) => judgeKinds(values.map((value) => judgeCell(LOSSY, predicted(value))))[0]
    expect(judged(7, 9.2)).toMatchObject({ within: 2, overAll: { bound: 0.1, isWithin: true } })
    expect(judged(9, 9.5)).toMatchObject({ within: 2, overAll: { isWithin: false } })
  })
})
