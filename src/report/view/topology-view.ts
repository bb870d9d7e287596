import type { Result } from '../../measure/result.ts'
import type { Outcome, VerdictResult } from '../../measure/verdict.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import type { Blueprint, HostBlueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import { crossedMedia } from './crossed-media.ts'
import { joinAlike } from './join-alike.ts'
import { levelOf, type OutcomeLevel } from './outcome-level.ts'
import { byteText, rateText, shortNumber, spanText } from './texts.ts'
import type { EdgeView, PlacedAttacker, TopologyGraph, VertexView } from './topology-graph.ts'

/** The network with its attackers, for a drawing, and the paths through it. */
export interface TopologyView extends TopologyGraph {
  /** The number of hosts of the scenario, of which several may be one vertex. */
  readonly hosts: number
  readonly paths: readonly PathView[]
}

/** A path of the scenario, with all its instances. */
export interface PathView {
  readonly name: string
  readonly kind: string
  readonly letter: string
  readonly from: string
  readonly to: string
  /** The number of pairs of ends, if it stands for several paths. */
  readonly instances: number
  readonly protection: string
  readonly medium: string
  readonly worst: Outcome | null
  readonly level: OutcomeLevel | null
}

/** Returns the view of the network and its paths. */
export function viewTopology(blueprint: Blueprint, result: Result): TopologyView {
  const worstOn = worstByPath(blueprint, result.verdicts)
  const brokenMedia = worstByMedium(blueprint, worstOn)
  const vertices = [...blueprint.hosts.map((host) => hostVertex(host, blueprint)), ...segmentVertices(blueprint)]
  const edges = [...linkEdges(blueprint, brokenMedia), ...portEdges(blueprint, brokenMedia)]
  const joined = joinAlike(vertices, edges)
  return { ...joined, hosts: blueprint.hosts.length, paths: viewPaths(blueprint, result, worstOn) }
}

function hostVertex({ name }: HostBlueprint, blueprint: Blueprint): VertexView {
  return {
    id: `host ${name}`,
    kind: 'host',
    names: [name],
    role: roleOf(name, blueprint),
    figures: [],
    attackers: attackersOn('host', name, blueprint),
  }
}

function roleOf(name: string, { cluster }: Blueprint): string {
  if (cluster === null) return ''
  if (cluster.apiserver.host === name) return 'control plane'
  if (cluster.nodes.some((node) => node.name === name)) return 'node'
  if (cluster.pods.some((pod) => pod.name === name)) return 'pod'
  return cluster.users.some((user) => user.name === name) ? 'user' : ''
}

function segmentVertices(blueprint: Blueprint): VertexView[] {
  return blueprint.segments.map(({ name, profile, options }) => ({
    id: `segment ${name}`,
    kind: 'segment',
    names: [name],
    role: 'segment',
    figures: [...(profile === null ? [] : [profile]), ...inLines(figuresOf(options))],
    attackers: attackersOn('segment', name, blueprint),
  }))
}

function linkEdges(blueprint: Blueprint, broken: ReadonlyMap<string, Outcome>): EdgeView[] {
  return blueprint.links.map(({ name, between: [from, to], profile, forward, backward }) => {
    const [ahead, back] = [figuresOf(forward), figuresOf(backward)]
    const isSame = ahead.join() === back.join()
    const figures = isSame ? inLines(ahead) : [`to ${to}:`, ...inLines(ahead), 'back:', ...inLines(back)]
    return {
      from: `host ${from}`,
      to: `host ${to}`,
      names: [name],
      figures: [...(profile === null ? [] : [profile]), ...figures].filter((text) => text !== ''),
      attackers: attackersOn('link', name, blueprint),
      ...harmOn(name, broken),
    }
  })
}

/** Puts two figures on a line. */
function inLines(figures: readonly string[]): string[] {
  return figures.flatMap((_, i) => (i % 2 === 0 ? [figures.slice(i, i + 2).join(', ')] : []))
}

function portEdges({ segments }: Blueprint, broken: ReadonlyMap<string, Outcome>): EdgeView[] {
  return segments.flatMap(({ name, hosts }) =>
    hosts.map((host) => ({
      from: `segment ${name}`,
      to: `host ${host}`,
      names: [],
      figures: [],
      attackers: [],
      ...harmOn(`${name}/${host}`, broken),
    })),
  )
}

function harmOn(medium: string, broken: ReadonlyMap<string, Outcome>): Pick<EdgeView, 'broken' | 'level'> {
  const outcome = broken.get(medium) ?? null
  return { broken: outcome, level: outcome === null ? null : levelOf(outcome) }
}

function attackersOn(kind: string, name: string, { attackers }: Blueprint): PlacedAttacker[] {
  return attackers
    .filter(({ on }) => on.kind === kind && on.name === name)
    .map((attacker) => ({ name: attacker.name, vantage: attacker.vantage }))
}

/** Returns what matters of the options of a link: delay, rate, and what else is set. */
function figuresOf({ delayNs, rateBps, jitter, lossRatio, lossBursts, queueBytes }: LinkOptions): string[] {
  return [
    spanText(delayNs),
    ...(rateBps === null ? [] : [rateText(rateBps)]),
    ...(lossRatio === 0 ? [] : [`${shortNumber(lossRatio * 100)} % loss`]),
    ...(lossBursts === null ? [] : ['loss in bursts']),
    ...(jitter.kind === 'none' ? [] : ['jitter']),
    ...(queueBytes === null ? [] : [`queue ${byteText(queueBytes)}`]),
  ]
}

/** Returns the worst outcome on each instance of a path, by its name, where an attacker achieves something on others. */
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

/** Returns the instances of the path whose end is the victim; all, if it is none. */
function instancesOf({ path, victim }: VerdictResult, paths: readonly PathBlueprint[]): readonly PathBlueprint[] {
  const all = paths.filter(({ declared }) => declared === path)
  const own = all.filter(({ from, to }) => from === victim || to === victim)
  return own.length === 0 ? all : own
}

/** Returns the worst outcome on each link, and on each port of a segment (`lan/node-1`), that a broken path crosses. */
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

function viewPaths({ paths }: Blueprint, { workloads }: Result, worstOn: ReadonlyMap<string, Outcome>): PathView[] {
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
