import type { LimitAxis } from './axis.ts'
import { betweenInSteps } from './between.ts'
import { STEADY_NS } from './times.ts'
import { withLinks } from './with-links.ts'

export const loss: LimitAxis = {
  title: 'loss',
  meaning: 'the share of packets that are lost, independently and in each direction, from the start of the run',
  unit: 'ratio',
  grid: [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  between: betweenInSteps(50),
  appliesTo: ({ longest }) => longest,
  durationNs: () => STEADY_NS,
  apply: (blueprint, { media }, lossRatio) => withLinks(blueprint, media, (options) => ({ ...options, lossRatio })),
}
