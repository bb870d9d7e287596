import { expect, test } from 'vitest'
import { readCheck } from '../../src/study/check/read-check.ts'

const TEXT = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { plain: { from: client, to: server } }
workloads: { get: { path: plain, requests: 7, response: 1000B } }
attackers: { eve: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: plain }] } }
`

test('in a check, connections choose tunnels in turn for the scenario’s attackers too, and its workloads stay', () => {
  const scope = {
    attacks: [],
    areNamed: false,
    isMatrix: false,
    paths: null,
    places: null,
    vantages: null,
    techniques: null,
  }
  const read = readCheck({ file: 'test.yaml', text: TEXT }, {}, scope)
  if (!read.ok) throw new Error('the scenario is valid')
  const [own, ...cells] = read.plan.probes
  expect(own.scenario.blueprint.attackers.map(({ name }) => name)).toEqual(['eve'])
  expect([own.scenario.blueprint.choosesInTurn, own.scenario.blueprint.workloads[0].name]).toEqual([true, 'get'])
  expect(cells.every(({ scenario }) => scenario.blueprint.choosesInTurn === true)).toBe(true)
  // `run` draws as Kubernetes does.
  expect(read.plan.loaded.scenario.blueprint.choosesInTurn).toBe(undefined)
})
