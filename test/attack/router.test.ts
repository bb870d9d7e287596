import { expect, test } from 'vitest'
import { workloadOf } from '../fixtures/simulations.ts'
import { attacked, mallory, step } from './attack-lab.ts'

const MS = 1_000_000

const SCENARIO = `
seed: 7
hosts: { client: { cpu: instant }, router: { cpu: instant }, server: { cpu: instant } }
links:
  near: { between: [client, router], delay: 10ms }
  far: { between: [router, server], delay: 10ms }
paths: { logs: { from: client, to: server } }
workloads: { ask: { path: logs, connection: per-request, requests: 3, request: 200B, response: 1000B } }
`

const onRouter = { vantage: 'node', on: { kind: 'host', name: 'router' } } as const

test('an attacker on a router observes each packet once', () => {
  const run = attacked(SCENARIO, mallory([step('delay', { delay: 5 * MS })], onRouter))
  // There and back twice, and each time five more.
  expect(workloadOf(run.result, 'ask').latencyMs?.p50).toBe(100)
})

test('an attacker on a router answers as the server, at half the round-trip time', () => {
  const run = attacked(SCENARIO, mallory([step('impersonate-server')], onRouter))
  const { attack } = run.simulation
  expect(workloadOf(run.result, 'ask').latencyMs?.p50).toBe(40)
  expect(attack?.events.amount(0, 0, 'forged-answer-accepted')).toBe(3)
  expect(attack?.state.acts(0)).toBe(3)
})

test('an attacker on a router relays to the real server', () => {
  const run = attacked(SCENARIO, mallory([step('relay')], onRouter))
  expect(run.simulation.attack?.events.amount(0, 0, 'relayed')).toBe(3)
})
