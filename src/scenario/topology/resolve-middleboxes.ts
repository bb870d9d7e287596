import { NS_PER_S } from '../../engine/ticks.ts'
import type { MiddleboxBlueprint, ProxyBlueprint, TrackingMiddleboxBlueprint } from '../../simulation/blueprint.ts'
import type { Reachability } from '../../simulation/network/reachability.ts'
import type { MiddleboxSection } from '../schema/middleboxes.ts'
import type { Findings } from '../tree/findings.ts'

/**
 * The idle timeout of AWS NAT gateways and network load balancers. After it, they answer the next packet with a reset.
 */
const DEFAULT_IDLE_NS = 350 * NS_PER_S

/** The timeouts of the HAProxy in kubeadm's guide (kubernetes/kubeadm, "HA considerations"). */
const DEFAULT_SIDE_NS = 35 * NS_PER_S
const DEFAULT_CONNECT_NS = 5 * NS_PER_S

const KEYS_OF_PROXIES = ['on', 'timeout'] as const
const KEYS_OF_TRACKERS = ['idle', 'expired'] as const

/**
 * Resolves middleboxes. Their hosts must exist and lie on a route. A host has at most one nat or balancer, and at most
 * one proxy on each host. `reachability` is null if the topology has problems.
 */
export function resolveMiddleboxes(
  sections: ReadonlyMap<string, MiddleboxSection> = new Map(),
  reachability: Reachability | null,
  findings: Findings,
): MiddleboxBlueprint[] {
  const hosts = findings.namesIn('hosts')
  const taken = new Map<string, string>()
  return [...sections].map(([name, section]) => {
    const path = ['middleboxes', name]
    const { kind, before } = section
    const isKnown = findings.checkName([...path, 'before'], 'host', before, hosts)
    checkKeys(section, path, findings)
    const box = kind === 'proxy' ? proxyOf(name, section) : trackerOf(name, kind, section)
    if (isKnown && box.kind === 'proxy') checkPlace(box, hosts, reachability, findings)
    const place = box.kind === 'proxy' ? `${before} on ${box.on}` : before
    const other = taken.get(place)
    if (other !== undefined)
      findings.contradict([...path, 'before'], `the middlebox ${other} stands before ${place} already`, {
        hint:
          box.kind === 'proxy'
            ? 'give one of them another `on`, or join their ports'
            : 'a host has one nat or balancer; give it the shorter of the idle times',
      })
    taken.set(place, name)
    return box
  })
}

/** Reports keys that have no meaning for this kind of middlebox. */
function checkKeys(section: MiddleboxSection, path: readonly string[], findings: Findings): void {
  const isProxy = section.kind === 'proxy'
  for (const key of isProxy ? KEYS_OF_TRACKERS : KEYS_OF_PROXIES)
    if (section[key] !== undefined)
      findings.contradict([...path, key], `a ${section.kind} has no \`${key}\``, {
        at: 'key',
        hint: isProxy
          ? 'a proxy ends idle connections by `timeout: { client: ..., server: ... }`'
          : `only a proxy has \`${key}\`; a ${section.kind} has \`idle\` and \`expired\``,
      })
}

function trackerOf(
  name: string,
  kind: TrackingMiddleboxBlueprint['kind'],
  { before, ports, idle, expired }: MiddleboxSection,
): TrackingMiddleboxBlueprint {
  return {
    name,
    kind,
    before,
    ports: ports ?? null,
    idleNs: idle ?? DEFAULT_IDLE_NS,
    expired: expired ?? 'reset-on-next',
  }
}

function proxyOf(name: string, { before, on, ports, timeout = {} }: MiddleboxSection): ProxyBlueprint {
  return {
    name,
    kind: 'proxy',
    before,
    on: on ?? before,
    ports: ports ?? null,
    clientIdleNs: timeout.client ?? DEFAULT_SIDE_NS,
    serverIdleNs: timeout.server ?? DEFAULT_SIDE_NS,
    tunnelIdleNs: timeout.tunnel ?? null,
    connectNs: timeout.connect ?? DEFAULT_CONNECT_NS,
  }
}

/** Reports a proxy that no packet to its server passes. */
function checkPlace(
  { name, before, on }: ProxyBlueprint,
  hosts: ReadonlySet<string>,
  reachability: Reachability | null,
  findings: Findings,
): void {
  const place = ['middleboxes', name, 'on']
  if (on === before || !findings.checkName(place, 'host', on, hosts) || reachability === null) return
  if ([...hosts].some((from) => from !== on && reachability.passes(from, before, on))) return
  findings.contradict(place, `no packet to ${before} goes through ${on}`, {
    hint: `connect clients to ${on}, and ${on} to ${before}; or leave \`on\` out, and the proxy runs on ${before}`,
  })
}
