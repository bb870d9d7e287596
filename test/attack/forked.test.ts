import { expect, test } from 'vitest'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { blueprintOf } from '../fixtures/clusters.ts'
import { begun } from '../fixtures/simulations.ts'
import { mallory, step } from './attack-lab.ts'

const MS = 1_000_000

const SCENARIO = `
seed: 7
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wan: { between: [client, server], delay: 10ms, rate: 100Mbps, loss: 2% } }
paths:
  logs: { from: client, to: server }
  sealed: { from: client, to: server, port: 443, tls: { version: 1.3 } }
workloads:
  ask: { path: logs, connection: per-request, requests: 20, request: 200B, response: 20000B }
  ask-again: { path: sealed, connection: per-request, requests: 20, request: 200B, response: 20000B }
`

test('a simulation that is forked during attacks has the same result as its fork', () => {
  const paths = ['logs', 'sealed']
  const data = { kind: 'data' } as const
  const plan = [
    step('tamper', { paths, match: { ...data, from: 'server' }, atNs: 100 * MS, count: 10 }),
    step('delay', { paths, match: data, delay: 3 * MS, count: 30 }),
    step('inject', { paths: ['logs'], delay: 4 * MS, atNs: 60 * MS }),
    step('replay', { paths, match: data, delay: 5 * MS }),
    step('reset', { paths, match: data, atNs: 300 * MS, count: 3 }),
    step('impersonate-server', { paths, atNs: 600 * MS }),
  ]
  const blueprint = { ...blueprintOf(SCENARIO), attackers: [mallory(plan)] }
  const end = (simulation: Simulation) => {
    expect(simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)).toBe('finished')
    const { trafficDigest, workloads } = collectResult(simulation, blueprint, [], 'finished')
    return { trafficDigest, workloads, acts: plan.map((_, nth) => simulation.attack?.state.acts(nth)) }
  }
  const whole = end(begun(makePlan(expandBlueprint(blueprint))))
  expect(whole.acts.every((acts) => acts !== undefined && acts > 0)).toBe(true)
  for (const tick of [50 * MS, 150 * MS, 333 * MS, 700 * MS]) {
    const simulation = begun(makePlan(expandBlueprint(blueprint)))
    simulation.runUntil(tick, 1_000_000)
    const fork = simulation.fork()
    expect(end(fork)).toEqual(whole)
    expect(end(simulation)).toEqual(whole)
  }
})
