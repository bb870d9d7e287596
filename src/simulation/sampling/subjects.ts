import { SSH_PORT } from '../../cluster/paths/path.ts'
import type { Account } from '../../network/rows.ts'
import type { Blueprint } from '../blueprint.ts'
import { directionsNamed } from '../lookups/lookups.ts'
import { routeTo } from '../network/route-to.ts'
import type { Plan } from '../plan.ts'
import type { Simulation } from '../simulation.ts'
import { InvalidSampleRequest, type SampleRequest, subjectOf } from './sample-request.ts'

/** The client's host and the server's end of a path's connections. */
export interface Dialled {
  readonly host: number
  /** Index into the address book. */
  readonly address: number
  readonly port: number
}

/** The subjects of a request, as numbers of the plan. */
export interface Subjects {
  /** The host whose connections are sampled; null if only given connections are, or none. */
  readonly host: number | null
  /** Connections that are sampled at both ends. */
  readonly dialled: readonly Dialled[]
  /** Accounts of workloads on other paths. Their connections do not count, even between the same ends. */
  readonly foreignAccounts: ReadonlySet<Account>
  readonly directions: readonly number[]
}

/** Finds the subjects of a request. @throws InvalidSampleRequest if the scenario has nothing of that name */
export function findSubjects(request: SampleRequest, simulation: Simulation, blueprint: Blueprint): Subjects {
  const { kind, name } = subjectOf(request)
  const { plan } = simulation
  const none = { host: null, dialled: [], foreignAccounts: new Set<Account>(), directions: [] }
  if (!Number.isSafeInteger(request.everyNs) || request.everyNs < 1)
    throw new InvalidSampleRequest(
      `samples of ${kind} ${name}: everyNs must be a whole number from 1, not ${request.everyNs}`,
    )
  if (kind === 'path') return { ...none, ...subjectsOfPath(pathsNamed(name, plan, blueprint), simulation) }
  if (kind === 'host') {
    const host = plan.hosts.findIndex((each) => each.name === name)
    if (host === -1) throw unknown(kind, name, plan.hosts)
    return { ...none, host }
  }
  const directions = directionsNamed(name, plan.directions)
  if (directions.length === 0) throw unknown(kind, name, plan.directions)
  return { ...none, directions }
}

function unknown(kind: string, name: string, known: readonly { readonly name: string }[]): InvalidSampleRequest {
  const names = known.map((each) => each.name).join(', ')
  return new InvalidSampleRequest(`samples: the scenario has no ${kind} ${name}; it has ${names}`)
}

/** Returns the paths with this name: one path, or all instances of a declared one. */
function pathsNamed(name: string, plan: Plan, { paths }: Blueprint): number[] {
  const instances = new Set(
    paths.filter((path) => path.name === name || path.declared === name).map((path) => path.name),
  )
  const found = [...plan.paths.keys()].filter((path) => instances.has(plan.paths[path].name))
  if (found.length === 0) throw unknown('path', name, paths)
  return found
}

function subjectsOfPath(paths: readonly number[], simulation: Simulation): Omit<Subjects, 'host'> {
  const { plan, workloads } = simulation
  const dialled = paths.flatMap((path) => dialledOn(plan, path))
  const others = [...plan.workloads.keys()].filter((workload) => !paths.includes(plan.workloads[workload].path))
  return {
    dialled,
    foreignAccounts: new Set(others.map((workload) => workloads.table.account[workloads.table.rowOf(workload)])),
    directions: [...new Set(dialled.flatMap((each) => directionsOf(plan, each)))].sort((a, b) => a - b),
  }
}

/** Returns the TCP connections that carry a path: its own, or its tunnels and the connections from their far ends. */
function dialledOn(plan: Plan, path: number): Dialled[] {
  const { fromHost, remoteAddress, port, endpointPaths, tunnels, konnectivity } = plan.paths[path]
  if (endpointPaths.length > 0) return endpointPaths.flatMap((endpoint) => dialledOn(plan, endpoint))
  const from = (host: number): Dialled => ({ host, address: remoteAddress, port })
  if (konnectivity !== null)
    return konnectivity.agents.flatMap((agent) => {
      const { host, remoteAddress: address, remotePort } = plan.konnectivity.agents[agent]
      return [{ host, address, port: remotePort }, from(host)]
    })
  if (tunnels.length === 0) return [from(fromHost)]
  return tunnels.flatMap((tunnel) => {
    const { fromHost: host, viaHost, remoteAddress: address } = plan.tunnels[tunnel]
    return [{ host, address, port: SSH_PORT }, from(viaHost)]
  })
}

/** Returns the directions that packets of a connection take in both directions. */
function directionsOf(plan: Plan, { host, address }: Pick<Dialled, 'host' | 'address'>): number[] {
  const { routing, addresses, virtualAddresses } = plan
  if (!routing.isVirtual(address)) {
    const back = addresses.mainAddressOf(host)
    return [...routeTo(plan, host, address), ...routeTo(plan, addresses.hostOf(address, host), back)]
  }
  const endpoints = virtualAddresses.find((each) => each.address === address)?.endpoints ?? []
  return endpoints.flatMap((endpoint) => directionsOf(plan, { host, address: endpoint.address }))
}
