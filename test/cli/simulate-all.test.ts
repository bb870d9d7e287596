import { describe, expect, test } from 'vitest'
import type { ExitCode } from '../../src/cli/exit-code.ts'
import { diskFiles } from '../../src/cli/files/files.ts'
import { simulateAll } from '../../src/cli/simulation/simulate-all.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { anIo, cannedRun } from '../fixtures/fake-io.ts'
import { aVerdict } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

function attacked(seed: number, ...attackers: readonly string[]): CheckedScenario {
  const lines = attackers.map(
    (name) => `  ${name}: { on: wire, vantage: passive, plan: [{ technique: eavesdrop, path: web }] }`,
  )
  return scenarioOf(`${SMALL_SCENARIO.replace('seed: 3', `seed: ${seed}`)}attackers:\n${lines.join('\n')}\n`)
}

/** Simulates, and records what was simulated and how many simulations ran at a time. */
async function simulated(scenarios: readonly CheckedScenario[], jobs: number, stopAfter = Number.POSITIVE_INFINITY) {
  const interruption = new AbortController()
  const seeds: number[] = []
  const codes: ExitCode[] = []
  let running = 0
  let most = 0
  const { io, printed } = anIo({ interruption: interruption.signal })
  const all = await simulateAll(scenarios, jobs, {
    io,
    files: diskFiles,
    commands: {},
    exit: (code) => codes.push(code),
    simulate: async (scenario) => {
      most = Math.max(most, ++running)
      seeds.push(scenario.blueprint.seed)
      if (seeds.length >= stopAfter) interruption.abort(130)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running--
      const run = cannedRun(scenario)
      const verdicts = scenario.blueprint.attackers.map(({ name }) => aVerdict({ attacker: name }))
      return { ...run, result: { ...run.result, verdicts } }
    },
  })
  return { all, seeds, most, codes, err: printed.err }
}

describe('several scenarios', () => {
  const scenarios = [1, 2, 3, 4, 5].map((seed) => attacked(seed, 'eve'))

  test.each([
    [1, 1],
    [2, 2],
    [5, 5],
    [64, 5],
  ])('are simulated %i at a time', async (jobs, most) => {
    const { all, seeds, ...rest } = await simulated(scenarios, jobs)
    expect(rest).toEqual({ most, codes: [], err: '' })
    expect([seeds, all?.simulations, all?.results.size]).toEqual([[1, 2, 3, 4, 5], 5, 5])
  })

  test('are simulated once where only the names of attackers differ, and get their own names', async () => {
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

  test.each([1, 2])('come one after the other where only attackers differ, %i at a time', async (jobs) => {
    const names = ['eve', 'mallory', 'trudy', 'ann']
    const mixed = names.flatMap((_, i) => [1, 2].map((seed) => attacked(seed, ...names.slice(0, i + 1))))
    const { all, seeds } = await simulated(mixed, jobs)
    expect([seeds, all?.simulations]).toEqual([[1, 1, 1, 1, 2, 2, 2, 2], 8])
    expect(mixed.map((one) => all?.results.get(one)?.verdicts.length)).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
  })

  test('with allies are simulated for each name, since allies are named', async () => {
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

  test('have no result when the user interrupts them, and begin no more', async () => {
    const { all, seeds, codes, err } = await simulated(scenarios, 1, 2)
    expect([all, seeds, codes]).toEqual([null, [1, 2], [130]])
    expect(err).toBe('onpath: interrupted; 2 of the 5 scenarios were simulated, and nothing is judged\n')
  })
})
