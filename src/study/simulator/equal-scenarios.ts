import { hashString32 } from '../../engine/hash.ts'
import type { CheckedScenario } from '../../scenario/load.ts'

interface Keys {
  readonly whole: string
  readonly quiet: string
}

/** The cached keys of scenarios. */
const KEYS = new WeakMap<CheckedScenario, Keys>()

/**
 * Groups scenarios that differ only in the names of attackers, so that one simulation decides each group. Groups are in
 * the order of their first scenarios. Names of allies count as differences.
 */
export function groupsOfEqual(scenarios: Iterable<CheckedScenario>): readonly CheckedScenario[][] {
  const groups = new Map<string, CheckedScenario[][]>()
  const all: CheckedScenario[][] = []
  for (const scenario of new Set(scenarios)) {
    const { whole } = keysOf(scenario)
    const alike = groups.get(whole) ?? []
    // Equal hashes do not prove equality.
    const group = alike.find(([first]) => textOf(first) === textOf(scenario))
    if (group !== undefined) group.push(scenario)
    else {
      const next = [scenario]
      groups.set(whole, [...alike, next])
      all.push(next)
    }
  }
  return all
}

/**
 * Returns a key that scenarios share if they differ only in their attackers. Other scenarios can share it by chance.
 */
export function quietKey(scenario: CheckedScenario): string {
  return keysOf(scenario).quiet
}

function keysOf(scenario: CheckedScenario): Keys {
  const known = KEYS.get(scenario)
  if (known !== undefined) return known
  const quiet = hashOf(clusterText(scenario))
  const keys = { quiet, whole: hashOf(`${quiet}${attackersText(scenario)}`) }
  KEYS.set(scenario, keys)
  return keys
}

function textOf(scenario: CheckedScenario): string {
  return `${clusterText(scenario)}\n${attackersText(scenario)}`
}

function clusterText({ blueprint }: CheckedScenario): string {
  return JSON.stringify({ ...blueprint, attackers: [] })
}

function attackersText({ blueprint: { attackers } }: CheckedScenario): string {
  const hasAllies = attackers.some(({ allies }) => allies.length > 0)
  return JSON.stringify(hasAllies ? attackers : attackers.map((one, i) => ({ ...one, name: i })))
}

function hashOf(text: string): string {
  return `${text.length} ${hashString32(text, 1)} ${hashString32(text, 2)}`
}
