import { VANTAGES } from '../../attack/vantages.ts'
import type { Blueprint } from '../blueprint.ts'
import type { AttackerBlueprint } from '../blueprint-attack.ts'
import { directionsNamed } from '../directions-named.ts'
import type { PlannedDirection } from '../plan/network/planned-network.ts'
import { checkedAttacker, checkedRule } from './checked-verdicts.ts'
import { type Attacker, InvalidOwnCode, type LinkRule, type OwnCode } from './own-code.ts'

/** A rule of a user, and the link directions that it is on. */
export interface PlannedRule {
  readonly rule: LinkRule
  readonly directions: readonly number[]
}

/** Turns the links that rules are on into numbers. @throws InvalidOwnCode with all that do not exist */
export function planRules({ rules = [] }: OwnCode, directions: readonly PlannedDirection[]): PlannedRule[] {
  const planned = rules.map((own) => ({
    rule: checkedRule(own),
    directions: directionsNamed(own.on, directions),
  }))
  const problems = planned.flatMap(({ rule, directions: found }) =>
    found.length > 0
      ? []
      : [
          `rule ${rule.name}: the scenario has no link, segment or link direction ${rule.on}; it has ${directions.map(({ name }) => name).join(', ')}`,
        ],
  )
  if (problems.length > 0) throw new InvalidOwnCode(problems)
  return planned
}

/** Adds the attackers of a user to a scenario. @throws InvalidOwnCode with all that do not fit it */
export function withOwnAttackers(blueprint: Blueprint, { attackers = [] }: OwnCode): Blueprint {
  const problems = attackers.flatMap((own) => attackerProblems(own, blueprint))
  if (problems.length > 0) throw new InvalidOwnCode(problems)
  return attackers.length === 0
    ? blueprint
    : {
        ...blueprint,
        attackers: [...blueprint.attackers, ...attackers.map((own) => attackerBlueprint(own, blueprint))],
      }
}

function attackerBlueprint(own: Attacker, blueprint: Blueprint): AttackerBlueprint {
  const { name, vantage, on, paths = declaredPaths(blueprint), fromNs = 0, untilNs } = own
  const kind = VANTAGES[vantage].isOnHost
    ? 'host'
    : blueprint.links.some((link) => link.name === on)
      ? 'link'
      : 'segment'
  return {
    name,
    vantage,
    on: { kind, name: on },
    holds: [],
    allies: [],
    absent: [],
    plan: [
      {
        technique: 'own-code',
        atNs: fromNs,
        forNs: untilNs === undefined ? null : untilNs - fromNs,
        paths,
        count: null,
        match: { from: null, to: null, kind: 'any', isStanding: false },
        delayNs: 0,
        presents: null,
        credential: null,
        ask: null,
        code: checkedAttacker(own),
      },
    ],
  }
}

function attackerProblems({ name, vantage, on, paths = [] }: Attacker, blueprint: Blueprint): string[] {
  const { links, segments, hosts, attackers } = blueprint
  const places = VANTAGES[vantage].isOnHost ? hosts : [...links, ...segments]
  const what = VANTAGES[vantage].isOnHost ? 'host' : 'link or segment'
  const namesOf = (things: readonly { readonly name: string }[]) => things.map((one) => one.name).join(', ')
  const known = declaredPaths(blueprint)
  return [
    ...(attackers.some((one) => one.name === name)
      ? [`attacker ${name}: the scenario has an attacker of this name; choose another`]
      : []),
    ...(places.some((place) => place.name === on)
      ? []
      : [`attacker ${name}: the scenario has no ${what} ${on}; it has ${namesOf(places)}`]),
    ...paths
      .filter((path) => !known.includes(path))
      .map((path) => `attacker ${name}: the scenario has no path ${path}; it has ${known.join(', ')}`),
  ]
}

function declaredPaths({ paths }: Blueprint): readonly string[] {
  return [...new Set(paths.map(({ name, declared }) => declared ?? name))]
}
