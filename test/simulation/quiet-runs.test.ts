import { describe, expect, test, vi } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Aftermath } from '../../src/simulation/attack/aftermath.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import { QuietRuns } from '../../src/simulation/quiet-runs.ts'
import { run } from '../../src/simulation/run.ts'
import { readMatrix } from '../../src/study/matrix/matrix.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

/** Returns the scenarios of cells of the matrix of one path in a cluster, with the name of each technique. */
function cellsOf(path: string, techniques: readonly string[], set: readonly string[] = []) {
  const text = '{ version: 1, name: quiet, cluster: { preset: kubeadm-default } }'
  const read = readMatrix({ file: '-', text }, { set }, [path])
  if (!read.ok) throw new Error(read.problems[0].message)
  const found = read.matrix.cases.flatMap(({ row, scenario }) =>
    scenario !== null && techniques.includes(row.technique) ? [scenario] : [],
  )
  return [...new Set(found)]
}

/** Runs scenarios that share their quiet runs. Returns the results, and how many quiet runs were known and kept. */
function runShared(scenarios: readonly CheckedScenario[]) {
  const quietRuns = new QuietRuns()
  const find = vi.spyOn(quietRuns, 'find')
  const keep = vi.spyOn(quietRuns, 'keep')
  const results = scenarios.map((scenario) => run(scenario, { quietRuns }).result)
  const known = find.mock.results.filter(({ value }) => value !== null).length
  return { results, known, kept: keep.mock.calls.length }
}

describe('runs that share their quiet runs', () => {
  test.each([
    ['of the same scenario with other attackers on links', 'pods', ['drop', 'delay'], 1, 1],
    ['which the apiserver passes requests on in', 'logs', ['drop', 'tamper'], 1, 2],
    ['where an attack adds objects to the cluster', 'pods', ['redirect-service', 'readdress-node'], 0, 3],
  ] as const)(
    'runs that share their quiet run have the results of runs with their own, %s',
    (_, path, techniques, known, kept) => {
      const scenarios = cellsOf(path, techniques)
      const shared = runShared(scenarios)
      expect({ known: shared.known, kept: shared.kept }).toEqual({ known, kept })
      expect(shared.results).toEqual(scenarios.map((scenario) => run(scenario, {}).result))
    },
  )

  test.each([
    ['an hour or more before the other', ['path: p, at: 8000s'], ['path: p, at: 4000s', 'path: p, at: 8000s']],
    ['on another path than the other', ['path: p, at: 2000s'], ['path: q, at: 2000s']],
  ])('runs that share their quiet run have the results of runs with their own, if one acts %s', (_, ...plans) => {
    const scenarios = plans.map((steps) =>
      scenarioOf(`version: 1
duration: 9000s
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b], delay: 5ms, rate: 100Mbps } }
paths: { p: { from: a, to: b }, q: { from: a, to: b } }
workloads:
  w: { path: p, connection: per-request, rate: 1/m, for: 8900s, response: 1KB }
  v: { path: q, connection: per-request, rate: 1/m, for: 8900s, response: 1KB }
attackers:
  mallory: { on: wan, vantage: inline, plan: [${steps.map((step) => `{ technique: drop, for: 600s, ${step} }`).join(', ')}] }
`),
    )
    const { results } = runShared(scenarios)
    expect(results).toEqual(scenarios.map((scenario) => run(scenario, {}).result))
    expect(results[1].verdicts.flatMap(({ outageNs }) => outageNs > 0)).toContain(true)
  })

  test('runs that are stopped keep no quiet run', () => {
    const [scenario] = cellsOf('pods', ['drop'])
    const quietRuns = new QuietRuns()
    const keep = vi.spyOn(quietRuns, 'keep')
    run(scenario, { quietRuns, shouldStop: () => true })
    expect(keep).not.toHaveBeenCalled()
  })
})

describe('a quiet run', () => {
  const [plan, other] = cellsOf('pods', ['drop', 'impersonate-server']).map(({ blueprint }) =>
    makePlan(expandBlueprint(blueprint)),
  )

  test('a quiet run is found by the names of paths, and has no traffic on paths that it lacks', () => {
    const quietRuns = new QuietRuns()
    quietRuns.keep('key', plan, anAftermath(plan))
    const found = quietRuns.find('key', other)
    expect(other.paths.length).toBeGreaterThan(plan.paths.length)
    const numberOf = new Map(plan.paths.map(({ name }, number) => [name, number]))
    expect(found?.histories.map(({ unfinished }) => unfinished)).toEqual(
      other.paths.map(({ name }) => numberOf.get(name) ?? 0),
    )
    expect(found?.histories.every(({ endTick }) => endTick === 7)).toBe(true)
    expect(found?.delivery.paths).toEqual(other.paths.map(({ name }) => !numberOf.has(name)))
    expect(quietRuns.find('other key', other)).toBeNull()
  })

  test('a quiet run is not found if its hosts or addresses have other numbers', () => {
    const addresses = Array.from({ length: plan.addresses.size }, (_, address) => address)
    const moved = addresses.find((each) => plan.addresses.valueOf(each) !== other.addresses.valueOf(each))!
    const quietRuns = new QuietRuns()
    quietRuns.keep('host', plan, anAftermath(plan, plan.hosts.length - 1, 1))
    quietRuns.keep('address', plan, anAftermath(plan, 0, moved))
    quietRuns.keep('both are the same', plan, anAftermath(plan, 0, 1))
    expect(['host', 'address', 'both are the same'].map((key) => quietRuns.find(key, other) !== null)).toEqual([
      false,
      false,
      true,
    ])
  })

  test('a quiet run with 10,001 messages is not kept, nor the oldest of 257', () => {
    const quietRuns = new QuietRuns()
    for (let i = 0; i < 257; i++) quietRuns.keep(`${i}`, plan, anAftermath(plan))
    expect([quietRuns.find('0', plan), quietRuns.find('1', plan)]).toEqual([null, anAftermath(plan)])
    quietRuns.keep('short', plan, anAftermath(plan, 0, 1, 10_000))
    quietRuns.keep('long', plan, anAftermath(plan, 0, 1, 10_001))
    expect([quietRuns.find('short', plan) === null, quietRuns.find('long', plan)]).toEqual([false, null])
  })
})

/** Returns an aftermath in which the number of each path is that of its unfinished requests. */
function anAftermath({ paths, workloads }: Plan, host = 0, address = 1, messages = 0): Aftermath {
  const history = {
    responses: [],
    failures: [],
    idleLosses: [],
    carriers: [],
    passedOn: [],
    messages: { sent: Array.from({ length: messages }, () => ({ startTick: 1, endTick: 2 })), open: [] },
    endTick: 7,
  }
  const refusal = {
    reason: 'connection reset',
    clientAddress: 1,
    serverAddress: address,
    serverPort: 443,
    amount: 1,
    host,
  } as const
  return {
    histories: paths.map((_, path) => ({ ...history, unfinished: path })),
    refusals: [refusal],
    delivery: {
      workloads: workloads.map(() => true),
      refusedBodies: workloads.map(() => false),
      paths: paths.map(() => false),
    },
  }
}
