import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judgeStream } from '../../bench/fidelity/kubectl/judge-stream.ts'
import { predictStream, type StreamPrediction } from '../../bench/fidelity/kubectl/predict-stream.ts'
import { type MeasuredFigure, readStreamCells, type StreamCell } from '../../bench/fidelity/kubectl/stream-cell.ts'
import { streamScenarioOf } from '../../bench/fidelity/kubectl/stream-scenario.ts'
import { loadScenario } from '../../src/scenario/load.ts'

const FILE = 'bench/fidelity/kubectl/streams.csv'
const HEAD = 'what,protocol,oneway_us,rate_mbps,queue,cc,rtt_ms,bytes,metric,repetitions,median,min,max'
const TINY: StreamCell = {
  what: 'exec-tiny',
  protocol: 'ws',
  onewayUs: 40_000,
  rateMbps: 100,
  queuePackets: 200,
  cc: 'cubic',
  rttMs: 80,
  bytes: 3,
  figures: [],
}

const figure = (metric: string, median: number, min = median, max = median): MeasuredFigure => ({
  ...{ metric, repetitions: 5, median, min, max },
})
const outcomesOf = (cell: StreamCell, predicted: Record<string, number>) => {
  const prediction: StreamPrediction = { ok: true, figures: new Map(Object.entries(predicted)) }
  const judgement = judgeStream(cell, prediction)
  if (judgement.kind !== 'compared') throw new Error(judgement.reason)
  return Object.fromEntries(judgement.figures.map(({ metric, outcome }) => [metric, outcome === 'within']))
}

describe('a figure of kubectl', () => {
  test('a measured time of kubectl may be 3 % off, or 2 ms', () => {
    const cell = { ...TINY, rttMs: 20, figures: [figure('first_ms', 100), figure('last_ms', 20)] }
    expect(outcomesOf(cell, { first_ms: 103, last_ms: 22 })).toEqual({ first_ms: true, last_ms: true })
    expect(outcomesOf(cell, { first_ms: 103.1, last_ms: 22.1 })).toEqual({ first_ms: false, last_ms: false })
  })

  test('a measured time of kubectl over a long link has the same number of round trips', () => {
    const cell = { ...TINY, figures: [figure('first_ms', 485)] }
    expect(outcomesOf(cell, { first_ms: 480 })).toEqual({ first_ms: true, round_trips: true })
    expect(outcomesOf(cell, { first_ms: 479 })).toEqual({ first_ms: true, round_trips: false })
  })

  test('measured packets and bytes of kubectl equal those of one of the repetitions', () => {
    const cell = { ...TINY, figures: [figure('pkts_up', 28, 27, 29), figure('tcp_bytes_up', 3828)] }
    expect(outcomesOf(cell, { pkts_up: 27, tcp_bytes_up: 3828 })).toEqual({ pkts_up: true, tcp_bytes_up: true })
    expect(outcomesOf(cell, { pkts_up: 30, tcp_bytes_up: 3829 })).toEqual({ pkts_up: false, tcp_bytes_up: false })
  })

  test('a measured transfer of kubectl may have 3 % more packets or bytes, and not one connection more', () => {
    const cell = { ...TINY, bytes: 1e6, figures: [figure('pkts_up', 700), figure('conns', 2)] }
    expect(outcomesOf(cell, { pkts_up: 721, conns: 2 })).toEqual({ pkts_up: true, conns: true })
    expect(outcomesOf(cell, { pkts_up: 722, conns: 3 })).toEqual({ pkts_up: false, conns: false })
  })
})

describe('the file of cells', () => {
  const read = readStreamCells(readFileSync(FILE, 'utf8'), FILE)
  const cells = read.ok ? read.cells : []

  test('the file of kubectl cells is read completely', () => {
    expect(cells.length).toBe(86)
    expect(cells.every(({ figures }) => figures.length >= 11)).toBe(true)
  })

  test('the file of kubectl cells has only cells whose scenario loads, or that have none', () => {
    for (const cell of cells) {
      const scenario = streamScenarioOf(cell, 20)
      const loaded = scenario.ok ? loadScenario({ text: scenario.text, file: 'cell' }) : null
      expect(loaded?.ok ?? true, loaded?.ok === false ? JSON.stringify(loaded.problems) : '').toBe(true)
    }
  })

  test('a file of kubectl cells with a row without a number is refused with the line', () => {
    const rows = `${HEAD}\nexec-tiny,ws,500,100,200,cubic,1,3,conns,5,2,2,many\n`
    expect(readStreamCells(rows, 'f.csv')).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/^f\.csv:2: /)],
    })
  })
})

test('keystrokes of kubectl are counted without the set-up before them', () => {
  const prediction = predictStream({ ...TINY, what: 'exec-keys', bytes: 1 }, 1)
  expect(prediction.ok && prediction.figures.get('data_pkts_up')).toBe(20)
  expect(prediction.ok && prediction.figures.get('pkts_up')).toBe(40)
})

test('a forwarded connection is counted without the set-up of its port-forward', () => {
  const near = predictStream({ ...TINY, what: 'pf-up', bytes: 100_000 }, 1)
  expect(near.ok && near.figures.get('conns')).toBe(0)
  expect(near.ok && (near.figures.get('tcp_bytes_up') ?? 0)).toBeLessThan(103_000)
})
