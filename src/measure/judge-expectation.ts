import { NS_PER_MS } from '../engine/ticks.ts'
import { isWithin } from './comparison.ts'
import type { Expectation } from './expectation.ts'
import { judgeAttack } from './judge-attack.ts'
import { judgeNode } from './judge-node.ts'
import type { ExpectationResult, Judgement, Result, WorkloadResult } from './result.ts'

/** A result without judged expectations. */
export type Measured = Omit<Result, 'expectations'>

const BPS_PER_MBPS = 1_000_000

/** Judges an expectation by a result. If the value was not measured, it is not met, and `measured` says why. */
export function judge(expectation: Expectation, measured: Measured): ExpectationResult {
  return { expect: expectation.text, ...judgementOf(expectation, measured) }
}

function judgementOf(expectation: Expectation, measured: Measured): Judgement {
  switch (expectation.kind) {
    case 'latency': {
      const { statistic, comparison, boundNs } = expectation
      const workload = workloadOf(measured, expectation.workload)
      const valueMs = workload.latencyMs[statistic]
      if (valueMs === null) return { met: false, measured: whyNoLatency(workload, statistic) }
      return { met: isWithin(valueMs * NS_PER_MS, comparison, boundNs), measured: `${valueMs}ms` }
    }
    case 'throughput': {
      const valueMbps = workloadOf(measured, expectation.workload).throughputMbps
      if (valueMbps === null) return { met: false, measured: 'no request was completed' }
      const met = isWithin(valueMbps * BPS_PER_MBPS, expectation.comparison, expectation.boundBps)
      return { met, measured: `${valueMbps}Mbps` }
    }
    case 'failed': {
      const { failed, completed } = workloadOf(measured, expectation.workload)
      if (failed + completed === 0) return { met: false, measured: 'no request ended' }
      return {
        met: isWithin(failed, expectation.comparison, expectation.bound),
        measured: counted(failed, 'failed request'),
      }
    }
    case 'node-ready':
    case 'node-not-ready':
      return judgeNode(expectation, measured.nodes)
    case 'digest': {
      const digest = expectation.workload === null ? measured.digest : workloadOf(measured, expectation.workload).digest
      return { met: digest.startsWith(expectation.prefix), measured: digest }
    }
    default:
      return judgeAttack(expectation, measured)
  }
}

function workloadOf(measured: Measured, name: string): WorkloadResult {
  const workload = measured.workloads.find((candidate) => candidate.name === name)
  if (workload === undefined) throw new RangeError(`no workload is named ${name}`)
  return workload
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function whyNoLatency({ completed }: WorkloadResult, statistic: string): string {
  if (completed === 0) return 'no request was completed'
  return `${statistic} needs ${statistic === 'p95' ? 20 : 100} completed requests, there are ${completed}`
}
