import { describe, expect, test } from 'vitest'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

const EACH_WITH_CORES = 'client: {}, via: {}, server: {}'
const ON_ONE_CORE = 'client: { cores-of: via }, via: { cores: 1 }, server: { cores-of: via }'

/** Returns a simulation of workloads over `paths`, an hour after the last of them ended. */
function afterAnHour(paths: string, workloads: string, hosts = EACH_WITH_CORES, events = ''): Simulation {
  const scenario = scenarioOf(`version: 1
hosts: { ${hosts}, elsewhere: {} }
links:
  near: { between: [client, via], delay: 2ms, rate: 50Mbps, loss: 1% }
  far: { between: [via, server], delay: 2ms, rate: 50Mbps, jitter: { uniform: 1ms, reorder: true } }
paths: { ${paths} }
workloads: { ${workloads} }
events: [{ at: 1h, restart: elsewhere }, ${events}]
`)
  const simulation = beginning(scenario)
  const { workloads: measured } = finish(simulation, scenario)
  expect(measured.every(({ completed, unfinished }) => completed > 0 && unfinished === 0)).toBe(true)
  return simulation
}

/** Returns the rows in use, for each table whose rows are freed. */
function leftovers({ parts, plan }: Simulation): Record<string, number> {
  const { network, activities, tcp, streams, tls, ssh, processors } = parts
  const tables = {
    packets: network.packets,
    connections: tcp.connections,
    buffers: tcp['parts'].queue.buffers,
    sessions: tls['sessions'],
    streams: streams.table,
    contents: streams.contents.table,
    marks: streams.contents.marks,
    activities,
    sshSessions: ssh.sessions,
    sshChannels: ssh.channels.channels,
    jobs: processors['jobs'],
    // Beside the one that each host is.
    programs: { count: processors['programs'].count - plan.hosts.length },
  }
  return Object.fromEntries(Object.entries(tables).map(([name, { count }]) => [name, count]))
}

const NOTHING = {
  packets: 0,
  connections: 0,
  buffers: 0,
  sessions: 0,
  streams: 0,
  contents: 0,
  marks: 0,
  activities: 0,
  sshSessions: 0,
  sshChannels: 0,
  jobs: 0,
  programs: 0,
}

const WORKLOADS = ['fresh', 'kept', 'open', 'bulk']
  .map((name, i) => {
    const kind = [
      'connection: per-request, requests: 20, concurrency: 4',
      'requests: 20',
      'rate: 50/s, for: 1s',
      'requests: 2, response: 200KB',
    ][i]
    return `${name}: { path: web, ${kind} }`
  })
  .join(', ')

describe('an hour after the last request', () => {
  test.each([
    ['HTTP', 'web: { from: client, to: server }'],
    ['TLS 1.2', 'web: { from: client, to: server, tls: { version: 1.2, client: certificate } }'],
    ['TLS 1.3', 'web: { from: client, to: server, tls: { version: 1.3 } }'],
  ])('no row is in use an hour after the last request after %s', (_, path) => {
    expect(leftovers(afterAnHour(path, WORKLOADS))).toEqual(NOTHING)
  })

  test.each([
    ['HTTP', 'web: { from: client, to: server, tunnel: { kind: ssh, via: via } }'],
    ['TLS 1.3', 'web: { from: client, to: server, tls: { version: 1.3 }, tunnel: { kind: ssh, via: via } }'],
  ])('only the rows of the tunnel are in use an hour after %s in a tunnel', (_, path) => {
    expect(leftovers(afterAnHour(path, WORKLOADS))).toEqual({
      ...NOTHING,
      connections: 2,
      streams: 2,
      contents: 2,
      activities: 1,
      sshSessions: 2,
      programs: 1,
    })
  })

  test.each([
    ['each with cores of their own', EACH_WITH_CORES],
    ['all on one core', ON_ONE_CORE],
  ])('only the row of a tunnel is in use an hour after hosts restarted while busy, %s', (_, hosts) => {
    const restarts = ['300ms, restart: via', '310ms, restart: server', '3500s, restart: via', '3500s, restart: client']
    const events = restarts.map((event) => `{ at: ${event} }`).join(', ')
    const paths = 'web: { from: client, to: server, tls: { version: 1.3 }, tunnel: { kind: ssh, via: via } }'
    expect(leftovers(afterAnHour(paths, WORKLOADS, hosts, events))).toEqual({ ...NOTHING, activities: 1 })
  })

  test('only the rows of the tunnel are in use after an hour if its hosts share one core', () => {
    const paths = 'web: { from: client, to: server, tunnel: { kind: ssh, via: via } }'
    expect(leftovers(afterAnHour(paths, WORKLOADS, ON_ONE_CORE))).toMatchObject({
      jobs: 0,
      sshChannels: 0,
      programs: 1,
    })
  })
})
