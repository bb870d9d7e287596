import { longestOf } from '../control-links.ts'
import type { LimitAxis } from './axis.ts'
import { betweenByRatio } from './between.ts'
import { OUTAGE_GRID, outageDurationNs, withOutage } from './outage.ts'

export const nodeOutage: LimitAxis = {
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
}
