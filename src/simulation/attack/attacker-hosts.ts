import { assert } from '../../engine/assert.ts'
import { hashString32 } from '../../engine/hash.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import type { Blueprint, HostBlueprint, LinkBlueprint, SegmentBlueprint } from '../blueprint.ts'
import type { AttackerBlueprint } from '../blueprint-attack.ts'
import { attackersInOrder, ownHostName, tapName } from '../lookups/attacker-names.ts'

/**
 * Gives each attacker on a link or segment a host of its own. Two links (taps) lead to the host of an attacker on a
 * link. The route over both has one hop more than the attacked link, so no honest packet takes it.
 */
export function withAttackerHosts(blueprint: Blueprint): Blueprint {
  if (blueprint.attackers.length === 0) return blueprint
  const placed = attackersInOrder(blueprint).filter(({ on }) => on.kind !== 'host')
  const taken = new Set([
    ...blueprint.hosts.flatMap(({ addresses }) => addresses),
    ...blueprint.virtualAddresses.map(({ address }) => address),
  ])
  return {
    ...blueprint,
    hosts: [...blueprint.hosts, ...placed.map((attacker) => ownHost(attacker, taken))],
    links: [...blueprint.links, ...placed.flatMap((attacker) => tapsOf(attacker, blueprint))],
    segments: blueprint.segments.map((segment) => withMembers(segment, placed)),
  }
}

function ownHost(attacker: AttackerBlueprint, taken: Set<string>): HostBlueprint {
  const name = ownHostName(attacker)
  const address = freeAddress(name, taken)
  taken.add(address)
  return {
    name,
    addresses: [address],
    cpu: 'go',
    noise: 'none', // An attacker is no slower than its place in the network makes it.
    cores: 4,
    tcp: { profile: 'linux', congestion: 'cubic', receiveBufferBytes: null, sendBufferBytes: null },
    loopback: LINK_PROFILES.localhost.options,
  }
}

/** The first address of 198.18.0.0/15, which is reserved for benchmarks and not routed (RFC 2544). */
const FIRST_ADDRESS = 0xc6120000
const HOST_BITS = 0x1ffff

/** Returns a free address that derives from the name. Further attackers do not change it. */
function freeAddress(name: string, taken: ReadonlySet<string>): string {
  let hostBits = hashString32(name, FIRST_ADDRESS) & HOST_BITS
  while (!isHostNumber(hostBits) || taken.has(addressOf(hostBits))) hostBits = (hostBits + 1) & HOST_BITS
  return addressOf(hostBits)
}

function isHostNumber(hostBits: number): boolean {
  const lowest = hostBits & 0xff
  return lowest !== 0 && lowest !== 0xff
}

function addressOf(hostBits: number): string {
  return formatAddress(FIRST_ADDRESS + hostBits)
}

/** Returns the two links to an attacker in the middle of a link. Each has half the delay of the attacked link. */
function tapsOf(attacker: AttackerBlueprint, { links }: Blueprint): LinkBlueprint[] {
  const { on } = attacker
  if (on.kind !== 'link') return []
  const link = links.find(({ name }) => name === on.name)
  assert(link !== undefined, `a checked scenario puts attackers on links that exist: ${on.name}`)
  const [first, second] = link.between
  const own = ownHostName(attacker)
  const { forward, backward } = link
  return [
    {
      name: tapName(attacker, 'A'),
      between: [first, own],
      profile: null,
      forward: half(forward, 'first'),
      backward: half(backward, 'second'),
    },
    {
      name: tapName(attacker, 'B'),
      between: [second, own],
      profile: null,
      forward: half(backward, 'first'),
      backward: half(forward, 'second'),
    },
  ]
}

/** Halves the delay of a link, so that both halves add up to the whole. */
function half(options: LinkOptions, which: 'first' | 'second'): LinkOptions {
  const firstNs = Math.floor(options.delayNs / 2)
  const delayNs = which === 'first' ? firstNs : options.delayNs - firstNs
  return { ...options, delayNs, lossRatio: 0, lossBursts: null, jitter: { kind: 'none' } }
}

function withMembers(segment: SegmentBlueprint, attackers: readonly AttackerBlueprint[]): SegmentBlueprint {
  const members = attackers.filter(({ on }) => on.kind === 'segment' && on.name === segment.name).map(ownHostName)
  return members.length === 0 ? segment : { ...segment, hosts: [...segment.hosts, ...members] }
}
