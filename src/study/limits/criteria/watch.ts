import type { LimitCriterion } from './criterion.ts'

const CHANGES = 'limits-changes'
/** A pod is to have started 5 s after it was made (kubernetes/community, sig-scalability/slos, pod startup latency). */
const LATE_MS = 5_000

export const watch: LimitCriterion = {
  title: 'watch late',
  meaning: 'a kubelet learns a change of its pods more than 5 s after it happened, or never',
  unit: 's',
  probes: [
    { name: CHANGES, over: 'to-apiserver', workload: { kind: 'pod-changes', rate: '6/m' }, isRatePerNode: true },
  ],
  measure({ workloads }) {
    const own = workloads.filter(({ name }) => name.startsWith(CHANGES))
    const latest = Math.max(0, ...own.map(({ latencyMs }) => latencyMs.max ?? 0))
    const isMissing = own.some(({ completed, unfinished }) => unfinished > 0 || completed === 0)
    return { isBroken: latest > LATE_MS || isMissing, figure: isMissing ? null : latest / 1000 }
  },
}
