import { describe, expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { type Simulated, simulateAll } from '../../src/study/simulator/simulate-all.ts'
import { Interrupted, type Simulator } from '../../src/study/simulator/simulator.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

function attacked(seed: number, ...attackers: readonly string[]): CheckedScenario {
  const lines = attackers.map(
    (name) => `  ${name}: { on: wire, vantage: passive, plan: [{ technique: eavesdrop, path: web }] }`,
  )
  return scenarioOf(`${SMALL_SCENARIO.replace('seed: 3', `seed: ${seed}`)}attackers:\n${lines.join('\n')}\n`)
}

/** Simulates, and records what was simulated and how many batches ran at a time. */
async function simulated(scenarios: readonly CheckedScenario[], jobs: number, stopAfter = Number.POSITIVE_INFINITY) {
  const interruption = new AbortController()
  const seeds: number[] = []
  const shown: (number | string)[] = []
  let running = 0
  let most = 0
  const simulator: Simulator = {
    jobs,
    interruption: interruption.signal,
    begin: (simulations) => {
      shown.push(simulations)
      return { update: (ended) => shown.push(ended), stop: () => shown.push('stopped') }
    },
    async simulate(batch) {
      most = Math.max(most, ++running)
      for (const { blueprint } of batch) seeds.push(blueprint.seed)
      if (seeds.length >= stopAfter) interruption.abort(130)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running--
      return batch.map(({ blueprint }) =>
        aResult({ verdicts: blueprint.attackers.map(({ name }) => aVerdict({ attacker: name })) }),
      )
    },
  }
  const all = await simulateAll(scenarios, simulator).catch((error: unknown) => error)
  if (all instanceof Error) return { all: null, error: all, seeds, most, shown }
  return { all: all as Simulated, error: null, seeds, most, shown }
}

describe('several scenarios', () => {
  const scenarios = [1, 2, 3, 4, 5].map((seed) => attacked(seed, 'eve'))

  test.each([
    [1, 1],
    [2, 2],
    [5, 5],
    [64, 5],
  ])('several scenarios are simulated %i at a time', async (jobs, most) => {
    const { all, seeds, shown, ...rest } = await simulated(scenarios, jobs)
    expect(rest).toEqual({ most, error: null })
    expect(shown).toEqual([5, 1, 2, 3, 4, 5, 'stopped'])
    expect([seeds, all?.simulations, all?.results.size]).toEqual([[1, 2, 3, 4, 5], 5, 5])
  })

  test('several scenarios that differ only in attacker names are simulated once, and keep their names', async () => {
    const [eve, same, mallory, two, swapped] = [
      attacked(1, 'eve'),
      attacked(1, 'eve'),
      attacked(1, 'mallory'),
      attacked(1, 'eve', 'mallory'),
      attacked(1, 'trudy', 'ann'),
    ]
    const { all, seeds } = await simulated([eve, same, eve, mallory, two, swapped], 4)
    expect([seeds, all?.simulations]).toEqual([[1, 1], 2])
    const attackersOf = (scenario: CheckedScenario) =>
      all?.results.get(scenario)?.verdicts.map(({ attacker }) => attacker)
    expect([eve, same, mallory, two, swapped].map(attackersOf)).toEqual([
      ['eve'],
      ['eve'],
      ['mallory'],
      two.blueprint.attackers.map(({ name }) => name),
      swapped.blueprint.attackers.map(({ name }) => name),
    ])
  })

  test.each([1, 2])(
    'several scenarios that differ only in attackers run one after the other, %i at a time',
    async (jobs) => {
      const names = ['eve', 'mallory', 'trudy', 'ann']
      const mixed = names.flatMap((_, i) => [1, 2].map((seed) => attacked(seed, ...names.slice(0, i + 1))))
      const { all, seeds } = await simulated(mixed, jobs)
      expect([seeds, all?.simulations]).toEqual([[1, 1, 1, 1, 2, 2, 2, 2], 8])
      expect(mixed.map((one) => all?.results.get(one)?.verdicts.length)).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    },
  )

  test('several scenarios with allies are simulated for each name, since allies are named', async () => {
    const allied = (name: string) => {
      const scenario = attacked(1, name, 'zoe')
      const attackers = scenario.blueprint.attackers.map((one) => ({
        ...one,
        allies: one.name === 'zoe' ? [name] : [],
      }))
      return { ...scenario, blueprint: { ...scenario.blueprint, attackers } }
    }
    expect((await simulated([allied('eve'), allied('mallory')], 2)).all?.simulations).toBe(2)
    expect((await simulated([allied('eve'), allied('eve')], 2)).all?.simulations).toBe(1)
  })

  test('several scenarios have no result when the user interrupts them, and start no more', async () => {
    const { all, error, seeds, shown } = await simulated(scenarios, 1, 2)
    expect([all, seeds]).toEqual([null, [1, 2]])
    expect(error).toEqual(new Interrupted(2, 5, 130))
    expect(error).toMatchObject({ reason: 130 })
    expect(error?.message).toBe('interrupted; 2 of the 5 scenarios were simulated, and nothing is judged')
    expect(shown.at(-1)).toBe('stopped')
  })
})
