import type { Outcome } from '../../measure/verdict.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import type { Blueprint, HostBlueprint } from '../../simulation/blueprint.ts'
import { joinAlike } from './join-alike.ts'
import { levelOf } from './outcome-level.ts'
import { byteText, rateText, shortNumber, spanText } from './texts.ts'
import type { EdgeView, PlacedAttacker, TopologyGraph, VertexView } from './topology-graph.ts'

/** The network with its attackers, as a graph for a drawing. */
export interface NetworkView extends TopologyGraph {
  /** The number of hosts in the scenario. One vertex can stand for several of them. */
  readonly hosts: number
}

/**
 * Returns the view of the network.
 * @param broken the worst outcome on each link and on each port of a segment; empty for a scenario that was not
 * simulated
 */
export function viewNetwork(blueprint: Blueprint, broken: ReadonlyMap<string, Outcome> = new Map()): NetworkView {
  const vertices = [...blueprint.hosts.map((host) => hostVertex(host, blueprint)), ...segmentVertices(blueprint)]
  const edges = [...linkEdges(blueprint, broken), ...portEdges(blueprint, broken)]
  return { ...joinAlike(vertices, edges), hosts: blueprint.hosts.length }
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

/** Puts two figures on each line. */
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

/** Returns the important options of a link: delay, rate, and others that are set. */
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
