import { describe, expect, test } from 'vitest'
import type { NodeResult } from '../../src/measure/result.ts'
import { beginning, finish, workloadOf } from '../fixtures/simulations.ts'
import { listenTo, plainCluster } from './background-lab.ts'

const MS = 1_000_000
const S = 1_000 * MS

interface Options {
  readonly kubernetes?: string
  readonly verify?: 'none' | 'ca'
  readonly flags?: string
  readonly kubelet?: string
  readonly notAfter?: string
  readonly duration?: string
  readonly workloads?: string
  readonly more?: string
}

const RBAC = 'authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction]'

function joining({
  kubernetes = '1.30',
  verify = 'ca',
  flags = RBAC,
  kubelet = '{ config: { rotateCertificates: true } }',
  notAfter = '365d',
  duration = '30s',
  workloads = '',
  more = '',
}: Options = {}): string {
  return `kubernetes: "${kubernetes}"
duration: ${duration}
cluster:
  nodes: 2
  pods: { other: { token: false } }
  join: { bootstrap: true, verify: ${verify} }
  apiserver: { flags: { ${flags} } }
  kubelet: ${kubelet}
identities:
  node-1-kubelet-client: { kind: certificate, notAfter: ${notAfter} }
  node-2-kubelet-client: { kind: certificate, notAfter: ${notAfter} }
paths: { kubelets: { kind: kubelet-apiserver } }
workloads: { heartbeats: { path: kubelets, kind: heartbeat }, ${workloads} }
${more}`
}

function run(options: Options = {}) {
  const scenario = plainCluster(joining(options))
  const simulation = beginning(scenario)
  const answers = listenTo(simulation)
  const result = finish(simulation, scenario)
  return { result, answers, first: result.nodes[0] as NodeResult, heartbeats: result.workloads[0] }
}

describe('a node that joins', () => {
  test('a joining node reads the CA, checks the pinned hash, and has its certificate after ten round trips', () => {
    const { first, answers } = run()
    // Of 20 ms: three for each of three connections with their first answer, one for the list that brings the certificate.
    expect(first).toMatchObject({ joinedNs: 200 * MS + 1, certificates: 1 })
    const ofNodes = answers.filter(({ tick }) => tick >= 40 * MS).map(({ line }) => line)
    expect(ofNodes.slice(0, 2)).toEqual([
      'GET /api/v1/namespaces/kube-public/configmaps/cluster-info 200',
      'GET /api/v1/namespaces/kube-public/configmaps/cluster-info 200',
    ])
    const csr = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
    expect(new Set(ofNodes.slice(4))).toEqual(
      new Set([
        `POST ${csr} 201`,
        'POST /apis/authorization.k8s.io/v1/subjectaccessreviews 201',
        `PUT ${csr}/csr-x2x4z/approval 200`,
        `PUT ${csr}/csr-x2x4z/status 200`,
        `GET ${csr} 200`,
      ]),
    )
  })

  test('a joining node that does not verify the CA needs one connection less', () => {
    expect(run({ verify: 'none' }).first.joinedNs).toBe(140 * MS + 1)
  })

  test('a joining node sends no other request to the API server before it has joined', () => {
    const scenario = plainCluster(
      joining({ more: 'events: [{ at: 100ms, link: control-node-1, state: down, for: 8s }]' }),
    )
    const simulation = beginning(scenario)
    simulation.runUntil(8 * S, Number.POSITIVE_INFINITY)
    expect(simulation.parts.nodeLifecycle.table.heartbeats[0]).toBe(0)
    const { nodes, workloads } = finish(simulation, scenario)
    expect(nodes[0].joinedNs).toBeGreaterThan(8 * S)
    expect(nodes[0].heartbeats).toBeGreaterThan(0)
    expect(nodes[1].joinedNs).toBe(200 * MS + 1)
    expect(workloads[0].completed).toBeGreaterThan(nodes[0].heartbeats)
  })

  test('a node cannot join where anonymous requests are refused, and tries again every five seconds', () => {
    const { first, answers } = run({ flags: `${RBAC}, anonymous-auth: false`, duration: '12s' })
    expect(first.joinedNs).toBeNull()
    const refused = answers.filter(({ line }) => line.endsWith('cluster-info 401'))
    expect([...new Set(refused.map(({ tick }) => tick / MS))]).toEqual([50, 5_070, 10_090])
    expect(first.heartbeats).toBe(0)
  })

  test('a node cannot join where bootstrap tokens may not create signing requests', () => {
    const { first, answers } = run({ flags: 'authorization-mode: [Node]' })
    expect(first.joinedNs).toBeNull()
    expect(answers.some(({ line }) => line.startsWith('PUT'))).toBe(false)
  })

  test('a node whose host restarts while it joins starts again', () => {
    const { first } = run({ more: 'events: [{ at: 150ms, restart: node-1 }]' })
    // Ten seconds until the kubelet runs again, then a connection, its request, and the list.
    expect(first.joinedNs).toBe(150 * MS + 10 * S + 80 * MS + 1)
  })

  test('the controllers that sign a joining node’s request use the insecure port if it is enabled', () => {
    const { first, result } = run({ kubernetes: '1.6', flags: 'authorization-mode: [RBAC]', kubelet: '{}' })
    // TLS 1.2 takes a round trip more than 1.3, on each of three connections.
    expect(first.joinedNs).toBe(260 * MS + 1)
    expect(result.background.map(({ name, requests }) => `${name} ${requests}`)).toContain(
      'kube-controller-manager/master 8',
    )
  })
})

describe('a certificate that expires', () => {
  test('a certificate is renewed between 70 and 90 % of its lifetime, and no request of the kubelet fails', () => {
    const { first, answers, heartbeats } = run({ notAfter: '100s', duration: '200s' })
    expect(first.certificates).toBe(3)
    expect(heartbeats).toMatchObject({ failed: 0, unfinished: 0 })
    const made = answers.filter(({ line }) => line.startsWith('POST /apis/certificates')).map(({ tick }) => tick)
    const ofNode = made.filter((tick) => tick > S).sort((a, b) => a - b)
    for (const tick of ofNode.slice(0, 2)) {
      expect(tick).toBeGreaterThan(70 * S)
      expect(tick).toBeLessThan(90 * S)
    }
    expect(answers.some(({ line }) => line.endsWith('/status 200'))).toBe(true)
  })

  test('a kubelet that gets a renewed certificate closes its connections with the previous one, and a watch on them fails', () => {
    const { first, result } = run({
      notAfter: '20s',
      duration: '20s',
      workloads: 'watched: { path: kubelets, kind: watch, resource: pods, for: 20s }',
    })
    expect(first.certificates).toBe(2)
    // A watch of each of the two nodes.
    expect(workloadOf(result, 'watched').failures).toEqual([{ reason: 'use of closed network connection', count: 2 }])
  })

  test('a certificate that is not renewed is refused after it has expired', () => {
    const { first, heartbeats } = run({
      notAfter: '60s',
      duration: '120s',
      kubelet: '{ config: { rotateCertificates: false } }',
    })
    expect(first.certificates).toBe(1)
    expect(heartbeats.failures.map(({ reason }) => reason)).toEqual(['unauthorized'])
    expect(first.lastHeartbeatNs).toBeLessThan(62 * S)
  })
})

describe('the result of joining nodes', () => {
  test('the result of joining nodes does not depend on the order of hosts, links and nodes in the blueprint', () => {
    const scenario = plainCluster(joining({ notAfter: '20s', duration: '40s' }))
    const { blueprint } = scenario
    const { cluster } = blueprint
    const reversed = {
      ...scenario,
      blueprint: {
        ...blueprint,
        hosts: [...blueprint.hosts].reverse(),
        links: [...blueprint.links].reverse(),
        paths: [...blueprint.paths].reverse(),
        identities: [...blueprint.identities].reverse(),
        cluster: cluster === null ? null : { ...cluster, nodes: [...cluster.nodes].reverse() },
      },
    }
    expect(finish(beginning(reversed), reversed)).toEqual(finish(beginning(scenario), scenario))
  })

  test('a fork taken while nodes join has the same result', () => {
    const scenario = plainCluster(joining({ notAfter: '20s', duration: '40s' }))
    const unforked = finish(beginning(scenario), scenario)
    for (const tick of [0, 70 * MS, 125 * MS, 175 * MS, 195 * MS, 200 * MS, 16 * S]) {
      const parent = beginning(scenario)
      parent.runUntil(tick, Number.POSITIVE_INFINITY)
      const fork = parent.fork()
      expect(finish(fork, scenario)).toEqual(unforked)
      expect(finish(parent, scenario)).toEqual(unforked)
    }
    expect(unforked.nodes.every(({ certificates }) => certificates > 1)).toBe(true)
  })
})

describe('a serving certificate that a kubelet requested', () => {
  const serving = (certificate: 'issued' | 'self-signed') => `kubernetes: "1.30"
duration: 5s
cluster:
  nodes: 1
  pods: { web: { token: false } }
  apiserver: { flags: { ${RBAC} } }
  kubelet: { server-certificate: ${certificate}, config: { serverTLSBootstrap: true, authentication: { webhook: { enabled: true } } } }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, kind: logs, requests: 1, response: 1KB } }`
  const logsOf = (certificate: 'issued' | 'self-signed') => {
    const scenario = plainCluster(serving(certificate))
    return finish(beginning(scenario), scenario).workloads[0]
  }

  test('a kubelet with an approved serving certificate serves requests', () => {
    expect(logsOf('issued')).toMatchObject({ completed: 1, failed: 0 })
  })

  test('every handshake with a kubelet fails when its requested serving certificate is not approved', () => {
    expect(logsOf('self-signed')).toMatchObject({
      completed: 0,
      failures: [{ reason: 'remote error: tls: internal error', count: expect.any(Number) }],
    })
  })
})
