import { VANTAGES } from '../../attack/vantages.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { AttackerBlueprint } from '../blueprint-attack.ts'
import { directionsNamed } from '../lookups/lookups.ts'
import type { NamedDirection } from '../network/plan-topology.ts'
import { longestOf, Reachability } from '../network/reachability.ts'
import { checkedAttacker, checkedRule } from './checked-verdicts.ts'
import { type Attacker, InvalidOwnCode, type LinkRule, type OwnCode } from './own-code.ts'

/** A rule of a user, and its link directions. */
export interface PlannedRule {
  readonly rule: LinkRule
  readonly directions: readonly number[]
}

/** Turns the links of rules into numbers. @throws InvalidOwnCode with all links that do not exist */
export function planRules({ rules = [] }: OwnCode, directions: readonly NamedDirection[]): PlannedRule[] {
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

/** Adds the attackers of a user to a scenario. @throws InvalidOwnCode with all attackers that do not fit it */
export function withOwnAttackers(blueprint: Blueprint, { attackers = [] }: OwnCode): Blueprint {
  if (attackers.length === 0) return blueprint
  const placed = attackers.map((own) => ({ own, place: placeOf(own, blueprint) }))
  const problems = placed.flatMap(({ own, place }) => attackerProblems(own, place, blueprint))
  if (problems.length > 0) throw new InvalidOwnCode(problems)
  const more = placed.map(({ own, place }) => attackerBlueprint(own, place as Place, blueprint))
  return { ...blueprint, attackers: [...blueprint.attackers, ...more] }
}

type Place = AttackerBlueprint['on']

/** Returns the place of an attacker, or the reason why there is none. */
function placeOf({ vantage, on }: Attacker, blueprint: Blueprint): Place | string {
  const { links, segments, hosts } = blueprint
  const { isOnHost } = VANTAGES[vantage]
  if (typeof on !== 'string') {
    if (isOnHost) return `a ${vantage} is on a host, and not on a path: name the host`
    return mediumOf(on.path, blueprint)
  }
  const isNamed = ({ name }: { readonly name: string }) => name === on
  if (isOnHost && hosts.some(isNamed)) return { kind: 'host', name: on }
  if (!isOnHost && links.some(isNamed)) return { kind: 'link', name: on }
  if (!isOnHost && segments.some(isNamed)) return { kind: 'segment', name: on }
  const what = isOnHost ? 'host' : 'link or segment'
  return `the scenario has no ${what} ${on}; it has ${namesOf(isOnHost ? hosts : [...links, ...segments])}`
}

/** Returns the link or segment that a path crosses, or the reason why there is none. */
function mediumOf(name: string, blueprint: Blueprint): Place | string {
  const path = blueprint.paths.find((one) => declaredNameOf(one) === name)
  if (path === undefined) return noPath(name, blueprint)
  const { nodes = [], pods = [] } = blueprint.cluster ?? {}
  const nodeAt = (end: string) =>
    nodes.find((node) => node.name === end)?.name ?? pods.find((pod) => pod.name === end)?.node
  const node = nodeAt(path.to) ?? nodeAt(path.from) ?? null
  const medium = longestOf(new Reachability(blueprint).crossedBy(path, node))
  return medium ?? `the path ${name} crosses no link and no segment`
}

function attackerBlueprint(own: Attacker, on: Place, blueprint: Blueprint): AttackerBlueprint {
  const { name, vantage, paths = declaredPaths(blueprint), fromNs = 0, untilNs } = own
  return {
    name,
    vantage,
    on: { kind: on.kind, name: on.name },
    holds: [],
    allies: [],
    absent: [],
    plan: [
      {
        technique: 'own-code',
        atNs: fromNs,
        paths,
        parameters: { for: untilNs === undefined ? null : untilNs - fromNs, code: checkedAttacker(own) },
      },
    ],
  }
}

function attackerProblems({ name, paths = [] }: Attacker, place: Place | string, blueprint: Blueprint): string[] {
  const known = declaredPaths(blueprint)
  return [
    ...(blueprint.attackers.some((one) => one.name === name)
      ? [`attacker ${name}: the scenario has an attacker of this name; choose another`]
      : []),
    ...(typeof place === 'string' ? [`attacker ${name}: ${place}`] : []),
    ...paths.filter((path) => !known.includes(path)).map((path) => `attacker ${name}: ${noPath(path, blueprint)}`),
  ]
}

function noPath(path: string, blueprint: Blueprint): string {
  return `the scenario has no path ${path}; it has ${declaredPaths(blueprint).join(', ')}`
}

function declaredPaths({ paths }: Blueprint): readonly string[] {
  return [...new Set(paths.map(declaredNameOf))]
}

function declaredNameOf({ name, declared }: PathBlueprint): string {
  return declared ?? name
}

function namesOf(things: readonly { readonly name: string }[]): string {
  return things.map(({ name }) => name).join(', ')
}
