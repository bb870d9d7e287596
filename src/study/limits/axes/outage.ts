import { NS_PER_S } from '../../../engine/ticks.ts'
import type { Blueprint } from '../../../simulation/blueprint.ts'
import type { LimitAxis, LimitPlace } from './axis.ts'
import { betweenByRatio } from './between.ts'
import { OUTAGE_AT_NS, RECOVERY_NS } from './times.ts'

/** The fractional part of multiples of this is spread evenly from 0 to 1 (the golden ratio). */
const SPREAD = 0.618033988749895
/** The time over which the begins of outages are spread by seeds, since heartbeats and probes have their own rhythm. */
const SPREAD_NS = 15 * NS_PER_S

/** Returns the scenario with links and segments that are down for a time. */
export function withOutage(blueprint: Blueprint, { media }: LimitPlace, forNs: number): Blueprint {
  const turns = Math.abs(blueprint.seed) * SPREAD
  const atNs = OUTAGE_AT_NS + Math.round((turns - Math.floor(turns)) * SPREAD_NS)
  const events = media.map((link) => ({ kind: 'link-state', atNs, forNs, link, state: 'down' }) as const)
  return { ...blueprint, events: [...blueprint.events, ...events] }
}

export const OUTAGE_GRID = [1, 3, 10, 20, 40, 80, 160, 320, 640].map((seconds) => seconds * NS_PER_S)

export function outageDurationNs(value: number): number {
  return OUTAGE_AT_NS + SPREAD_NS + value + RECOVERY_NS
}

export const outage: LimitAxis = {
  title: 'outage',
  meaning: 'the time for which no packets pass between control plane and any node',
  unit: 'ns',
  grid: OUTAGE_GRID,
  between: betweenByRatio,
  appliesTo: ({ longest }) => longest,
  durationNs: outageDurationNs,
  apply: withOutage,
}
