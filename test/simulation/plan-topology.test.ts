import { expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { planTopology } from '../../src/simulation/network/plan-topology.ts'

const TEXT = `
version: 1
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b], delay: 5ms } }
paths: { p: { kind: custom, from: a, to: b, port: 80 } }
workloads: { w: { path: p, kind: requests, requests: 1 } }
`

test('blueprints with equal topologies share one in the plan, and one with another link has its own', () => {
  const loaded = loadScenario({ file: 'test.yaml', text: TEXT })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  const { blueprint } = loaded.scenario
  const topology = planTopology({ ...blueprint })
  expect(planTopology(blueprint)).toBe(topology)
  const [link] = blueprint.links
  const other = planTopology({ ...blueprint, links: [{ ...link, name: 'lan' }] })
  expect(other.directions.map(({ name }) => name)).toContain('link/lan/forward')
  expect(topology.directions.map(({ name }) => name)).toContain('link/wan/forward')
  expect(planTopology(blueprint)).not.toBe(other)
})
