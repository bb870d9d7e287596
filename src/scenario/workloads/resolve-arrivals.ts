import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'
import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import type { Findings } from '../problems/findings.ts'
import { MAX_REQUESTS, type WorkloadSection } from '../schema/workloads.ts'
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

/** Kinds that go on beside everything else; the run does not wait for them. */
const BACKGROUND: readonly WorkloadKind[] = ['heartbeat', 'watch', 'stream']
/** Kinds that are one request where nothing is said. */
const SINGLE: readonly WorkloadKind[] = ['list', 'logs', 'exec', 'port-forward', 'proxy-get']

const DEFAULT_CHUNK_BYTES = 4_096
const KEYS_PER_S = 5
const EVENTS_PER_S = 1
/** A lease is renewed four times in its duration (renewIntervalFraction, pkg/kubelet/nodelease/controller.go). */
const RENEWALS_A_LEASE = 4
const DEFAULT_HEARTBEAT_NS = 10 * NS_PER_S

export function arrivalsOf(context: ArrivalContext): Arrivals {
  const { kind, section } = context
  if (kind === 'stream') return flow(context)
  if (kind === 'logs' && section.rate !== undefined && 'bytesPerS' in section.rate) return flow(context)
  const ratePerS = ratePerSOf(context)
  return ratePerS === null ? closedLoop(context) : openLoop(context, ratePerS)
}

/** null: a closed loop. */
function ratePerSOf({ name, kind, section, cluster, findings }: ArrivalContext): number | null {
  const { rate } = section
  if (rate !== undefined) {
    if ('requestsPerS' in rate) return rate.requestsPerS
    const message = `a workload of kind ${kind} counts requests, not bytes`
    findings.report(['workloads', name, 'rate'], 'wrong-unit', message, { hint: 'write it like 50/s' })
    return 1
  }
  if (kind === 'heartbeat') return NS_PER_S / heartbeatPeriodNs(cluster)
  if (kind === 'watch') return EVENTS_PER_S
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
    findings.report(place, 'missing-key', `workloads.${name} says neither requests nor rate`, {
      at: 'key',
      hint: 'write requests: 100 for a closed loop, or rate: 50/s for an open one',
    })
  } else if (concurrency > requests) {
    findings.contradict([...place, 'concurrency'], `${concurrency} clients cannot share ${requests} requests`)
  }
  for (const key of ['arrivals', 'for'] as const) {
    if (section[key] !== undefined) {
      findings.contradict([...place, key], `${key} belongs to an open loop, and this workload has no rate`, {
        at: 'key',
        hint: 'a closed loop ends with its requests',
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
      findings.contradict([...place, key], `${key} belongs to a closed loop, and this workload has a rate`, {
        at: 'key',
        hint: 'an open loop ends after `for`',
      })
    }
  }
  if (ratePerS === 0) findings.report([...place, 'rate'], 'out-of-range', 'no requests come at a rate of zero')
  const forNs = spanOf(context)
  if (forNs !== null && (ratePerS * forNs) / NS_PER_S > MAX_REQUESTS) {
    findings.report(
      [...place, 'rate'],
      'out-of-range',
      `this makes more than ${MAX_REQUESTS} requests, up to which percentiles are exact`,
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
    const message = `a workload of kind ${kind} flows in bytes, not in requests`
    findings.report([...place, 'rate'], 'wrong-unit', message, { hint: 'write it like 200KB/s' })
  } else if (rate.bytesPerS === 0)
    findings.report([...place, 'rate'], 'out-of-range', 'nothing flows at a rate of zero')
  for (const key of ['requests', 'concurrency', 'arrivals', 'response'] as const) {
    if (section[key] === undefined || kind === 'stream') continue
    const message = `${key} belongs to logs that are fetched, and these are followed at a rate`
    findings.contradict([...place, key], message, { at: 'key' })
  }
  const bytesPerS = rate !== undefined && 'bytesPerS' in rate ? rate.bytesPerS : 1
  const forNs = spanOf(context)
  if (forNs !== null && ((bytesPerS / chunkBytes) * forNs) / NS_PER_S > MAX_CHUNKS) {
    const hint = 'write a larger chunk, such as 64KB'
    findings.report([...place, 'rate'], 'out-of-range', `this makes more than ${MAX_CHUNKS} chunks`, { hint })
  }
  return { kind: 'flow', bytesPerS, chunkBytes, forNs }
}

const MAX_CHUNKS = 100_000_000

/** Until the scenario ends; null: in the background, as long as anything else goes on. */
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
    findings.contradict([...place, 'start'], 'the workload starts when the scenario is over')
    return 1
  }
  return forNs
}
