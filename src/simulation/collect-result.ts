import { combineDigests, formatDigest, type NamedDigest } from '../engine/digest.ts'
import { NONE } from '../engine/table.ts'
import type { Expectation } from '../measure/expectation.ts'
import { judge } from '../measure/judge-expectation.ts'
import { median, milliseconds, summarizeLatencies } from '../measure/order-statistics.ts'
import type { BreakdownNs, LinkResult, Result, TunnelResult, WorkloadResult } from '../measure/result.ts'
import { medianThroughputMbps, megabitsPerSecond } from '../measure/throughput.ts'
import { PART_COUNT, PARTS } from '../network/activity.ts'
import { FAILURE_REASONS } from '../transport/failure.ts'
import type { Blueprint } from './blueprint.ts'
import { describeMedium, describeProtection } from './describe-path.ts'
import type { Simulation } from './simulation.ts'

/** Reads a simulation that has ended. */
export function collectResult(
  simulation: Simulation,
  blueprint: Blueprint,
  expectations: readonly Expectation[],
  ended: Result['ended'],
): Result {
  const { plan, network, timeline } = simulation
  const traffic = plan.directions.map(({ name }, direction) => trafficDigestOf(simulation, direction, name))
  const workloadDigests = plan.workloads.map(({ name }, workload) => workloadDigestOf(simulation, workload, name))
  const trafficDigest = combineDigests(traffic)
  const digest = combineDigests([...workloadDigests, { name: 'traffic', ...trafficDigest }])
  const measured = {
    schemaVersion: 1,
    scenario: blueprint.name,
    seed: blueprint.seed,
    digest: formatDigest(digest.hi, digest.lo),
    trafficDigest: formatDigest(trafficDigest.hi, trafficDigest.lo),
    ended,
    simulatedNs: timeline.now,
    events: simulation.events,
    packets: plan.directions.reduce((sum, _, direction) => sum + network.directions.deliveredPackets[direction], 0),
    workloads: plan.workloads.map((_, workload) => workloadResult(simulation, blueprint, workload)),
    tunnels: plan.tunnels.map((_, tunnel) => tunnelResult(simulation, tunnel)),
    links: plan.directions.map((_, direction) => linkResult(simulation, direction)),
    verdicts: [],
  } as const
  return { ...measured, expectations: expectations.map((expectation) => judge(expectation, measured)) }
}

function trafficDigestOf({ network }: Simulation, direction: number, name: string): NamedDigest {
  return { name, hi: network.directions.digestHigh[direction], lo: network.directions.digestLow[direction] }
}

function workloadDigestOf({ workloads }: Simulation, workload: number, name: string): NamedDigest {
  return { name: `workload/${name}`, hi: workloads.table.digestHigh[workload], lo: workloads.table.digestLow[workload] }
}

function workloadResult(simulation: Simulation, blueprint: Blueprint, workload: number): WorkloadResult {
  const { plan, workloads, tunnels } = simulation
  const { table } = workloads
  const { name, path, requestBodyBytes, responseBodyBytes } = plan.workloads[workload]
  const latenciesNs = latenciesOf(simulation, workload)
  const { tunnel } = plan.paths[path]
  const setupNs = tunnel === NONE ? -1 : tunnels.table.setupNs[tunnel]
  const { hi, lo } = workloadDigestOf(simulation, workload, name)
  return {
    name,
    path: plan.paths[path].name,
    medium: describeMedium(blueprint, plan, path),
    protection: describeProtection(blueprint, plan.paths[path].name),
    completed: table.completed[workload],
    failed: table.failed[workload],
    unfinished: table.issued[workload] - table.completed[workload] - table.failed[workload],
    failures: failuresOf(simulation, workload),
    digest: formatDigest(hi, lo),
    latencyMs: summarizeLatencies(latenciesNs),
    setupMs: milliseconds(median(setupsOf(simulation, workload))),
    tunnelSetupMs: setupNs < 0 ? null : milliseconds(setupNs),
    throughputMbps: medianThroughputMbps(requestBodyBytes + responseBodyBytes, latenciesNs),
    aggregateMbps: megabitsPerSecond(
      table.deliveredBytes[workload],
      table.lastByteTick[workload] - table.firstStartTick[workload],
    ),
    wireBytes: chargedTo(simulation, workload, simulation.accounts.wireBytes),
    packets: chargedTo(simulation, workload, simulation.accounts.packets),
    deliveredBytes: table.deliveredBytes[workload],
    breakdownNs: breakdownOf(simulation, workload),
  }
}

function latenciesOf({ workloads }: Simulation, workload: number): number[] {
  const { table } = workloads
  const { samples } = workloads.scores
  const latenciesNs: number[] = []
  for (let sample = table.firstSample[workload]; sample !== NONE; sample = samples.next[sample])
    latenciesNs.push(samples.latencyNs[sample])
  return latenciesNs
}

function setupsOf({ workloads }: Simulation, workload: number): number[] {
  const { setups } = workloads.scores
  const setupsNs: number[] = []
  for (let setup = 0; setup < setups.highWater; setup++) {
    if (setups.workload[setup] === workload) setupsNs.push(setups.setupNs[setup])
  }
  return setupsNs
}

function failuresOf({ workloads }: Simulation, workload: number): { reason: string; count: number }[] {
  return FAILURE_REASONS.map((reason, cause) => ({
    reason,
    count: workloads.table.failures[workload * FAILURE_REASONS.length + cause],
  }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => (a.reason < b.reason ? -1 : 1))
}

/** Its own, and its share of its tunnel's, by payload. */
function chargedTo(simulation: Simulation, workload: number, charged: Float64Array): number {
  const { plan, workloads, tunnels, accounts } = simulation
  const own = workloads.table.account[workload]
  const { tunnel } = plan.paths[plan.workloads[workload].path]
  if (tunnel === NONE) return charged[own]
  const carriedBytes = plan.workloads.reduce((sum, { path }, other) => {
    return plan.paths[path].tunnel === tunnel ? sum + accounts.carriedBytes[workloads.table.account[other]] : sum
  }, 0)
  const share = carriedBytes === 0 ? 0 : accounts.carriedBytes[own] / carriedBytes
  return charged[own] + Math.round(charged[tunnels.table.account[tunnel]] * share)
}

function breakdownOf({ workloads }: Simulation, workload: number): BreakdownNs {
  const parts = PARTS.map((part, index) => [part, workloads.table.partsNs[workload * PART_COUNT + index]] as const)
  return Object.fromEntries(parts) as Record<(typeof PARTS)[number], number>
}

function tunnelResult({ plan, tunnels, accounts }: Simulation, tunnel: number): TunnelResult {
  const { name, fromHost, viaHost } = plan.tunnels[tunnel]
  const setupNs = tunnels.table.setupNs[tunnel]
  const account = tunnels.table.account[tunnel]
  return {
    name,
    from: plan.hosts[fromHost].name,
    via: plan.hosts[viaHost].name,
    setupMs: setupNs < 0 ? null : milliseconds(setupNs),
    wireBytes: accounts.wireBytes[account],
    packets: accounts.packets[account],
  }
}

function linkResult({ plan, network }: Simulation, direction: number): LinkResult {
  const { directions } = network
  return {
    name: plan.directions[direction].name,
    packets: directions.deliveredPackets[direction],
    bytes: directions.deliveredBytes[direction],
    lost: directions.lostPackets[direction],
    droppedAtQueue: directions.droppedAtQueue[direction],
    droppedWhileDown: directions.droppedWhileDown[direction],
    digest: formatDigest(directions.digestHigh[direction], directions.digestLow[direction]),
  }
}
