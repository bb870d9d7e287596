import { NONE } from '../../engine/table.ts'
import type { LinkAccount, MachineAccount, RunAccounts, WorkloadAccount } from '../../measure/laws/run-accounts.ts'
import { PART_COUNT } from '../../network/activity.ts'
import { type LinkOptions, leastDelayNs } from '../../network/link-options.ts'
import { routeTo } from '../network/route-to.ts'
import type { Plan } from '../plan.ts'
import type { Simulation } from '../simulation.ts'
import { Shares } from './shares.ts'

/** Reads the counters of a simulation by which laws judge it. Called between events. */
export function collectAccounts(simulation: Simulation): RunAccounts {
  const { plan, timeline } = simulation
  const shares = new Shares(simulation)
  const roundTripsNs = leastRoundTrips(plan)
  const setups = shortestSetups(simulation)
  const ratesBps = highestRates(plan)
  return {
    endTick: timeline.now,
    links: plan.directions.map((_, direction) => linkAccount(simulation, direction, ratesBps[direction])),
    workloads: plan.workloads.map((_, workload) =>
      workloadAccount(simulation, workload, shares, roundTripsNs, setups.get(workload) ?? null),
    ),
    machines: machineAccounts(simulation),
  }
}

function linkAccount({ plan, network }: Simulation, direction: number, highestRateBps: number | null): LinkAccount {
  const { directions } = network
  const row = directions.rowOf(direction)
  return {
    name: plan.directions[direction].name,
    numbered: directions.nextSerial[row],
    withheld: directions.withheldPackets[row],
    copied: directions.copiedPackets[row],
    delivered: directions.deliveredPackets[row],
    deliveredBytes: directions.deliveredBytes[row],
    lost: directions.lostPackets[row],
    droppedAtQueue: directions.droppedAtQueue[row],
    droppedWhileDown: directions.droppedWhileDown[row],
    underWay: network.underWayOn(direction),
    highestRateBps,
    mtuBytes: plan.directions[direction].mtuBytes,
  }
}

function workloadAccount(
  simulation: Simulation,
  workload: number,
  shares: Shares,
  roundTripsNs: readonly number[],
  shortestSetupNs: number | null,
): WorkloadAccount {
  const { plan, workloads, accounts } = simulation
  const { table } = workloads
  const row = table.rowOf(workload)
  const { name, path, traffic } = plan.workloads[workload]
  const { tlsClients, konnectivity } = plan.paths[path]
  const { http1, http2 } = tlsClients
  const isAnswered = traffic.kind === 'answers' || traffic.kind === 'keys'
  let partsSumNs = 0
  for (let part = 0; part < PART_COUNT; part++) partsSumNs += table.partsNs[row + part]
  return {
    name,
    issued: table.issued[row],
    settled: table.settled[row],
    underWay: workloads.openSince(workload).length,
    completed: table.completed[row],
    latencySumNs: table.latencySumNs[row],
    partsSumNs,
    deliveredBytes: plan.attack === null && konnectivity === null ? table.deliveredBytes[row] : null,
    wireBytes: shares.chargedTo(workload, (account) => accounts.wireBytes[account]),
    shortestLatencyNs: isAnswered ? shortestLatency(simulation, workload) : null,
    shortestSetupNs,
    leastRoundTripNs: roundTripsNs[path],
    usesTls: http1 !== NONE || http2 !== NONE,
  }
}

/** Returns the shortest latency among the latencies that were kept. */
function shortestLatency({ workloads }: Simulation, workload: number): number | null {
  const { table, measurements } = workloads
  const { samples } = measurements
  let shortestNs: number | null = null
  for (let sample = table.lastSample[table.rowOf(workload)]; sample !== NONE; sample = samples.previousOf(sample))
    shortestNs = Math.min(shortestNs ?? Number.POSITIVE_INFINITY, samples.latencyNsOf(sample))
  return shortestNs
}

function shortestSetups({ workloads }: Simulation): ReadonlyMap<number, number> {
  const { setups } = workloads.measurements
  const shortest = new Map<number, number>()
  for (const row of setups.everyRow()) {
    const workload = setups.workload[row]
    shortest.set(workload, Math.min(shortest.get(workload) ?? Number.POSITIVE_INFINITY, setups.setupNs[row]))
  }
  return shortest
}

function machineAccounts({ plan, processors }: Simulation): MachineAccount[] {
  return plan.hosts.flatMap(({ name, cores, coresOf }, host) =>
    coresOf === NONE ? [{ name, cores, busyNs: processors.busyNsOf(host) }] : [],
  )
}

/**
 * Returns, for each path, the least time that signals need to its server and back; 0 if something nearer may answer or
 * change the route: attackers, endpoints of a service, tunnels, agents and proxies.
 */
function leastRoundTrips(plan: Plan): number[] {
  const leastOf = leastDelaysOfDirections(plan)
  const mayBeAnswered = plan.attack !== null || plan.proxies.length > 0
  const delayNs = (from: number, address: number) =>
    routeTo(plan, from, address).reduce((sum, direction) => sum + leastOf[direction], 0)
  return plan.paths.map((path) => {
    const { fromHost, toHost, localAddress, remoteAddress, endpointPaths, tunnels, konnectivity } = path
    const isDirect = endpointPaths.length === 0 && tunnels.length === 0 && konnectivity === null
    if (mayBeAnswered || !isDirect || plan.addresses.hostOf(remoteAddress, fromHost) !== toHost) return 0
    return delayNs(fromHost, remoteAddress) + delayNs(toHost, localAddress)
  })
}

function leastDelaysOfDirections(plan: Plan): readonly number[] {
  return optionsInTurn(plan).map((options) => Math.min(...options.map(leastDelayNs)))
}

function highestRates(plan: Plan): readonly (number | null)[] {
  return optionsInTurn(plan).map((options) =>
    options.reduce<number | null>(
      (most, { rateBps }) => (most === null || rateBps === null ? null : Math.max(most, rateBps)),
      0,
    ),
  )
}

/** Returns the options of each direction over the run: the initial ones and those of each event. */
function optionsInTurn({ directions, events }: Plan): readonly (readonly LinkOptions[])[] {
  const inTurn = directions.map(({ options }) => [options])
  for (const event of events)
    if (event.kind === 'set-link') for (const { direction, options } of event.changes) inTurn[direction].push(options)
  return inTurn
}
