import fc from 'fast-check'
import { expect } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { anyGrowth, anySmallLimits, withGrowth, withSmallLimits } from '../fixtures/shrunk-limits.ts'
import { GENERATORS } from '../fuzz/fuzz.ts'

const MAX_EVENTS = 15_000
const MAX_HOSTS = 60

/** What must hold of every scenario, whatever the limits. */
export const SHRUNK_LIMITS = {
  'a scenario gives the same result however small its tables begin and however slowly they grow': () =>
    withLimits(anyGrowth, (scenario, growth) => {
      expect(withGrowth(growth, () => outcomeOf(scenario))).toEqual(outcomeOf(scenario))
    }),
  'hosts with few ports, buffers, streams and numbers give a result in which every request is accounted for': () =>
    withLimits(anySmallLimits, (scenario, limits) => {
      const outcome = withSmallLimits(limits, () => outcomeOf(scenario))
      expect(withSmallLimits(limits, () => outcomeOf(scenario))).toEqual(outcome)
      if (typeof outcome === 'string') return
      for (const { name, failed, failures } of outcome.workloads)
        expect([name, failures.reduce((sum, { count }) => sum + count, 0)]).toEqual([name, failed])
    }),
  'a scenario with little memory gives its result or says that the memory is used up': () =>
    withLimits(fc.integer({ min: 12, max: 24 }), (scenario, logarithm) => {
      expect(['memory', outcomeOf(scenario)]).toContainEqual(outcomeOf(scenario, 2 ** logarithm))
    }),
} as const satisfies Record<string, () => Property>

/** How long a search lasts, and from which seed. */
type SearchLimit = Pick<
  fc.Parameters<unknown>,
  'numRuns' | 'seed' | 'interruptAfterTimeLimit' | 'markInterruptAsFailure'
>

export type ShrunkLimit = keyof typeof SHRUNK_LIMITS

/** A property, which counts the texts so far that were scenarios of a size that is tried. */
interface Property {
  readonly check: (parameters: SearchLimit) => void
  readonly tried: () => number
}

/** Searches for a scenario and limits for which a promise does not hold, and fails with the smallest that it finds. */
export function searchShrunkLimits(name: ShrunkLimit, parameters: SearchLimit): { readonly tried: number } {
  const { check, tried } = SHRUNK_LIMITS[name]()
  check(parameters)
  return { tried: tried() }
}

/** Makes a property of generated texts and limits. */
function withLimits<Limits>(
  limits: fc.Arbitrary<Limits>,
  holds: (scenario: CheckedScenario, limits: Limits) => void,
): Property {
  let tried = 0
  const property = fc.property(GENERATORS.scenarios(), limits, (text, drawn) => {
    const scenario = scenarioIn(text)
    if (scenario === null) return
    tried++
    holds(scenario, drawn)
  })
  return { check: (limit) => fc.assert(property, limit), tried: () => tried }
}

/** Returns the scenario of a generated text, or null where it is none, or a large one. */
function scenarioIn(text: string): CheckedScenario | null {
  const loaded = loadScenario({ text, file: 'shrunk.yaml' })
  return loaded.ok && loaded.scenario.blueprint.hosts.length <= MAX_HOSTS ? loaded.scenario : null
}

/** Returns the result, or which budget the run has used up. */
function outcomeOf(scenario: CheckedScenario, maxMemoryBytes?: number): Result | BudgetExceeded['budget'] {
  try {
    const memory = maxMemoryBytes === undefined ? {} : { maxMemoryBytes }
    return run(scenario, { maxEvents: MAX_EVENTS, ...memory }).result
  } catch (error) {
    if (error instanceof BudgetExceeded) return error.budget
    throw error
  }
}
