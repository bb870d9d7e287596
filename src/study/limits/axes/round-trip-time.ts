import { NS_PER_MS, NS_PER_S } from '../../../engine/ticks.ts'
import type { LimitAxis } from './axis.ts'
import { betweenByRatio } from './between.ts'
import { STEADY_NS } from './times.ts'
import { withLinks } from './with-links.ts'

export const roundTripTime: LimitAxis = {
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
}
