import type { Path } from '../../cluster/paths/path.ts'
import { assert } from '../../engine/assert.ts'
import { combineDigests, formatDigest } from '../../engine/digest.ts'
import { NONE } from '../../engine/table.ts'
import { HTTP_2 } from '../../http/http-connection.ts'
import type { Latencies } from '../../measure/latencies.ts'
import { median, milliseconds, summarizeLatencies } from '../../measure/order-statistics.ts'
import type { BreakdownNs, FailureResult, WorkloadResult } from '../../measure/result.ts'
import { medianThroughputMbps, megabitsPerSecond } from '../../measure/throughput.ts'
import { PARTS } from '../../network/activity.ts'
import { FAILURE_REASONS } from '../../transport/streams/failure.ts'
import { proxyErrorText } from '../../workload/proxy-error.ts'
import type { Failure, Setup } from '../../workload/rows.ts'
import type { Workload } from '../../workload/workload.ts'
import { Shares } from '../accounts/shares.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import { isHiddenWorkload } from '../heartbeats/status-reports.ts'
import { agentSetupsOf } from '../konnectivity/collect-konnectivity.ts'
import { describeMedium, describeProtection, letterOf } from '../paths/describe-path.ts'
import type { Simulation } from '../simulation.ts'

/**
 * The data from which the results of all workloads are collected. Setups and failures are read once for all workloads.
 */
interface Collection {
  readonly simulation: Simulation
  readonly blueprint: Blueprint
  readonly shares: Shares
  /** The measured setups, by workload. */
  readonly setups: ReadonlyMap<number, readonly Setup[]>
  readonly failures: ReadonlyMap<number, readonly Failure[]>
}

function collectionOf(simulation: Simulation, blueprint: Blueprint): Collection {
  const { setups, failures } = simulation.workloads.measurements
  return {
    simulation,
    blueprint,
    shares: new Shares(simulation),
    setups: byWorkload(setups.everyRow(), (row) => setups.workload[row]),
    failures: byWorkload(failures.everyRow(), (row) => failures.workload[row]),
  }
}

function byWorkload<R>(rows: Iterable<R>, workloadOf: (row: R) => number): Map<number, R[]> {
  const lists = new Map<number, R[]>()
  for (const row of rows) {
    const list = lists.get(workloadOf(row))
    if (list === undefined) lists.set(workloadOf(row), [row])
    else list.push(row)
  }
  return lists
}

/** Returns the result of each workload, over all instances of its path. */
export function collectWorkloads(simulation: Simulation, blueprint: Blueprint): WorkloadResult[] {
  const instances = new Map<string, number[]>()
  simulation.plan.workloads.forEach(({ declared }, workload) => {
    if (isHiddenWorkload(declared)) return
    const others = instances.get(declared)
    if (others === undefined) instances.set(declared, [workload])
    else others.push(workload)
  })
  const collection = collectionOf(simulation, blueprint)
  return [...instances]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, workloads]) => workloadResult(collection, name, workloads))
}

/** Returns the result of each workload on each instance of its path, for paths with several instances. */
export function collectInstances(simulation: Simulation, blueprint: Blueprint): WorkloadResult[] {
  const { workloads } = simulation.plan
  const collection = collectionOf(simulation, blueprint)
  return workloads.flatMap(({ name, declared }, workload) =>
    name === declared || isHiddenWorkload(declared) ? [] : [workloadResult(collection, name, [workload])],
  )
}

/** Returns the digest of a workload's requests and responses. */
export function workloadDigestOf({ workloads }: Simulation, workload: number): { hi: number; lo: number } {
  const { table } = workloads
  const row = table.rowOf(workload)
  return { hi: table.digestHigh[row], lo: table.digestLow[row] }
}

function workloadResult(collection: Collection, name: string, instances: readonly number[]): WorkloadResult {
  const { simulation, blueprint, shares } = collection
  const { plan, workloads, accounts } = simulation
  const { table } = workloads
  const [first] = instances
  const { path, requestBodyBytes, traffic, responseBodyBytes } = plan.workloads[first]
  const latencies = latenciesOf(simulation, instances)
  const sum = (of: (workload: number) => number) => instances.reduce((total, workload) => total + of(workload), 0)
  const declared = blueprintOf(blueprint, plan.paths[path].name)
  const started = instances.map((workload) => table.firstStartTick[table.rowOf(workload)]).filter((tick) => tick >= 0)
  const { hi, lo } = digestOf(simulation, instances)
  const breakdownNs = breakdownOf(simulation, instances)
  // Its first request could not be sent: a connection, a tunnel or a token is missing.
  const neverAsked = (workload: number) =>
    table.issued[table.rowOf(workload)] === 0 && table.hasBegun(table.rowOf(workload))
  return {
    name,
    path: declared.declared,
    kind: declared.kind,
    letter: letterOf(declared),
    isBackground: instances.every((workload) => lastsToTheEnd(simulation, workload)),
    instances: instances.length,
    medium: describeMedium(blueprint, plan, path),
    protection: describeProtection(blueprint, plan.paths[path].name),
    completed: sum((workload) => table.completed[table.rowOf(workload)]),
    failed: sum((workload) => table.failed[table.rowOf(workload)]),
    unfinished:
      sum((workload) => table.issued[table.rowOf(workload)]) -
      sum((workload) => table.settled[table.rowOf(workload)]) +
      instances.filter(neverAsked).length,
    failures: failuresOf(collection, instances),
    digest: formatDigest(hi, lo),
    latencyMs: summarizeLatencies(latencies),
    setupMs: milliseconds(median(setupsOf(collection, instances))),
    tunnelSetupMs: milliseconds(median(tunnelSetupsOf(simulation, instances))),
    throughputMbps:
      traffic.kind === 'flow'
        ? median(instances.flatMap((workload) => streamMbps(simulation, workload)))
        : medianThroughputMbps(requestBodyBytes + responseBodyBytes, latencies),
    aggregateMbps: megabitsPerSecond(
      sum((workload) => table.deliveredBytes[table.rowOf(workload)]),
      Math.max(...instances.map((workload) => table.lastByteTick[table.rowOf(workload)])) - Math.min(...started),
    ),
    wireBytes: instances.reduce(
      (total, workload) => total + shares.chargedTo(workload, (account) => accounts.wireBytes[account]),
      0,
    ),
    packets: instances.reduce(
      (total, workload) => total + shares.chargedTo(workload, (account) => accounts.packets[account]),
      0,
    ),
    deliveredBytes: sum((workload) => table.deliveredBytes[table.rowOf(workload)]),
    unchecked: uncheckedModels(blueprint, plan.paths[path], plan.workloads[first], breakdownNs),
    breakdownNs,
  }
}

/** Returns the throughput of each stream: delivered bits over its duration. */
function streamMbps({ workloads }: Simulation, workload: number): number[] {
  const { table } = workloads
  const row = table.rowOf(workload)
  const mbps = megabitsPerSecond(table.deliveredBytes[row], table.lastByteTick[row] - table.firstStartTick[row])
  return mbps === null ? [] : [mbps]
}

function blueprintOf(blueprint: Blueprint, instance: string): PathBlueprint {
  const path = blueprint.paths.find(({ name }) => name === instance)
  assert(path !== undefined, 'a workload has its path')
  return path
}

/**
 * Returns whether a workload lasts until the end of the run: the run does not wait for it, or it is a stream until the
 * scenario's `duration`.
 */
function lastsToTheEnd({ plan, workloads }: Simulation, workload: number): boolean {
  const { traffic, startNs } = plan.workloads[workload]
  if (workloads.table.isBackground[workloads.table.rowOf(workload)] === 1) return true
  return traffic.kind === 'flow' && plan.durationNs !== null && startNs + traffic.forNs >= plan.durationNs
}

/** Returns the names of models that affected the result and were never compared with real systems. */
function uncheckedModels(
  blueprint: Blueprint,
  path: Path,
  { declared, version }: Workload,
  { retransmission }: BreakdownNs,
): string[] {
  const { target } = blueprint.workloads.find(({ name }) => name === declared) ?? { target: null }
  const isPassedOn = target !== null && blueprint.cluster?.apiserver.configuration.egressSelector === 'konnectivity'
  return [
    ...(version === HTTP_2 && retransmission > 0 ? ['http/2 under loss'] : []),
    ...(path.konnectivity !== null || isPassedOn ? ['konnectivity'] : []),
  ]
}

function digestOf(simulation: Simulation, instances: readonly number[]): { hi: number; lo: number } {
  if (instances.length === 1) return workloadDigestOf(simulation, instances[0])
  const { plan } = simulation
  return combineDigests(
    instances.map((workload) => ({ ...workloadDigestOf(simulation, workload), name: plan.workloads[workload].name })),
  )
}

/**
 * Returns the latencies of these instances: of one, or of all instances of a workload. If some of a workload's
 * latencies were only counted, those of a single instance are unknown.
 */
function latenciesOf({ workloads }: Simulation, instances: readonly number[]): Latencies {
  const { table, measurements } = workloads
  const { samples } = measurements
  const counted = measurements.countedOf(instances[0])
  const isPart = counted.count > 0 && instances.length < measurements.instancesOf(instances[0])
  const completed = instances.reduce((sum, workload) => sum + table.completed[table.rowOf(workload)], 0)
  const exactNs = new Float64Array(Math.min(completed, samples.count))
  let count = 0
  for (const workload of isPart ? [] : instances)
    for (let sample = table.lastSample[table.rowOf(workload)]; sample !== NONE; sample = samples.previousOf(sample))
      exactNs[count++] = samples.latencyNsOf(sample)
  return { exactNs: exactNs.subarray(0, count), counted: isPart || counted.count === 0 ? null : counted }
}

function setupsOf({ simulation, setups }: Collection, instances: readonly number[]): number[] {
  const { setupNs } = simulation.workloads.measurements.setups
  return instances.flatMap((workload) => (setups.get(workload) ?? []).map((setup) => setupNs[setup]))
}

/** Returns the setup times of all tunnels that these instances may use and that were set up. */
function tunnelSetupsOf(simulation: Simulation, instances: readonly number[]): number[] {
  const { plan, tunnels } = simulation
  const used = new Set(instances.flatMap((workload) => plan.paths[plan.workloads[workload].path].tunnels))
  const ofTunnels = [...used].map((tunnel) => tunnels.table.setupNs[tunnel]).filter((setupNs) => setupNs >= 0)
  const ofAgents = agentSetupsOf(
    simulation,
    instances.map((workload) => plan.workloads[workload].path),
  )
  return [...ofTunnels, ...ofAgents]
}

/** Counts the failed requests by reason and by the server's message, sorted by these texts. */
function failuresOf({ simulation, failures }: Collection, instances: readonly number[]): FailureResult[] {
  const table = simulation.workloads.measurements.failures
  const counts = new Map<string, FailureResult>()
  for (const row of instances.flatMap((workload) => failures.get(workload) ?? [])) {
    const reason = FAILURE_REASONS[table.reason[row]]
    const message = proxyErrorText(table.proxyError[row])
    const key = `${reason}\n${message ?? ''}`
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { reason, ...(message === null ? {} : { message }), count })
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, failure]) => failure)
}

function breakdownOf({ workloads }: Simulation, instances: readonly number[]): BreakdownNs {
  const { table } = workloads
  const parts = PARTS.map((part, index) => {
    const totalNs = instances.reduce((sum, workload) => sum + table.partsNs[table.rowOf(workload) + index], 0)
    return [part, totalNs] as const
  })
  return Object.fromEntries(parts) as Record<(typeof PARTS)[number], number>
}
