import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'
import { type SmallCluster, smallCluster } from './small-cluster.ts'

const MS = 1_000_000
const LOGS = {
  paths: '{ logs: { kind: apiserver-kubelet } }',
  workloads: '{ logs: { path: logs, kind: logs, response: 100B, requests: 3 } }',
}

function resultWith(cluster: Partial<SmallCluster> = {}): Result {
  return resultOf(smallCluster({ ...LOGS, ...cluster }))
}

/** The same with the kubelet's connection to the API server in use before the first request for logs. */
const WARM = {
  paths: '{ logs: { kind: apiserver-kubelet }, kubelets: { kind: kubelet-apiserver } }',
  workloads: `{ logs: { path: logs, kind: logs, response: 100B, requests: 3, start: 1s }, warm: { path: kubelets, requests: 1 } }`,
}

function latencies({ workloads }: Result, name = 'logs'): (number | null)[] {
  const { latencyMs } = workloads.find((workload) => workload.name === name)!
  return [latencyMs.max, latencyMs.min]
}

describe('a kubelet in mode Webhook', () => {
  test('a kubelet has the API server review the first request, and serves the next ones from its cache', () => {
    const result = resultWith(WARM)
    // A round trip of 20 ms to the kubelet; the first has another one in it, from there to the apiserver.
    expect(latencies(result)).toEqual([40, 20])
    expect(workloadOf(result, 'logs').latencyMs.mean).toBeCloseTo((40 + 20 + 20) / 3)
  })

  test('a kubelet without a connection to the API server dials one for the review', () => {
    const result = resultWith()
    // TCP and TLS 1.3 take a round trip each.
    expect(latencies(result)).toEqual([20 + 60, 20])
    expect(workloadOf(result, 'logs').breakdownNs).toMatchObject({ handshake: 40 * MS, propagation: 80 * MS })
  })

  test('the latency breakdown of a request accounts for every nanosecond of its review', () => {
    const { breakdownNs, latencyMs, completed } = workloadOf(resultWith(), 'logs')
    const total = Object.values(breakdownNs).reduce((sum, partNs) => sum + partNs, 0)
    expect(total).toBe(latencyMs.mean! * completed * MS)
  })

  test('a kubelet sends one review for each request that arrives before the first response', () => {
    const workloads = LOGS.workloads.replace('requests: 3', 'requests: 3, concurrency: 3')
    const result = resultWith({ workloads })
    expect(latencies(result)).toEqual([80, 80])
  })

  test('a kubelet sends a new review when the cached one has expired after five minutes', () => {
    const often = WARM.workloads.replace('requests: 3, start: 1s', 'rate: 1/m, for: 11m, start: 1s')
    const { latencyMs, completed } = workloadOf(resultWith({ ...WARM, workloads: often }), 'logs')
    // Requests at 0, 1, ... 10 minutes: the answer to the first came after 30 ms, and still holds for that of minute 5.
    expect(completed).toBe(11)
    expect(latencyMs.mean! * 11).toBeCloseTo(11 * 20 + 2 * 20)
  })

  test('a kubelet responds with status 500 when it cannot reach the API server', () => {
    const result = resultWith({
      ...WARM,
      workloads: '{ logs: { path: logs, kind: logs, response: 100B, requests: 1, start: 2s } }',
      more: 'firewall: { default: allow, rules: [{ from: node-1, to: master, ports: [6443], action: reject }] }',
    })
    expect(workloadOf(result, 'logs').failures).toEqual([{ reason: 'server error', count: 1 }])
  })
})

describe('access to a kubelet', () => {
  const certificate = 'authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }'

  test('a client without credentials gets status 401 where anonymous requests are off', () => {
    const paths = '{ logs: { kind: apiserver-kubelet, tls: { client: none } } }'
    expect(workloadOf(resultWith({ paths }), 'logs').failures).toEqual([{ reason: 'unauthorized', count: 3 }])
  })

  test('every client is served with the default flags: anonymous and AlwaysAllow', () => {
    const result = resultWith({
      paths: '{ logs: { kind: apiserver-kubelet, tls: { client: none } } }',
      config: '{ authentication: { anonymous: { enabled: true } }, authorization: { mode: AlwaysAllow } }',
    })
    expect(workloadOf(result, 'logs')).toMatchObject({ completed: 3, failed: 0 })
    expect(latencies(result)).toEqual([20, 20])
  })

  test('an anonymous client gets status 403 in mode Webhook', () => {
    const result = resultWith({
      paths: '{ logs: { kind: apiserver-kubelet, tls: { client: none } } }',
      config: '{ authentication: { anonymous: { enabled: true } }, authorization: { mode: Webhook } }',
    })
    expect(workloadOf(result, 'logs').failures).toEqual([{ reason: 'forbidden', count: 3 }])
  })

  test('a client with any certificate of the cluster is served in mode AlwaysAllow', () => {
    const result = resultWith({ config: `{ ${certificate}, authorization: { mode: AlwaysAllow } }` })
    expect(latencies(result)).toEqual([20, 20])
  })
})

describe('a bearer token at a kubelet', () => {
  const paths = `{ kubelets: { kind: kubelet-apiserver }, logs: { kind: custom, from: web-1, to: node-1, port: 10250,
    scheme: https, tls: { verify: none, client: token } } }`

  test('a bearer token is reviewed by the API server, and its service account has no access by default', () => {
    const result = resultWith({
      paths,
      pods: '{ web: { listens: 8080 } }',
      workloads: '{ logs: { path: logs, requests: 2, start: 1s }, warm: { path: kubelets, requests: 1 } }',
    })
    expect(workloadOf(result, 'logs').failures).toEqual([{ reason: 'forbidden', count: 2 }])
  })
})

describe('the plain ports of a kubelet', () => {
  const asked = (port: number, from: string, config: string) => {
    const paths = `{ plain: { kind: custom, from: ${from}, to: node-1, port: ${port} } }`
    const result = resultWith({ paths, workloads: '{ asks: { path: plain, requests: 1 } }', config })
    const { completed, failures } = workloadOf(result, 'asks')
    return completed === 1 ? 'responded' : failures.map(({ reason }) => reason).join()
  }

  test('the read-only port serves requests about pods to every client, where it is open', () => {
    expect(asked(10_255, 'web-1', '{ readOnlyPort: 10255 }')).toBe('responded')
    expect(asked(10_255, 'web-1', '{ readOnlyPort: 0 }')).toBe('connection refused')
  })

  test('the health port is reachable from the node itself only', () => {
    expect(asked(10_248, 'web-1', '{ readOnlyPort: 0 }')).toBe('connection refused')
  })
})
