import { assert } from '../../engine/assert.ts'
import { NONE } from '../../engine/table.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import type { Blueprint, EventBlueprint, LinkBlueprint, LinkDirectionBlueprint } from '../blueprint.ts'
import type { PodBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import { named } from '../lookups/lookups.ts'
import { directionName, lookUp, portName } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'

/** An event of a scenario, with links and hosts as numbers. Immutable. */
export type PlannedEvent =
  | {
      readonly kind: 'link-state'
      readonly atNs: number
      readonly forNs: number | null
      readonly directions: readonly number[]
      readonly isUp: boolean
    }
  | { readonly kind: 'restart'; readonly atNs: number; readonly forNs: null; readonly host: number }
  | PodDeletion
  | {
      readonly kind: 'set-link'
      readonly atNs: number
      readonly forNs: number | null
      readonly changes: readonly {
        readonly direction: number
        readonly options: LinkOptions
        readonly before: LinkOptions
      }[]
    }

/** Returns the events ordered by time, then by kind and subject. The order of declaration has no effect. */
export function planEvents(blueprint: ExpandedBlueprint, network: PlannedNetwork): PlannedEvent[] {
  const keyed = blueprint.events.map((event) => ({ key: keyOf(event), event }))
  keyed.sort((a, b) => a.event.atNs - b.event.atNs || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return keyed.map(({ event }) => planEvent(event, blueprint, network))
}

function keyOf(event: EventBlueprint): string {
  const about = 'link' in event ? event.link : 'pod' in event ? event.pod : event.host
  return JSON.stringify([event.kind, about, event])
}

/** The deletion of a pod. Immutable. */
export interface PodDeletion {
  readonly kind: 'delete-pod'
  readonly atNs: number
  /** The time for which the Pod object remains. */
  readonly terminatingNs: number
  readonly forNs: null
  /** The index of the pod among all pods by name, and (`endpoint`) among the pods that services may lose. */
  readonly pod: number
  readonly endpoint: number
  /** The pod's own host; NONE if it uses its node's network. */
  readonly host: number
  /** All directions to and from its host. */
  readonly directions: readonly number[]
}

type Deletion = Extract<EventBlueprint, { readonly kind: 'delete-pod' }>

function planDeletion(
  { atNs, pod: name, terminatingNs }: Deletion,
  blueprint: ExpandedBlueprint,
  network: PlannedNetwork,
): PodDeletion {
  const { cluster, activity, lookups } = blueprint
  assert(cluster !== null, 'a pod is in a cluster')
  const placeIn = (pods: readonly PodBlueprint[]) => [...pods].sort(byName).findIndex((pod) => pod.name === name)
  const { hostNetwork } = named(lookups.pods, name)
  const host = hostNetwork ? NONE : lookUp(network.hostIndex, name)
  return {
    kind: 'delete-pod',
    atNs,
    terminatingNs,
    forNs: null,
    pod: placeIn(cluster.pods),
    endpoint: placeIn(activity.restartingPods),
    host,
    directions: network.directions.flatMap(({ fromHost, toHost }, direction) =>
      fromHost !== toHost && (fromHost === host || toHost === host) ? [direction] : [],
    ),
  }
}

function planEvent(event: EventBlueprint, blueprint: ExpandedBlueprint, network: PlannedNetwork): PlannedEvent {
  switch (event.kind) {
    case 'restart':
      return { kind: 'restart', atNs: event.atNs, forNs: null, host: lookUp(network.hostIndex, event.host) }
    case 'delete-pod':
      return planDeletion(event, blueprint, network)
    case 'link-state':
      return {
        kind: 'link-state',
        atNs: event.atNs,
        forNs: event.forNs,
        directions: portsOf(event.link, blueprint, network) ?? directionsOf(event.link, network),
        isUp: event.state === 'up',
      }
    case 'set-link': {
      const link = linkNamed(blueprint, event.link)
      const [forward, backward] = directionsOf(event.link, network)
      const changes = [change(forward, event.forward, link.forward), change(backward, event.backward, link.backward)]
      return { kind: 'set-link', atNs: event.atNs, forNs: event.forNs, changes }
    }
  }
}

function change(direction: number, options: LinkDirectionBlueprint, before: LinkDirectionBlueprint) {
  return { direction, options, before }
}

function directionsOf(link: string, { directionIndex }: PlannedNetwork): [number, number] {
  return [
    lookUp(directionIndex, directionName(link, 'forward')),
    lookUp(directionIndex, directionName(link, 'backward')),
  ]
}

/** Returns the ports of a segment; null if no segment has this name. */
function portsOf(name: string, { segments }: Blueprint, { directionIndex }: PlannedNetwork): number[] | null {
  const segment = segments.find((candidate) => candidate.name === name)
  if (segment === undefined) return null
  return segment.hosts.flatMap((host) => [
    lookUp(directionIndex, portName(name, host, 'in')),
    lookUp(directionIndex, portName(name, host, 'out')),
  ])
}

function linkNamed(blueprint: Blueprint, name: string): LinkBlueprint {
  const link = blueprint.links.find((candidate) => candidate.name === name)
  assert(link !== undefined, 'an event is about a link that exists')
  return link
}
