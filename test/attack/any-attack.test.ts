import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { AttackerBlueprint } from '../../src/simulation/blueprint-attack.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { run } from '../../src/simulation/run.ts'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { begun, finish } from '../fixtures/simulations.ts'
import { mallory, step } from './attack-lab.ts'

const anyStep = fc.record({
  technique: fc.constantFrom(
    'drop' as const,
    'delay' as const,
    'tamper' as const,
    'inject' as const,
    'replay' as const,
    'reset' as const,
    'impersonate-server' as const,
    'relay' as const,
    'eavesdrop' as const,
  ),
  paths: fc.subarray(['plain', 'old', 'new', 'warm', 'cold', 'many', 'agents', 'token', 'inside', 'behind'], {
    minLength: 1,
  }),
  atNs: fc.oneof(fc.constant(0), fc.nat(900_000_000)),
  for: fc.oneof(fc.constant(null), fc.nat(900_000_000)),
  count: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 20 })),
  delay: fc.nat(20_000_000),
  match: fc.record(
    {
      from: fc.constantFrom('a', 'b', 'c', 'd'),
      kind: fc.constantFrom('any' as const, 'syn' as const, 'syn-ack' as const, 'data' as const, 'ack' as const),
      connections: fc.constantFrom('any' as const, 'standing' as const),
    },
    { requiredKeys: ['kind', 'connections'] },
  ),
})

const anyAttacker = (name: string) =>
  fc
    .record({
      vantage: fc.constantFrom('blind' as const, 'passive' as const, 'side' as const, 'inline' as const),
      link: fc.constantFrom('ab', 'bc', 'cd'),
      steps: fc.array(anyStep, { minLength: 1, maxLength: 3 }),
    })
    .map(({ vantage, link, steps }): AttackerBlueprint => {
      const plan = steps.map(({ technique, ...more }) => step(technique, more))
      return mallory(plan, { name, vantage, on: { kind: 'link', name: link } })
    })

function outcomeOf(scenario: CheckedScenario, attackers: readonly AttackerBlueprint[]): string {
  const blueprint = { ...scenario.blueprint, attackers }
  return JSON.stringify(finish(begun(makePlan(expandBlueprint(blueprint))), { ...scenario, blueprint }))
}

test('a run with any attack ends, and its result does not depend on the order of declaration', () => {
  fc.assert(
    fc.property(anyScenario, anyAttacker('mallory'), anyAttacker('oscar'), (scenario, mallet, oscar) => {
      expect(outcomeOf(scenario, [oscar, mallet])).toBe(outcomeOf(scenario, [mallet, oscar]))
    }),
    { numRuns: 5 },
  )
}, 60_000)

test('no attack exposes more messages of a path than were sent while it was active', () => {
  fc.assert(
    fc.property(anyScenario, anyAttacker('mallory'), anyAttacker('oscar'), (scenario, mallet, oscar) => {
      const { verdicts } = run({ ...scenario, blueprint: { ...scenario.blueprint, attackers: [mallet, oscar] } }).result
      const exceeding = verdicts.filter(({ exposure: { messages, of } }) => messages > of)
      expect(exceeding.map(({ technique, path, exposure }) => ({ technique, path, exposure }))).toEqual([])
    }),
    { numRuns: 8 },
  )
}, 60_000)
