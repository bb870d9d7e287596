import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import { beginning, endOf, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { type SmallCluster, smallCluster } from './small-cluster.ts'

const MS = 1_000_000
const ALLOWED = '{ authentication: { anonymous: { enabled: false } }, authorization: { mode: AlwaysAllow } }'

function resultWith(cluster: Partial<SmallCluster> & Pick<SmallCluster, 'workloads'>): Result {
  return resultOf(smallCluster({ paths: '{ users: { kind: user-apiserver } }', config: ALLOWED, ...cluster }))
}

/** Bytes on all links but the loopbacks; only the workload sends data. */
function bytesOnLinks({ links }: Result): number {
  return links.reduce((sum, { name, bytes }) => (name.startsWith('loopback/') ? sum : sum + bytes), 0)
}

describe('a user’s logs', () => {
  const workloads = '{ logs: { path: users, kind: logs, target: pods/web, response: 100B, requests: 3 } }'

  test('a user’s logs come from the kubelet through the apiserver, on the one connection that the first request opens', () => {
    const { latencyMs, completed, breakdownNs } = workloadOf(resultWith({ workloads }), 'logs')
    // 40 ms to the apiserver and back, for the pod and for the logs; TCP, TLS and the request, 20 ms each, to the kubelet
    // and back.
    expect(latencyMs).toMatchObject({ max: 80 + 60, min: 80 + 20 })
    expect(latencyMs.mean).toBeCloseTo((140 + 100 + 100) / 3)
    expect(completed).toBe(3)
    expect(breakdownNs).toMatchObject({ handshake: 40 * MS, propagation: 300 * MS })
  })

  test('a user’s logs are charged with the bytes on both paths', () => {
    const result = resultWith({ workloads })
    // The ACK of the last response is charged, and still in flight when the run ends.
    expect(workloadOf(result, 'logs').wireBytes).toBe(bytesOnLinks(result) + 52)
  })

  test('a user’s logs are refused by the apiserver, without a request to the kubelet, if the user is not allowed to read them', () => {
    const users = '{ alice: { rules: [{ verbs: [get], resources: [pods] }] } }'
    const result = resultWith({ workloads, users })
    expect(workloadOf(result, 'logs').failures).toEqual([{ reason: 'forbidden', count: 3 }])
    expect(result.links.find(({ name }) => name.includes('node-1') && name.endsWith('forward'))?.packets ?? 0).toBe(0)
  })

  test('a user’s logs are refused by the kubelet if the apiserver does not authenticate to it', () => {
    const config =
      '{ authentication: { anonymous: { enabled: true }, webhook: { enabled: true } }, authorization: { mode: Webhook } }'
    const paths = '{ users: { kind: user-apiserver }, logs: { kind: apiserver-kubelet, tls: { client: none } } }'
    const result = resultWith({ workloads, config, paths })
    expect(workloadOf(result, 'logs').failures).toEqual([{ reason: 'forbidden', count: 3 }])
  })

  test('a user’s logs fail with a server error if the kubelet cannot be reached', () => {
    const more = 'firewall: { default: allow, rules: [{ from: master, to: node-1, action: reject }] }'
    expect(workloadOf(resultWith({ workloads, more }), 'logs').failures).toEqual([
      { reason: 'server error', message: 'connection refused', count: 3 },
    ])
  })

  test('a user’s logs come from several pods in turn', () => {
    const result = resultWith({ workloads: workloads.replace('requests: 3', 'requests: 4'), nodes: 2 })
    const { latencyMs } = workloadOf(result, 'logs')
    // Two kubelets, each dialled once.
    expect(latencyMs.mean).toBeCloseTo((140 + 140 + 100 + 100) / 4)
  })
})

describe('an exec', () => {
  test('an exec uses a new connection to the kubelet each time, on which keystrokes are echoed', () => {
    const workloads = '{ exec: { path: users, kind: exec, target: pods/web, rate: 10/s, for: 1s } }'
    const { completed, latencyMs } = workloadOf(resultWith({ workloads }), 'exec')
    expect(completed).toBe(10)
    // The first key waits at the apiserver, which accepts the user's WebSocket before it dials the kubelet.
    expect(latencyMs).toMatchObject({ min: 60, p50: 60 })
  })
})

describe('a service', () => {
  const workloads = '{ get: { path: users, kind: proxy-get, target: services/web, response: 100B, requests: 300 } }'
  const services = '{ web: { pods: web, port: 80 } }'

  function endpointsOf(result: Result): number[] {
    return [1, 2, 3].map((n) => {
      const links = result.links.filter(({ name }) => name.includes(`web-${n}`))
      return links.reduce((sum, { bytes }) => sum + bytes, 0)
    })
  }

  test('a proxied service is proxied to each of its endpoints equally often', () => {
    const result = resultWith({ workloads, services, nodes: 3 })
    expect(workloadOf(result, 'get').completed).toBe(300)
    const bytes = endpointsOf(result)
    const total = bytes.reduce((sum, each) => sum + each, 0)
    for (const each of bytes) expect(Math.abs(each / total - 1 / 3)).toBeLessThan(0.08)
  })

  test('a proxied service is dialled at a random endpoint for each connection', () => {
    const result = resultWith({
      paths: '{ proxy: { kind: apiserver-service } }',
      workloads: '{ get: { path: proxy, kind: proxy-get, response: 100B, requests: 300, connection: per-request } }',
      services,
      nodes: 3,
    })
    expect(workloadOf(result, 'get').completed).toBe(300)
    const bytes = endpointsOf(result)
    const total = bytes.reduce((sum, each) => sum + each, 0)
    for (const each of bytes) expect(Math.abs(each / total - 1 / 3)).toBeLessThan(0.08)
  })

  test('a proxied service is reached over TLS on a shared connection, and each workload is charged for its own requests', () => {
    const secure = {
      services: '{ web: { pods: web, port: 443 } }',
      pods: '{ web: { listens: 8443, scheme: https, token: false } }',
    }
    const result = resultWith({ workloads: workloads.replace('300', '10'), ...secure })
    // A pod’s link to its node is crossed too.
    expect(workloadOf(result, 'get')).toMatchObject({ completed: 10, wireBytes: bytesOnLinks(result) + 52 })
    const two = workloads.replace('300', '10').replace(/(get)(: .*) }$/, '$1$2, more$2 }')
    const both = resultWith({ workloads: two, ...secure })
    expect(workloadOf(both, 'get').wireBytes).toBeCloseTo(workloadOf(both, 'more').wireBytes, -3)
  })

  test('a proxied service responds with a server error if no endpoint accepts connections', () => {
    const more = 'firewall: { default: allow, rules: [{ to: web-1, action: reject }] }'
    const few = workloads.replace('300', '3')
    const result = resultWith({ workloads: few, services, more })
    expect(workloadOf(result, 'get').failures).toEqual([
      { reason: 'server error', message: 'error trying to reach service: connection refused', count: 3 },
    ])
  })
})

describe('idle connections of the apiserver', () => {
  test('idle connections of the apiserver are closed after 90 s without a request', () => {
    const paths = '{ users: { kind: user-apiserver } }'
    const latencyAfter = (seconds: number) => {
      const workloads = `{ a: { path: users, kind: logs, target: pods/web, response: 100B, requests: 1 },
        b: { path: users, kind: logs, target: pods/web, response: 100B, requests: 1, start: ${seconds}s } }`
      return workloadOf(resultWith({ paths, workloads }), 'b').latencyMs.max
    }
    expect(latencyAfter(89)).toBe(100)
    expect(latencyAfter(91)).toBe(140)
  })
})

/** A cluster with requests of every kind that the apiserver proxies, whose kubelets send reviews to the apiserver. */
const BUSY = scenarioOf(
  smallCluster({
    nodes: 3,
    services: '{ web: { pods: web, port: 80 } }',
    paths: '{ users: { kind: user-apiserver }, kubelets: { kind: kubelet-apiserver } }',
    workloads: `{ logs: { path: users, kind: logs, target: pods/web, response: 20KB, requests: 9, concurrency: 3 },
      get: { path: users, kind: proxy-get, target: services/web, response: 5KB, requests: 12, concurrency: 2 },
      exec: { path: users, kind: exec, target: pods/web, rate: 20/s, for: 500ms },
      list: { path: kubelets, kind: list, resource: pods, requests: 4 } }`,
    more: 'events: [{ at: 300ms, restart: node-2 }]',
  }),
)

describe('a busy cluster', () => {
  const expected = finish(beginning(BUSY), BUSY)

  test('a fork of a busy cluster ends with the same result', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: endOf(BUSY) }), (tick) => {
        const parent = beginning(BUSY)
        parent.runUntil(tick, Number.POSITIVE_INFINITY)
        expect(finish(parent.fork(), BUSY)).toEqual(expected)
        expect(finish(parent, BUSY)).toEqual(expected)
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })

  test('a busy cluster has the same result in any order of declaration', () => {
    const { blueprint } = BUSY
    const cluster = blueprint.cluster!
    const reversed = {
      ...BUSY,
      blueprint: {
        ...blueprint,
        hosts: blueprint.hosts.toReversed(),
        links: blueprint.links.toReversed(),
        identities: blueprint.identities.toReversed(),
        paths: blueprint.paths.toReversed(),
        workloads: blueprint.workloads.toReversed(),
        cluster: {
          ...cluster,
          nodes: cluster.nodes.toReversed(),
          pods: cluster.pods.toReversed(),
          services: cluster.services.map((service) => ({ ...service, endpoints: service.endpoints.toReversed() })),
        },
      },
    }
    expect(finish(beginning(reversed), reversed)).toEqual(expected)
  })
})
