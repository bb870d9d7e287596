import type { LimitCriterion } from './criterion.ts'
import { HEARTBEATS } from './heartbeats.ts'

export const evicted: LimitCriterion = {
  title: 'pods evicted',
  meaning: 'the pods of a node are evicted',
  unit: 'nodes',
  probes: [HEARTBEATS],
  measure({ nodes }) {
    const emptied = nodes.filter(({ evictedNs }) => evictedNs !== null).length
    return { isBroken: emptied > 0, figure: emptied }
  },
}
