import type { LimitCriterion } from './criterion.ts'
import { shareFailed } from './probe-counts.ts'

export const LOGS = 'limits-logs'

export const logs: LimitCriterion = {
  title: 'logs fail',
  meaning: 'more than 1 % of requests for logs fail or get no response, or one takes more than a minute',
  unit: 'share of requests',
  probes: [{ name: LOGS, over: 'to-kubelets', workload: { kind: 'logs', rate: '6/m', response: '10KB' } }],
  measure: (result) => shareFailed(result, LOGS),
}
