import { expect, test } from 'vitest'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { type Clause, drop, segment } from '../fixtures/rules.ts'
import { finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { watch } from '../fixtures/watch.ts'

const SCENARIO = `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { web: { from: client, to: server } }
workloads: { visit: { path: web, connection: per-request, requests: 1, response: 5000B } }
`

function visit(...toClient: readonly Clause[]) {
  const scenario = scenarioOf(SCENARIO)
  const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
  const trace = watch(simulation, { 'server>client': toClient })
  simulation.begin()
  const workload = workloadOf(finish(simulation, scenario), 'visit')
  return { workload, trace }
}

test("when a rule drops the last segment of a response, the wait for the timer is reported as an attacker's", () => {
  const smooth = visit().workload
  // Headers and body make four segments.
  const { workload, trace } = visit(drop(segment(4, 1)))
  const [lost, again] = trace.packets.filter(({ direction, sequence, payloadBytes }) => {
    return direction === 'server>client' && payloadBytes > 0 && sequence === 1 + 3 * 1448
  })
  expect(lost.outcome).toBe('dropped-by-rule')
  const latencyNs = (measured: typeof workload) => Math.round(Number(measured.latencyMs.max) * 1e6)
  const delayNs = latencyNs(workload) - latencyNs(smooth)
  expect(delayNs).toBeGreaterThan(200_000_000)
  expect(Math.abs(delayNs - (again.sentTick - lost.sentTick))).toBeLessThan(500_000)
  expect(workload.breakdownNs.attacker).toBe(Number(again.outcome) - lost.sentTick)
  expect(workload.breakdownNs.retransmission).toBe(0)
  expect(smooth.breakdownNs.attacker).toBe(0)
  const sum = Object.values(workload.breakdownNs).reduce((total, ns) => total + ns, 0)
  expect(sum).toBe(latencyNs(workload))
})

test("the replacement of packets that a link loses is reported as retransmission, and not as an attacker's", () => {
  const [{ breakdownNs }] = resultOf(
    SCENARIO.replace('rate: 100Mbps', 'rate: 100Mbps, loss: 20%').replace('requests: 1', 'requests: 20'),
  ).workloads
  expect(breakdownNs.retransmission).toBeGreaterThan(1_000_000_000)
  expect(breakdownNs.attacker).toBe(0)
})
