import { describe, expect, test } from 'vitest'
import type { Result, WorkloadResult } from '../../src/measure/result.ts'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'
import { type SmallCluster, smallCluster } from './small-cluster.ts'

function resultWith(cluster: Partial<SmallCluster> & Pick<SmallCluster, 'paths' | 'workloads'>): Result {
  return resultOf(smallCluster(cluster))
}

/** The outcome of three requests of the workload `asks`. */
function outcome(cluster: Partial<SmallCluster> & Pick<SmallCluster, 'paths' | 'workloads'>): string {
  const { completed, failures }: WorkloadResult = workloadOf(resultWith(cluster), 'asks')
  return completed === 3 ? 'answered' : failures.map(({ reason, count }) => `${reason} ${count}`).join()
}

const USERS = '{ users: { kind: user-apiserver } }'
const LIST = '{ asks: { path: users, kind: list, resource: pods, requests: 3 } }'

describe('the secure port', () => {
  test('the secure port responds to a user whom RBAC allows the request', () => {
    expect(outcome({ paths: USERS, workloads: LIST })).toBe('answered')
  })

  test('the secure port forbids a request that no RBAC rule allows', () => {
    const users = '{ alice: { rules: [{ verbs: [get], resources: [pods] }] } }'
    expect(outcome({ paths: USERS, workloads: LIST, users })).toBe('forbidden 3')
  })

  test('with AlwaysAllow, authenticated users are allowed every request, and anonymous ones are refused', () => {
    const users = '{ alice: {} }'
    const flags = 'authorization-mode: [AlwaysAllow]'
    expect(outcome({ paths: USERS, workloads: LIST, users, flags })).toBe('answered')
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    expect(outcome({ paths: nobody, workloads: LIST, users, flags })).toBe('unauthorized 3')
  })

  test('a request without credentials is anonymous and is forbidden in nearly all cases', () => {
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    expect(outcome({ paths: nobody, workloads: LIST })).toBe('forbidden 3')
  })

  test('with --anonymous-auth=false a request without credentials is unauthorized', () => {
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    const flags = 'authorization-mode: [RBAC], anonymous-auth: false'
    expect(outcome({ paths: nobody, workloads: LIST, flags })).toBe('unauthorized 3')
  })

  test('a pod has the permissions of its service account when it sends its token', () => {
    const paths = '{ pods: { kind: pod-apiserver } }'
    const workloads = '{ asks: { path: pods, kind: list, resource: configmaps, count: 1, requests: 3 } }'
    expect(outcome({ paths, workloads, pods: '{ web: {} }' })).toBe('answered')
  })

  test('a kubelet may read the pods of its node', () => {
    const paths = '{ kubelets: { kind: kubelet-apiserver } }'
    const workloads = '{ asks: { path: kubelets, kind: list, resource: pods, requests: 3 } }'
    expect(outcome({ paths, workloads })).toBe('answered')
  })

  test('a kubelet may not list the secrets that no pod of its node uses', () => {
    const paths = '{ kubelets: { kind: kubelet-apiserver } }'
    const workloads = '{ asks: { path: kubelets, kind: list, resource: secrets, count: 1, requests: 3 } }'
    expect(outcome({ paths, workloads, pods: '{ web: { listens: 8080, account: shop/web } }' })).toBe('forbidden 3')
    expect(outcome({ paths, workloads })).toBe('answered')
  })
})

describe('the insecure port', () => {
  const insecure = {
    kubernetes: '1.19',
    paths: '{ components: { kind: component-apiserver } }',
    workloads: '{ asks: { path: components, kind: list, resource: secrets, count: 1, requests: 3 } }',
  }

  test('every client of the insecure port is allowed everything', () => {
    expect(outcome(insecure)).toBe('answered')
  })

  test('the insecure port is reachable from the master alone', () => {
    const paths = '{ components: { kind: custom, from: node-1, to: master, port: 8080 } }'
    expect(outcome({ ...insecure, paths, workloads: '{ asks: { path: components, requests: 3 } }' })).toBe(
      'connection refused 3',
    )
  })
})

describe('limits of requests in flight', () => {
  // All of these are there at the same moment, and each takes a round trip to be whole.
  const many = (requests: number) =>
    `{ asks: { path: users, request: 100KB, response: 100B, requests: ${requests}, concurrency: ${requests} } }`
  const flags = 'authorization-mode: [RBAC], max-mutating-requests-inflight: 2'

  test('requests above the in-flight limit get status 429', () => {
    const { completed, failures } = workloadOf(resultWith({ paths: USERS, workloads: many(5), flags }), 'asks')
    expect([completed, failures]).toEqual([2, [{ reason: 'too many requests', count: 3 }]])
  })

  test('the in-flight limit of writes does not apply to reads', () => {
    const flags = 'authorization-mode: [RBAC], max-mutating-requests-inflight: 1, max-requests-inflight: 400'
    expect(
      outcome({ paths: USERS, workloads: LIST.replace('requests: 3', 'requests: 3, concurrency: 3'), flags }),
    ).toBe('answered')
  })

  test('no in-flight limit applies to system:masters', () => {
    const users = '{ alice: { groups: ["system:masters"] } }'
    const { completed } = workloadOf(resultWith({ paths: USERS, workloads: many(5), flags, users }), 'asks')
    expect(completed).toBe(5)
  })
})

describe('listening sockets', () => {
  function listenersOf(cluster: Partial<SmallCluster>, host: string): string[] {
    const result = resultWith({ paths: USERS, workloads: LIST, ...cluster })
    return result.listeners
      .filter((listener) => listener.host === host)
      .map(({ address, port, serves }) => `${address}:${port} ${serves}`)
  }

  test('only the API server listens on the master', () => {
    expect(listenersOf({}, 'master')).toEqual(['0.0.0.0:6443 https apiserver'])
    expect(listenersOf({ kubernetes: '1.19' }, 'master')).toEqual([
      '0.0.0.0:6443 https apiserver',
      '127.0.0.1:8080 http apiserver',
    ])
  })

  test('the kubelet listens on its node with or without a path to it', () => {
    expect(listenersOf({ config: '{ readOnlyPort: 10255 }' }, 'node-1')).toEqual([
      '127.0.0.1:10248 http kubelet, healthz',
      '0.0.0.0:10250 https kubelet',
      '0.0.0.0:10255 http kubelet, read-only',
    ])
  })

  test('a pod listens on the port that it serves', () => {
    expect(listenersOf({}, 'web-1')).toEqual(['0.0.0.0:8080 http'])
  })
})
