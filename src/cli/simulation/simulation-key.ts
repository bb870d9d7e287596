import { createHash } from 'node:crypto'
import type { CheckedScenario } from '../../scenario/load.ts'

interface Keys {
  readonly whole: string
  readonly quiet: string
}

/** The keys of scenarios that are asked for again. */
const KEYS = new WeakMap<CheckedScenario, Keys>()

/** Returns a key that scenarios share when only names of attackers differ; those of allies count. */
export function simulationKey(scenario: CheckedScenario): string {
  return keysOf(scenario).whole
}

/** Returns a key that scenarios share when only attackers differ. */
export function quietKey(scenario: CheckedScenario): string {
  return keysOf(scenario).quiet
}

function keysOf(scenario: CheckedScenario): Keys {
  const known = KEYS.get(scenario)
  if (known !== undefined) return known
  const { blueprint } = scenario
  const hasAllies = blueprint.attackers.some(({ allies }) => allies.length > 0)
  const attackers = hasAllies ? blueprint.attackers : blueprint.attackers.map((one, i) => ({ ...one, name: i }))
  const quiet = digestOf({ ...blueprint, attackers: [] })
  const keys = { quiet, whole: digestOf([quiet, attackers]) }
  KEYS.set(scenario, keys)
  return keys
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64')
}
