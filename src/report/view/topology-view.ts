import type { Result } from '../../measure/result.ts'
import type { Outcome, VerdictResult } from '../../measure/verdict.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import type { Blueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import { crossedMedia } from './crossed-media.ts'
import { type NetworkView, viewNetwork } from './network-view.ts'
import { levelOf, type OutcomeLevel } from './outcome-level.ts'

/** The network with its attackers, for a drawing, and the paths through it. */
export interface TopologyView extends NetworkView {
  readonly paths: readonly PathView[]
}

/** A path of the scenario, with all its instances. */
export interface PathView {
  readonly name: string
  readonly kind: string
  readonly letter: string
  readonly from: string
  readonly to: string
  /** The number of pairs of ends if it stands for several paths. */
  readonly instances: number
  readonly protection: string
  readonly medium: string
  readonly worst: Outcome | null
  readonly level: OutcomeLevel | null
}

/** Returns the view of the network and its paths. */
export function viewTopology(blueprint: Blueprint, result: Pick<Result, 'verdicts' | 'workloads'>): TopologyView {
  const worstOn = worstByPath(blueprint, result.verdicts)
  const brokenMedia = worstByMedium(blueprint, worstOn)
  return { ...viewNetwork(blueprint, brokenMedia), paths: viewPaths(blueprint, result, worstOn) }
}

/**
 * Returns the worst outcome on each path instance, by name, for instances on which an attacker achieves something on
 * others.
 */
function worstByPath({ paths }: Blueprint, verdicts: readonly VerdictResult[]): Map<string, Outcome> {
  const worst = new Map<string, Outcome>()
  for (const verdict of verdicts) {
    if (verdict.scope === 'own' || !isWorse(verdict.worst, 'metadata')) continue
    for (const { name } of instancesOf(verdict, paths)) {
      const known = worst.get(name)
      if (known === undefined || isWorse(verdict.worst, known)) worst.set(name, verdict.worst)
    }
  }
  return worst
}

/** Returns the instances of the path that end at the victim; all instances if none does. */
function instancesOf({ path, victim }: VerdictResult, paths: readonly PathBlueprint[]): readonly PathBlueprint[] {
  const all = paths.filter(({ declared }) => declared === path)
  const own = all.filter(({ from, to }) => from === victim || to === victim)
  return own.length === 0 ? all : own
}

/** Returns the worst outcome on each link and on each port of a segment (`lan/node-1`) that broken paths cross. */
function worstByMedium(blueprint: Blueprint, worstOn: ReadonlyMap<string, Outcome>): Map<string, Outcome> {
  const worst = new Map<string, Outcome>()
  if (worstOn.size === 0) return worst
  for (const [path, media] of crossedMedia(blueprint, [...worstOn.keys()])) {
    const outcome = worstOn.get(path)
    if (outcome === undefined) continue
    for (const medium of media) {
      const known = worst.get(medium)
      if (known === undefined || isWorse(outcome, known)) worst.set(medium, outcome)
    }
  }
  return worst
}

function viewPaths(
  { paths }: Blueprint,
  { workloads }: Pick<Result, 'workloads'>,
  worstOn: ReadonlyMap<string, Outcome>,
): PathView[] {
  const declared = [...new Map(paths.map((path) => [path.declared, path])).values()]
  return declared.map(({ declared: name, kind, from, to }) => {
    const instances = paths.filter((path) => path.declared === name)
    const outcomes = instances.flatMap((path) => worstOn.get(path.name) ?? [])
    const worst = outcomes.reduce<Outcome | null>((a, b) => (a === null || isWorse(b, a) ? b : a), null)
    const workload = workloads.find(({ path }) => path === name)
    const ends = (of: (path: PathBlueprint) => string) => new Set(instances.map(of)).size
    return {
      name,
      kind,
      letter: workload?.letter ?? '',
      from: ends((path) => path.from) === 1 ? from : `${ends((path) => path.from)} hosts`,
      to: ends((path) => path.to) === 1 ? to : `${ends((path) => path.to)} hosts`,
      instances: instances.length,
      protection: workload?.protection ?? '',
      medium: workload?.medium ?? '',
      worst,
      level: worst === null ? null : levelOf(worst),
    }
  })
}
