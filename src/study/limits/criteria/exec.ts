import { NS_PER_S } from '../../../engine/ticks.ts'
import type { LimitCriterion } from './criterion.ts'
import { shareFailed } from './probe-counts.ts'

const EXEC = 'limits-exec'

export const exec: LimitCriterion = {
  title: 'exec fails',
  meaning:
    'more than 1 % of the keys that are typed in sessions of exec have no echo, or one comes more than a minute later',
  unit: 'share of keys',
  probes: [
    {
      name: EXEC,
      over: 'to-kubelets',
      workload: { kind: 'exec', rate: '0.5/s', for: '20s' },
      everyNs: 15 * NS_PER_S,
    },
  ],
  measure: (result) => shareFailed(result, EXEC),
}
