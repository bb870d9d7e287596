import { NS_PER_S } from '../../engine/ticks.ts'
import type { MiddleboxBlueprint } from '../../simulation/blueprint.ts'
import type { Findings } from '../problems/findings.ts'
import type { MiddleboxSection } from '../schema/middleboxes.ts'

/** The idle time of AWS NAT gateways and network load balancers, which answer the next packet with a reset. */
const DEFAULT_IDLE_NS = 350 * NS_PER_S

/** Resolves middleboxes: their hosts must exist, and a host has one at most. */
export function resolveMiddleboxes(
  sections: ReadonlyMap<string, MiddleboxSection> = new Map(),
  findings: Findings,
): MiddleboxBlueprint[] {
  const hosts = findings.namesIn('hosts')
  const taken = new Map<string, string>()
  return [...sections].map(([name, { kind, before, ports, idle, expired }]) => {
    const place = ['middleboxes', name, 'before']
    findings.checkName(place, 'host', before, hosts)
    const other = taken.get(before)
    if (other !== undefined)
      findings.contradict(place, `the middlebox ${other} stands before ${before} already`, {
        hint: 'a host has one middlebox; give it the shorter of the idle times',
      })
    taken.set(before, name)
    return {
      name,
      kind,
      before,
      ports: ports ?? null,
      idleNs: idle ?? DEFAULT_IDLE_NS,
      expired: expired ?? 'reset-on-next',
    }
  })
}
