import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/simulation/run.ts'
import { HistoryRecorder, type RunHistory } from '../../src/simulation/run-history.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const PRESET = readFileSync(new URL('../../scenarios/presets/kubeadm-default.yaml', import.meta.url), 'utf8')

const TWO_WAYS = `
version: 1
hosts: { client: { noise: none }, server: { noise: none } }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { get: { from: client, to: server, tls: { verify: none } } }
workloads:
  up: { path: get, requests: 3, request: 1MB, response: 100B }
  down: { path: get, requests: 2, response: 2MB, start: 2s }
`

function recorded(text: string) {
  const scenario = scenarioOf(text)
  const recorders: HistoryRecorder[] = []
  const { result } = run(scenario, { observe: (simulation) => recorders.push(new HistoryRecorder(simulation)) })
  return { result, plain: run(scenario).result, history: recorders[0].history() }
}

const bodyBytes = ({ workloads }: RunHistory, name: string) =>
  workloads.find((one) => one.name === name)?.bodies.bytes.reduce((sum, bytes) => sum + bytes, 0)

describe('the bodies in the history of a run', () => {
  test('the history of a run counts bodies of requests and responses together, each byte once', () => {
    const { history, result } = recorded(TWO_WAYS)
    for (const { name, deliveredBytes } of result.workloads)
      expect([name, bodyBytes(history, name)]).toEqual([name, deliveredBytes])
    expect(bodyBytes(history, 'up')).toBe(3_000_300)
  })

  test('the history of a whole cluster counts bodies for the workload of their requests', () => {
    const { history, result } = recorded(PRESET)
    const answered = ['kubectl-list', 'kubectl-proxy', 'logs', 'node-metrics', 'pod-get', 'pod-list', 'scheduler-list']
    const delivered = (name: string) => result.workloads.find((one) => one.name === name)?.deliveredBytes
    for (const name of answered) {
      expect([name, delivered(name)]).toEqual([name, expect.any(Number)])
      expect([name, bodyBytes(history, name)]).toEqual([name, delivered(name)])
    }
  })

  test('the history of a run counts bodies in the intervals in which they arrive', () => {
    const { history } = recorded(TWO_WAYS)
    const [down] = history.workloads.filter(({ name }) => name === 'down')
    const { intervalNs, bytes } = down.bodies
    const first = bytes.findIndex((value) => value > 0) * intervalNs
    expect(first).toBeGreaterThan(2e9 - intervalNs)
    expect(bytes.length * intervalNs).toBeGreaterThanOrEqual(down.endNs.at(-1) ?? 0)
    // No interval has more than the link carries, and one TLS record, which is read as a whole.
    expect(Math.max(...bytes)).toBeLessThan((100e6 / 8 / 1e9) * intervalNs + 16_384)
  })

  test('the history of a run does not change its result, also if an attacker reads', () => {
    const attacked = `${TWO_WAYS}
attackers: { mallory: { on: wire, vantage: inline, plan: [{ technique: tamper, at: 100ms, path: get }] } }`
    for (const text of [TWO_WAYS, attacked]) {
      const { result, plain } = recorded(text)
      expect(result).toEqual(plain)
    }
  })
})
