import { NS_PER_MS } from '../engine/ticks.ts'
import { holds } from './comparison.ts'
import type { Expectation } from './expectation.ts'
import { judgeAttack } from './judge-attack.ts'
import { judgeNode } from './judge-node.ts'
import type { ExpectationResult, Result, WorkloadResult } from './result.ts'

/** What an expectation is judged by: all of a result but the judgement. */
export type Measured = Omit<Result, 'expectations'>

const BPS_PER_MBPS = 1_000_000

/** Holds what was measured against what was expected. What was not measured is not met, and says why. */
export function judge(expectation: Expectation, measured: Measured): ExpectationResult {
  switch (expectation.kind) {
    case 'latency': {
      const workload = workloadOf(measured, expectation.workload)
      const valueMs = workload.latencyMs[expectation.statistic]
      if (valueMs === null) return verdict(expectation, false, whyNoLatency(workload, expectation.statistic))
      return verdict(
        expectation,
        holds(valueMs * NS_PER_MS, expectation.comparison, expectation.boundNs),
        `${valueMs}ms`,
      )
    }
    case 'throughput': {
      const valueMbps = workloadOf(measured, expectation.workload).throughputMbps
      if (valueMbps === null) return verdict(expectation, false, 'no request was completed')
      return verdict(
        expectation,
        holds(valueMbps * BPS_PER_MBPS, expectation.comparison, expectation.boundBps),
        `${valueMbps}Mbps`,
      )
    }
    case 'failed': {
      const { failed } = workloadOf(measured, expectation.workload)
      return verdict(expectation, holds(failed, expectation.comparison, expectation.bound), `${failed}`)
    }
    case 'node-ready':
    case 'node-not-ready': {
      const { met, measured: found } = judgeNode(expectation, measured.nodes)
      return verdict(expectation, met, found)
    }
    case 'digest': {
      const digest = expectation.workload === null ? measured.digest : workloadOf(measured, expectation.workload).digest
      return verdict(expectation, digest.startsWith(expectation.prefix), digest)
    }
    case 'secret':
    case 'never':
    case 'verdict':
    case 'exposure':
    case 'noticed': {
      const { met, measured: found } = judgeAttack(expectation, measured)
      return verdict(expectation, met, found)
    }
  }
}

function verdict({ text }: Expectation, met: boolean, measured: string): ExpectationResult {
  return { expect: text, met, measured }
}

function workloadOf(measured: Measured, name: string): WorkloadResult {
  const workload = measured.workloads.find((candidate) => candidate.name === name)
  if (workload === undefined) throw new RangeError(`no workload is named ${name}`)
  return workload
}

function whyNoLatency({ completed }: WorkloadResult, statistic: string): string {
  if (completed === 0) return 'no request was completed'
  return `${statistic} needs ${statistic === 'p95' ? 20 : 100} completed requests, there are ${completed}`
}
