import type { LimitCriterion } from './criterion.ts'
import { HEARTBEATS } from './heartbeats.ts'

export const ready: LimitCriterion = {
  title: 'node NotReady',
  meaning: 'a node is NotReady at some time',
  unit: 'nodes',
  probes: [HEARTBEATS],
  measure({ nodes }) {
    const lost = nodes.filter(({ transitions }) => transitions.some((change) => !change.ready)).length
    return { isBroken: lost > 0, figure: lost }
  },
}
