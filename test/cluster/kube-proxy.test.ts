import { describe, expect, test } from 'vitest'
import { ACK, SYN } from '../../src/network/header-flags.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish } from '../fixtures/simulations.ts'
import { listenTo, plainCluster } from './background-lab.ts'

const MS = 1_000_000
const S = 1_000 * MS

/** Two pods behind a service, both on node-1; a pod on each node visits it fifty times a second. */
function shop(events: string, kubernetes = '1.30', duration = '4s'): string {
  return `kubernetes: "${kubernetes}"
duration: ${duration}
cluster:
  nodes: 2
  pods:
    web: { listens: 8080, on: node-1, replicas: 2, token: false }
    client: { token: false }
  services: { web: { pods: web } }
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
paths:
  site: { kind: custom, from: pods/client, to: services/web }
  kubelets: { kind: kubelet-apiserver }
workloads: { visits: { path: site, connection: per-request, rate: 50/s, start: 500ms, for: 3s, response: 1KB } }
events: ${events}`
}

interface Visit {
  readonly tick: number
  readonly from: string
  readonly to: string
}

/** The destination of each client connection, observed on its last link. */
function visitsOf(simulation: Simulation): Visit[] {
  const { plan, network } = simulation
  const visits: Visit[] = []
  const hostOf = (address: number) => plan.hosts[plan.addresses.hostOf(address, 0)]?.name
  network.observer = {
    observe: (stage, packet) => {
      const { direction, tickNs: tick } = packet
      if (stage !== 'delivered' || (packet.flags & (SYN | ACK)) !== SYN) return
      const { name } = plan.directions[direction]
      if (!name.startsWith('link/pod-web-')) return
      const to = hostOf(network.packets.destination[packet.row])
      const from = hostOf(network.packets.source[packet.row])
      if (to?.startsWith('web-') && from?.startsWith('client-')) visits.push({ tick, from, to })
    },
  }
  return visits
}

function visitors(visits: readonly Visit[], to: string, fromTick: number, untilTick: number): string[] {
  const inTime = visits.filter((visit) => visit.to === to && visit.tick >= fromTick && visit.tick < untilTick)
  return [...new Set(inTime.map(({ from }) => from))].sort()
}

function run(text: string) {
  const scenario = plainCluster(text)
  const simulation = beginning(scenario)
  const visits = visitsOf(simulation)
  const answers = listenTo(simulation)
  return { result: finish(simulation, scenario), visits, answers }
}

describe('a pod that restarts', () => {
  test('a restarting pod is removed from its service, and added again one second later on every node', () => {
    const { visits } = run(shop('[{ at: 1s, restart: web-1 }]'))
    const both = ['client-1', 'client-2']
    expect(visitors(visits, 'web-1', 0, S)).toEqual(both)
    // The kubelet's word is 10 ms on its way, the apiserver's 10 ms more; what was sent before that arrives after.
    expect(visitors(visits, 'web-1', S + 70 * MS, 2 * S)).toEqual([])
    expect(visitors(visits, 'web-2', S + 70 * MS, 2 * S)).toEqual(both)
    expect(visitors(visits, 'web-1', 2 * S + 20 * MS, 4 * S)).toEqual(both)
  })

  test('a restarting pod still gets connections from a node that is cut off from the API server, and from no other', () => {
    const { visits } = run(
      shop('[{ at: 800ms, link: control-node-2, state: down, for: 1s }, { at: 1s, restart: web-1 }]'),
    )
    expect(visitors(visits, 'web-1', S + 70 * MS, 1_800 * MS)).toEqual(['client-2'])
    expect(visitors(visits, 'web-1', 3 * S, 4 * S)).toEqual(['client-1', 'client-2'])
  })
})

describe('a kube-proxy', () => {
  test('a kube-proxy that lost its connection lists again, and gets the changes that it missed', () => {
    const { answers, visits } = run(
      shop(
        '[{ at: 800ms, link: control-node-2, state: down, for: 70s }, { at: 60s, restart: web-1 }, { at: 65s, restart: web-1 }]',
        '1.30',
        '120s',
      ).replace('for: 3s', 'for: 110s'),
    )
    expect(visitors(visits, 'web-1', 60 * S + 70 * MS, 61 * S)).toEqual(['client-2'])
    const lists = answers.filter(({ line }) => line === 'GET /apis/discovery.k8s.io/v1/endpointslices 200')
    // A list and a watch at the start from each node and the master; a second of both from the one that was cut off.
    expect(lists.filter(({ tick }) => tick < S)).toHaveLength(6)
    expect(lists.filter(({ tick }) => tick > 70 * S)).toHaveLength(2)
    expect(visitors(visits, 'web-1', 110 * S, 120 * S)).toEqual(['client-1', 'client-2'])
  })

  test.each([
    ['1.18', '/api/v1/endpoints'],
    ['1.19', '/apis/discovery.k8s.io/v1beta1/endpointslices'],
    ['1.21', '/apis/discovery.k8s.io/v1/endpointslices'],
  ])('a kube-proxy of Kubernetes %s watches %s', (kubernetes, path) => {
    const { result, answers } = run(shop('[{ at: 1s, restart: web-1 }]', kubernetes, '2500ms'))
    const lines = new Set(answers.map(({ line }) => line))
    expect(lines).toContain(`GET ${path} 200`)
    expect(lines).toContain('GET /api/v1/services 200')
    expect(result.background.map(({ name }) => name)).toEqual([
      'kube-proxy/master',
      'kube-proxy/node-1',
      'kube-proxy/node-2',
      'kubelet/node-1',
    ])
  })

  test('no kube-proxy is simulated where no endpoint ever changes', () => {
    expect(run(shop('[]')).result.background).toEqual([])
  })

  test('a fork of a run with kube-proxies has the same result', () => {
    const scenario = plainCluster(
      shop('[{ at: 800ms, link: control-node-2, state: down, for: 1s }, { at: 1s, restart: web-1 }]'),
    )
    const unforked = finish(beginning(scenario), scenario)
    for (const tick of [30 * MS, S, S + 10 * MS, 1_500 * MS, 2 * S]) {
      const parent = beginning(scenario)
      parent.runUntil(tick, Number.POSITIVE_INFINITY)
      expect(finish(parent.fork(), scenario)).toEqual(unforked)
    }
  })
})
