import { NS_PER_MS, NS_PER_S } from '../../engine/ticks.ts'
import type { LinkOptions } from '../../network/link-options.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { LimitAxis, LimitPlace } from './axis.ts'
import { betweenByRatio, betweenInSteps } from './between.ts'
import { longestOf } from './control-links.ts'

/** The length of a run with a constantly bad network. */
const STEADY_NS = 600 * NS_PER_S

/** The time at which outages begin. By then, connections are established and nodes have sent heartbeats. */
const OUTAGE_AT_NS = 60 * NS_PER_S

/**
 * The time for recovery after an outage. TCP retransmits after 120 s at the latest (TCP_RTO_MAX), and connections that
 * are then found to be lost are dialled again.
 */
const RECOVERY_NS = 240 * NS_PER_S

/** The golden ratio. The fractional parts of its multiples are spread evenly from 0 to 1. */
const SPREAD = 0.618033988749895
/** The time over which seeds spread the starts of outages. It is needed because heartbeats and probes are periodic. */
const SPREAD_NS = 15 * NS_PER_S

const OUTAGE_GRID = [1, 3, 10, 20, 40, 80, 160, 320, 640].map((seconds) => seconds * NS_PER_S)

/** The axes of `onpath limits`, in the order of its tables. */
export const LIMIT_AXES = {
  rtt: {
    title: 'round-trip time',
    meaning: 'the round-trip time between control plane and nodes, from the start of the run',
    unit: 'ns',
    grid: [
      10 * NS_PER_MS,
      30 * NS_PER_MS,
      100 * NS_PER_MS,
      300 * NS_PER_MS,
      NS_PER_S,
      3 * NS_PER_S,
      10 * NS_PER_S,
      30 * NS_PER_S,
    ],
    between: betweenByRatio,
    appliesTo: ({ longest }) => longest,
    durationNs: () => STEADY_NS,
    apply: (blueprint, { media, links }, value) =>
      withLinks(blueprint, media, (options, name) => {
        const route = links.routes.find((one) => one.media.some((medium) => medium.name === name))
        const others = (route?.media ?? []).filter((medium) => medium.name !== name)
        const otherNs = others.reduce((sum, { delayNs }) => sum + delayNs, 0)
        return { ...options, delayNs: Math.max(0, Math.round(value / 2) - otherNs) }
      }),
  },
  loss: {
    title: 'loss',
    meaning: 'the share of packets that are lost, independently and in each direction, from the start of the run',
    unit: 'ratio',
    grid: [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    between: betweenInSteps(50),
    appliesTo: ({ longest }) => longest,
    durationNs: () => STEADY_NS,
    apply: (blueprint, { media }, lossRatio) => withLinks(blueprint, media, (options) => ({ ...options, lossRatio })),
  },
  outage: {
    title: 'outage',
    meaning: 'the time for which no packets pass between control plane and any node',
    unit: 'ns',
    grid: OUTAGE_GRID,
    between: betweenByRatio,
    appliesTo: ({ longest }) => longest,
    durationNs: outageDurationNs,
    apply: withOutage,
  },
  'node-outage': {
    title: 'outage of a node',
    meaning: 'the time for which no packets pass between control plane and one node, while the others are well',
    unit: 'ns',
    grid: OUTAGE_GRID,
    between: betweenByRatio,
    appliesTo({ routes }) {
      const own = routes.map(({ media }) => {
        const medium = longestOf(media)
        const users = routes.filter((route) => route.media.some(({ name }) => name === medium?.name))
        return users.length === 1 && medium?.kind === 'link' ? medium.name : null
      })
      const first = own.find((name) => name !== null)
      return first === undefined || first === null ? { absent: 'no node has a link to itself' } : [first]
    },
    durationNs: outageDurationNs,
    apply: withOutage,
  },
} satisfies Readonly<Record<string, LimitAxis>>

export type LimitAxisName = keyof typeof LIMIT_AXES

/** Returns the scenario with other options of both directions of these links and segments. */
function withLinks(
  blueprint: Blueprint,
  media: readonly string[],
  change: (options: LinkOptions, name: string) => LinkOptions,
): Blueprint {
  const isMeant = ({ name }: { readonly name: string }) => media.includes(name)
  return {
    ...blueprint,
    links: blueprint.links.map((link) =>
      isMeant(link)
        ? { ...link, forward: change(link.forward, link.name), backward: change(link.backward, link.name) }
        : link,
    ),
    segments: blueprint.segments.map((segment) =>
      isMeant(segment) ? { ...segment, options: change(segment.options, segment.name) } : segment,
    ),
  }
}

/** Returns the scenario with links and segments that are down for a time. */
function withOutage(blueprint: Blueprint, { media }: LimitPlace, forNs: number): Blueprint {
  const turns = Math.abs(blueprint.seed) * SPREAD
  const atNs = OUTAGE_AT_NS + Math.round((turns - Math.floor(turns)) * SPREAD_NS)
  const events = media.map((link) => ({ kind: 'link-state', atNs, forNs, link, state: 'down' }) as const)
  return { ...blueprint, events: [...blueprint.events, ...events] }
}

function outageDurationNs(value: number): number {
  return OUTAGE_AT_NS + SPREAD_NS + value + RECOVERY_NS
}
