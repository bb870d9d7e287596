import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MAX_REQUESTS, type WorkloadSection } from '../schema/workloads.ts'
import type { Findings } from '../tree/findings.ts'
import { hasKey } from './workload-keys.ts'

type Arrivals = WorkloadBlueprint['arrivals']

export interface ArrivalContext {
  readonly name: string
  readonly kind: WorkloadKind
  readonly section: WorkloadSection
  readonly durationNs: number | null
  readonly cluster: ClusterEnvironment | null
  readonly findings: Findings
}

/** The kinds of workloads that run in the background. The run does not wait for them. */
const BACKGROUND: readonly WorkloadKind[] = ['heartbeat', 'watch', 'pod-changes', 'stream']
/** The kinds of workloads that send one request by default. */
const SINGLE: readonly WorkloadKind[] = ['list', 'logs', 'exec', 'attach', 'cp', 'port-forward', 'proxy-get']

const DEFAULT_CHUNK_BYTES = 4_096
const KEYS_PER_S = 5
const EVENTS_PER_S = 1
/** Kubelets renew a lease four times in its duration (pkg/kubelet/kubelet.go, NewMainKubelet). */
const RENEWALS_A_LEASE = 4
const DEFAULT_HEARTBEAT_NS = 10 * NS_PER_S

export function arrivalsOf(context: ArrivalContext): Arrivals {
  const { kind, section } = context
  if (kind === 'stream') return flow(context)
  if (kind === 'logs' && section.rate !== undefined && 'bytesPerS' in section.rate) return flow(context)
  const ratePerS = ratePerSOf(context)
  return ratePerS === null ? closedLoop(context) : openLoop(context, ratePerS)
}

/** Returns the rate of an open loop in requests per second; null for a closed loop. */
function ratePerSOf({ name, kind, section, cluster, findings }: ArrivalContext): number | null {
  const { rate } = section
  if (rate !== undefined) {
    if ('requestsPerS' in rate) return rate.requestsPerS
    const message = `the rate of a workload of kind ${kind} is in requests, not in bytes`
    findings.report(['workloads', name, 'rate'], 'wrong-unit', message, { hint: 'write it like 50/s' })
    return 1
  }
  if (kind === 'heartbeat') return NS_PER_S / heartbeatPeriodNs(cluster)
  if (kind === 'watch') return EVENTS_PER_S
  if (kind === 'pod-changes') {
    findings.reportMissing(['workloads', name], 'rate', 'write it like rate: 20/s, for all nodes together')
    return 1
  }
  return kind === 'keystrokes' ? KEYS_PER_S : null
}

function heartbeatPeriodNs(cluster: ClusterEnvironment | null): number {
  const first = cluster === null ? undefined : [...cluster.kubelets.values()][0]
  if (first === undefined) return DEFAULT_HEARTBEAT_NS
  const { nodeLeaseDurationNs, nodeStatusUpdateFrequencyNs } = first.kubelet
  const isLease = abilitiesOf(first.version).kubelet.heartbeat === 'lease'
  return isLease ? nodeLeaseDurationNs / RENEWALS_A_LEASE : nodeStatusUpdateFrequencyNs
}

function closedLoop({ name, kind, section, findings }: ArrivalContext): Arrivals {
  const place = ['workloads', name]
  const { requests = 1, concurrency = 1 } = section
  if (section.requests === undefined && !SINGLE.includes(kind)) {
    findings.report(place, 'missing-key', `workloads.${name} has neither requests nor rate`, {
      at: 'key',
      hint: 'write requests: 100 for a closed loop, or rate: 50/s for an open loop',
    })
  } else if (concurrency > requests) {
    findings.contradict(
      [...place, 'concurrency'],
      `there are more clients (${concurrency}) than requests (${requests})`,
    )
  }
  for (const key of ['arrivals', 'for'] as const) {
    if (section[key] !== undefined) {
      findings.contradict([...place, key], `${key} needs an open loop, and this workload has no rate`, {
        at: 'key',
        hint: 'add a rate, or leave it out',
      })
    }
  }
  return { kind: 'closed', requests, concurrency }
}

function openLoop(context: ArrivalContext, ratePerS: number): Arrivals {
  const { name, kind, section, findings } = context
  const place = ['workloads', name]
  for (const key of ['requests', 'concurrency'] as const) {
    if (section[key] !== undefined && hasKey(kind, key)) {
      findings.contradict([...place, key], `${key} needs a closed loop, and this workload has a rate`, {
        at: 'key',
        hint: 'leave the rate out, or use `for`',
      })
    }
  }
  if (ratePerS === 0) findings.report([...place, 'rate'], 'out-of-range', 'the rate must be more than zero')
  const forNs = spanOf(context)
  const isSpread = kind === 'pod-changes'
  const most = isSpread ? MAX_CHUNKS : MAX_REQUESTS
  if (forNs !== null && (ratePerS * forNs) / NS_PER_S > most) {
    findings.report(
      [...place, 'rate'],
      'out-of-range',
      `the workload would send more than ${most} ${isSpread ? 'changes' : 'requests'}, which is the limit`,
    )
  }
  return { kind: 'open', ratePerS, spacing: section.arrivals ?? 'fixed', forNs }
}

function flow(context: ArrivalContext): Arrivals {
  const { name, kind, section, findings } = context
  const { rate, chunk: chunkBytes = DEFAULT_CHUNK_BYTES } = section
  const place = ['workloads', name]
  if (rate === undefined) {
    findings.reportMissing(place, 'rate', 'write it like rate: 200KB/s')
  } else if (!('bytesPerS' in rate)) {
    const message = `the rate of a workload of kind ${kind} is in bytes, not in requests`
    findings.report([...place, 'rate'], 'wrong-unit', message, { hint: 'write it like 200KB/s' })
  } else if (rate.bytesPerS === 0)
    findings.report([...place, 'rate'], 'out-of-range', 'the rate must be more than zero')
  for (const key of ['requests', 'concurrency', 'arrivals', 'response'] as const) {
    if (section[key] === undefined || kind === 'stream') continue
    const message = `${key} needs logs that are fetched, and logs with a rate in bytes are followed`
    findings.contradict([...place, key], message, { at: 'key' })
  }
  const bytesPerS = rate !== undefined && 'bytesPerS' in rate ? rate.bytesPerS : 1
  const forNs = spanOf(context)
  if (forNs !== null && ((bytesPerS / chunkBytes) * forNs) / NS_PER_S > MAX_CHUNKS) {
    const hint = 'write a larger chunk, such as 64KB'
    findings.report(
      [...place, 'rate'],
      'out-of-range',
      `the workload would send more than ${MAX_CHUNKS} chunks, which is the limit`,
      { hint },
    )
  }
  return { kind: 'flow', bytesPerS, chunkBytes, forNs }
}

const MAX_CHUNKS = 100_000_000

/** Returns how long an open loop sends; null for a background workload, which ends with the run. */
function spanOf({ name, kind, section, durationNs, findings }: ArrivalContext): number | null {
  const place = ['workloads', name]
  const forNs = section.for ?? (durationNs === null ? null : durationNs - (section.start ?? 0))
  if (forNs === null) {
    if (BACKGROUND.includes(kind)) return null
    findings.report(
      place,
      'missing-key',
      `the key for is missing in workloads.${name}, and the scenario has no duration`,
      { at: 'key', hint: 'write it like for: 60s' },
    )
    return 1
  }
  if (forNs <= 0) {
    findings.contradict([...place, 'start'], 'the workload starts after the end of the run')
    return 1
  }
  return forNs
}
