import { createHash } from 'node:crypto'
import type { CheckedScenario } from '../../scenario/load.ts'

/** The keys of scenarios that are asked for again. */
const KEYS = new WeakMap<CheckedScenario, string>()

/** Returns a key that scenarios share when only names of attackers differ; those of allies count. */
export function simulationKey(scenario: CheckedScenario): string {
  const key = KEYS.get(scenario) ?? keyOf(scenario)
  KEYS.set(scenario, key)
  return key
}

function keyOf({ blueprint }: CheckedScenario): string {
  const hasAllies = blueprint.attackers.some(({ allies }) => allies.length > 0)
  const attackers = hasAllies ? blueprint.attackers : blueprint.attackers.map((one, i) => ({ ...one, name: i }))
  return createHash('sha256')
    .update(JSON.stringify({ ...blueprint, attackers }))
    .digest('base64')
}
