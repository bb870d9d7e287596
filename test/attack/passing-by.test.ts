import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TechniqueName } from '../../src/attack/techniques.ts'
import type { AttackerBlueprint } from '../../src/simulation/blueprint-attack.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { anyScenario } from '../fixtures/any-scenario.ts'
import { beginning, finish } from '../fixtures/simulations.ts'
import { mallory, step } from './attack-lab.ts'

const TECHNIQUES: readonly TechniqueName[] = [
  'drop',
  'delay',
  'tamper',
  'inject',
  'replay',
  'reset',
  'impersonate-server',
  'relay',
]

/** An inline attacker with all techniques at once, on all paths. */
const busy = fc.record({
  on: fc.constantFrom('ab', 'bc', 'cd'),
  techniques: fc.subarray([...TECHNIQUES]),
  paths: fc.subarray(['plain', 'old', 'new', 'warm', 'cold', 'many', 'agents']),
})

test('an attacker whose steps are disabled, or wait for packets that never come, changes nothing', () => {
  fc.assert(
    fc.property(anyScenario, busy, fc.boolean(), (scenario, { on, techniques, paths }, isSilent) => {
      const quiet = finish(beginning(scenario), scenario)
      const plan = techniques.map((technique) =>
        step(technique, { paths, delay: 1, ...(isSilent ? {} : { match: NEVER }) }),
      )
      const attackers: AttackerBlueprint[] = [mallory(plan, { on: { kind: 'link', name: on } })]
      const simulation = new Simulation(makePlan(expandBlueprint({ ...scenario.blueprint, attackers })))
      if (isSilent) simulation.attack?.state.disableAll()
      simulation.begin()
      const result = finish(simulation, scenario)
      expect(result.trafficDigest).toBe(quiet.trafficDigest)
      expect(result.workloads).toEqual(quiet.workloads)
      for (const [nth] of plan.entries()) expect(simulation.attack?.state.acts(nth)).toBe(0)
    }),
    { numRuns: 5 },
  )
}, 60_000)

/** Matches no packet: no host sends a SYN-ACK to itself. */
const NEVER = { from: 'a', to: 'a', kind: 'syn-ack' } as const
