import type { LimitCriterion } from './criterion.ts'
import { HEARTBEATS } from './heartbeats.ts'

export const flapping: LimitCriterion = {
  title: 'node flaps',
  meaning: 'a node is NotReady twice or more',
  unit: 'times a node',
  probes: [HEARTBEATS],
  measure({ nodes }) {
    const times = nodes.map(({ transitions }) => transitions.filter((change) => !change.ready).length)
    const most = Math.max(0, ...times)
    return { isBroken: most > 1, figure: most }
  },
}
