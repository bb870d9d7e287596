import { describe, expect, test } from 'vitest'
import { scenarioOf } from '../../bench/fidelity/cell-scenario.ts'
import type { MeasuredCell } from '../../bench/fidelity/measured-cell.ts'
import { predict } from '../../bench/fidelity/predict.ts'

const CELL: MeasuredCell = {
  stack: 'go',
  onewayUs: 10_000,
  rateMbps: 100,
  queuePackets: 200,
  loss: 0.001,
  cc: 'cubic',
  rttMs: 20.1,
  path: 'tls13',
  what: 'fresh',
  values: [62, 62, 62],
}

describe('the scenario of a measured cell', () => {
  test('the scenario of a measured cell has a link with half the measured round-trip time, and as many requests as were measured', () => {
    const scenario = scenarioOf(CELL)
    expect(scenario.ok && scenario.text).toContain('delay: 10050000ns, rate: 100Mbps, queue: 200 packets, loss: 0.1%')
    expect(scenario.ok && scenario.text).toContain('connection: per-request, requests: 3, response: 1000B')
  })

  test('the scenario of a measured cell has no link for a cell on a loopback', () => {
    const scenario = scenarioOf({ ...CELL, rateMbps: 0 })
    expect(scenario.ok && scenario.text).not.toContain('links:')
  })

  test.each(['http', 'tls13', 'tls12', 'mtls', 'ssh+http', 'ssh+tls13'])(
    'the scenario of a measured cell of kind %s gives one figure per seed',
    (path) => {
      const prediction = predict({ ...CELL, loss: 0, path }, 1, 2)
      expect(prediction.ok && prediction.values.length).toBe(2)
    },
  )

  test('the scenario of a measured cell varies the round trip if the queue is short, and the speed of sshd', () => {
    const differing = (cell: MeasuredCell) => {
      const prediction = predict(cell, 1, 11)
      return prediction.ok ? new Set(prediction.values.map((value) => value.toFixed(3))).size : 0
    }
    const bulk = { ...CELL, loss: 0, path: 'http', what: 'bulk300000' }
    // Only noise differs.
    expect(differing(bulk)).toBeLessThan(4)
    expect(differing({ ...bulk, queuePackets: 50 })).toBeGreaterThan(5)
    expect(differing({ ...bulk, queuePackets: 50, path: 'ssh+http', stack: 'go-lab' })).toBeGreaterThan(5)
  })

  test('the scenario of a measured cell lists what the simulator does not model', () => {
    expect(predict({ ...CELL, stack: 'rust' }, 1, 1)).toEqual({ ok: false, kind: 'not modelled', reason: 'stack rust' })
    expect(predict({ ...CELL, cc: 'vegas' }, 1, 1)).toMatchObject({ ok: false, kind: 'not modelled' })
  })
})
