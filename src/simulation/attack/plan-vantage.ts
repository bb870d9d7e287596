import type { PlannedAttacker } from '../../attack/planned-attackers.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { leadsToApiserver, pathKind } from '../../cluster/paths/path-kinds.ts'
import { NONE } from '../../engine/table.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { AttackerBlueprint } from '../blueprint-attack.ts'
import type { PodBlueprint } from '../blueprint-cluster.ts'
import { hostOfAttacker, ownHostName, tapName } from '../lookups/attacker-names.ts'
import { hostOfPod } from '../lookups/members.ts'
import { directionName, lookUp, portName } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'

type Watched = PlannedAttacker['watched'][number]

/** Plans which packets an attacker observes, and which hosts it controls. */
export function planVantage(
  attacker: AttackerBlueprint,
  blueprint: Blueprint,
  network: PlannedNetwork,
): Omit<PlannedAttacker, 'name' | 'owns' | 'heldTokens' | 'heldCertificates' | 'allies'> {
  const { vantage } = attacker
  return {
    vantage,
    host: lookUp(network.hostIndex, hostOfAttacker(attacker, blueprint)),
    hasRawSockets: !isInPod(attacker) || podsAt(attacker, blueprint).every(hasNetRaw),
    controls: controlledHosts(attacker, blueprint, network),
    watched: watchedDirections(attacker, blueprint, network),
    tapOf: tapsByDirection(attacker, blueprint, network),
  }
}

/**
 * Returns the hosts that the attacker controls. A node includes its pods. A process in a pod with host network controls
 * none.
 */
function controlledHosts(attacker: AttackerBlueprint, blueprint: Blueprint, { hostIndex }: PlannedNetwork): Uint8Array {
  const controls = new Uint8Array(hostIndex.size)
  if (!hasHost(attacker, blueprint)) return controls
  const host = hostOfAttacker(attacker, blueprint)
  controls[lookUp(hostIndex, host)] = 1
  if (!VANTAGES[attacker.vantage].isRoot) return controls
  for (const pod of blueprint.cluster?.pods ?? [])
    if (pod.node === host) controls[lookUp(hostIndex, hostOfPod(pod))] = 1
  return controls
}

/** Returns whether the attacker is a process without root rights on its host. */
function isInPod({ vantage }: AttackerBlueprint): boolean {
  const { isOnHost, isRoot } = VANTAGES[vantage]
  return isOnHost && !isRoot
}

/** Returns whether the attacker's place has a host of its own. A pod has one unless it uses its node's network. */
function hasHost(attacker: AttackerBlueprint, blueprint: Blueprint): boolean {
  const { cluster } = blueprint
  if (!isInPod(attacker)) return true
  const host = hostOfAttacker(attacker, blueprint)
  if (cluster === null) return !isBesideKubelet(attacker, host, blueprint)
  return cluster.pods.some((pod) => !pod.hostNetwork && pod.name === host)
}

/**
 * Returns whether the host of a pod, in a scenario without a cluster, is a node. It is if all attacked paths to it end
 * at its kubelet.
 */
function isBesideKubelet({ plan }: AttackerBlueprint, host: string, { paths }: Blueprint): boolean {
  const attacked = paths.filter(({ declared }) => plan.some((step) => step.paths.includes(declared)))
  const ending = attacked.filter(({ from, to }) => from === host || to === host)
  return ending.length > 0 && ending.every((path) => kubeletHostOf(path) === host)
}

function kubeletHostOf({ kind, from, to }: PathBlueprint): string | null {
  const { ends } = pathKind(kind)
  if (ends.from.party === 'kubelet') return from
  return ends.to.party === 'kubelet' ? to : null
}

function watchedDirections(attacker: AttackerBlueprint, blueprint: Blueprint, network: PlannedNetwork): Watched[] {
  const { vantage, on } = attacker
  const { directionIndex } = network
  if (!VANTAGES[vantage].sees) return []
  if (on.kind === 'link')
    return (['forward', 'backward'] as const).map((way) => ({
      direction: lookUp(directionIndex, directionName(on.name, way)),
      at: 'entry',
    }))
  if (on.kind === 'segment')
    return othersOnSegment(attacker, blueprint).map((host) => ({
      direction: lookUp(directionIndex, portName(on.name, host, 'out')),
      at: 'entry',
    }))
  return seesItsHost(attacker, blueprint) ? aroundHost(attacker, blueprint, network) : []
}

/**
 * Returns whether the attacker can capture packets of its host. On a host of others, that needs a capability
 * (packet(7)).
 */
function seesItsHost(attacker: AttackerBlueprint, blueprint: Blueprint): boolean {
  if (hasHost(attacker, blueprint)) return true
  const host = hostOfAttacker(attacker, blueprint)
  const named = podsAt(attacker, blueprint)
  const pods = named.length > 0 ? named : (blueprint.cluster?.pods ?? []).filter(({ node }) => node === host)
  return pods.some((pod) => pod.hostNetwork && hasNetRaw(pod))
}

/** Returns the pod that the attacker is in; empty if its place is not a pod. */
function podsAt({ on }: AttackerBlueprint, { cluster }: Blueprint): readonly PodBlueprint[] {
  return (cluster?.pods ?? []).filter(({ name }) => name === on.name)
}

function hasNetRaw({ capabilities }: PodBlueprint): boolean {
  return capabilities.some((each) => each === 'NET_RAW' || each === 'ALL')
}

/**
 * Returns whether the attacker is in a pod with host network that is the server of a path, or the client of a path to
 * the apiserver. Other programs of that node are not the attacker's.
 */
export function isInHostNetworkPod(attacker: AttackerBlueprint, path: PathBlueprint, blueprint: Blueprint): boolean {
  return podsAt(attacker, blueprint).some((pod) => {
    if (!pod.hostNetwork) return false
    const { from, to, port, tls } = path
    if (!leadsToApiserver(path.kind)) return to === pod.node && port === pod.listens
    return from === pod.node && pod.token !== null && tls?.client.kind === 'token' && tls.client.token === pod.token
  })
}

/** Returns the directions of all packets to and from a host, with the loopback once. */
function aroundHost(
  attacker: AttackerBlueprint,
  blueprint: Blueprint,
  { directions, hostIndex }: PlannedNetwork,
): Watched[] {
  const host = lookUp(hostIndex, hostOfAttacker(attacker, blueprint))
  return directions.flatMap(({ fromHost, toHost }, direction): Watched[] => {
    if (fromHost === host) return [{ direction, at: 'entry' }]
    return toHost === host ? [{ direction, at: 'exit' }] : []
  })
}

/**
 * Returns the other hosts of the segment. The attacker sits at the switch, and observes a packet when it leaves for its
 * destination.
 */
function othersOnSegment(attacker: AttackerBlueprint, { segments }: Blueprint): readonly string[] {
  const segment = segments.find(({ name }) => name === attacker.on.name)
  return (segment?.hosts ?? []).filter((host) => !host.startsWith('~')).sort((a, b) => (a < b ? -1 : 1))
}

function tapsByDirection(attacker: AttackerBlueprint, blueprint: Blueprint, network: PlannedNetwork): Int32Array {
  const { directions, directionIndex } = network
  const taps = new Int32Array(directions.length).fill(NONE)
  const { on } = attacker
  const set = (from: string, tap: string) => {
    taps[lookUp(directionIndex, from)] = lookUp(directionIndex, tap)
  }
  if (on.kind === 'link') {
    set(directionName(on.name, 'forward'), directionName(tapName(attacker, 'A'), 'forward'))
    set(directionName(on.name, 'backward'), directionName(tapName(attacker, 'B'), 'forward'))
  } else if (on.kind === 'segment') {
    const own = portName(on.name, ownHostName(attacker), 'out')
    for (const host of othersOnSegment(attacker, blueprint)) set(portName(on.name, host, 'out'), own)
  }
  return taps
}
