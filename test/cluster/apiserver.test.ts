import { describe, expect, test } from 'vitest'
import type { Result, WorkloadResult } from '../../src/measure/result.ts'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'
import { type SmallCluster, smallCluster } from './small-cluster.ts'

function resultWith(cluster: Partial<SmallCluster> & Pick<SmallCluster, 'paths' | 'workloads'>): Result {
  return resultOf(smallCluster(cluster))
}

/** What came of three requests of a workload `asks`. */
function outcome(cluster: Partial<SmallCluster> & Pick<SmallCluster, 'paths' | 'workloads'>): string {
  const { completed, failures }: WorkloadResult = workloadOf(resultWith(cluster), 'asks')
  return completed === 3 ? 'answered' : failures.map(({ reason, count }) => `${reason} ${count}`).join()
}

const USERS = '{ users: { kind: user-apiserver } }'
const LIST = '{ asks: { path: users, kind: list, resource: pods, requests: 3 } }'

describe('the secure port', () => {
  test('answers a user whom RBAC allows it', () => {
    expect(outcome({ paths: USERS, workloads: LIST })).toBe('answered')
  })

  test('forbids a user what no rule allows', () => {
    const users = '{ alice: { rules: [{ verbs: [get], resources: [pods] }] } }'
    expect(outcome({ paths: USERS, workloads: LIST, users })).toBe('forbidden 3')
  })

  test('lets whoever is somebody do everything with AlwaysAllow, which does without anonymous ones', () => {
    const users = '{ alice: {} }'
    const flags = 'authorization-mode: [AlwaysAllow]'
    expect(outcome({ paths: USERS, workloads: LIST, users, flags })).toBe('answered')
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    expect(outcome({ paths: nobody, workloads: LIST, users, flags })).toBe('unauthorized 3')
  })

  test('knows nobody without credentials, and forbids nobody nearly all', () => {
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    expect(outcome({ paths: nobody, workloads: LIST })).toBe('forbidden 3')
  })

  test('does not even hear nobody with --anonymous-auth=false', () => {
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    const flags = 'authorization-mode: [RBAC], anonymous-auth: false'
    expect(outcome({ paths: nobody, workloads: LIST, flags })).toBe('unauthorized 3')
  })

  test('lets a pod do by its token what its account may', () => {
    const paths = '{ pods: { kind: pod-apiserver } }'
    const workloads = '{ asks: { path: pods, kind: list, resource: configmaps, count: 1, requests: 3 } }'
    expect(outcome({ paths, workloads, pods: '{ web: {} }' })).toBe('answered')
  })

  test('lets a kubelet read the pods that are its own', () => {
    const paths = '{ kubelets: { kind: kubelet-apiserver } }'
    const workloads = '{ asks: { path: kubelets, kind: list, resource: pods, requests: 3 } }'
    expect(outcome({ paths, workloads })).toBe('answered')
  })

  test('does not let a kubelet list the secrets that no pod of its needs', () => {
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

  test('lets whoever reaches it do everything', () => {
    expect(outcome(insecure)).toBe('answered')
  })

  test('is reached from the master alone', () => {
    const paths = '{ components: { kind: custom, from: node-1, to: master, port: 8080 } }'
    expect(outcome({ ...insecure, paths, workloads: '{ asks: { path: components, requests: 3 } }' })).toBe(
      'connection refused 3',
    )
  })
})

describe('limits', () => {
  // All of these are there at the same moment, and each takes a round trip to be whole.
  const many = (requests: number) =>
    `{ asks: { path: users, request: 100KB, response: 100B, requests: ${requests}, concurrency: ${requests} } }`
  const flags = 'authorization-mode: [RBAC], max-mutating-requests-inflight: 2'

  test('turn away what is too much at a time: status 429', () => {
    const { completed, failures } = workloadOf(resultWith({ paths: USERS, workloads: many(5), flags }), 'asks')
    expect([completed, failures]).toEqual([2, [{ reason: 'too many requests', count: 3 }]])
  })

  test('are each for itself: reading is not held up by writing', () => {
    const flags = 'authorization-mode: [RBAC], max-mutating-requests-inflight: 1, max-requests-inflight: 400'
    expect(
      outcome({ paths: USERS, workloads: LIST.replace('requests: 3', 'requests: 3, concurrency: 3'), flags }),
    ).toBe('answered')
  })

  test('do not hold for system:masters', () => {
    const users = '{ alice: { groups: ["system:masters"] } }'
    const { completed } = workloadOf(resultWith({ paths: USERS, workloads: many(5), flags, users }), 'asks')
    expect(completed).toBe(5)
  })
})

describe('who listens', () => {
  function listenersOf(cluster: Partial<SmallCluster>, host: string): string[] {
    const result = resultWith({ paths: USERS, workloads: LIST, ...cluster })
    return result.listeners
      .filter((listener) => listener.host === host)
      .map(({ address, port, serves }) => `${address}:${port} ${serves}`)
  }

  test('on the master is the apiserver, and nobody else', () => {
    expect(listenersOf({}, 'master')).toEqual(['0.0.0.0:6443 https apiserver'])
    expect(listenersOf({ kubernetes: '1.19' }, 'master')).toEqual([
      '0.0.0.0:6443 https apiserver',
      '127.0.0.1:8080 http apiserver',
    ])
  })

  test('on a node is its kubelet, whether a path leads there or not', () => {
    expect(listenersOf({ config: '{ readOnlyPort: 10255 }' }, 'node-1')).toEqual([
      '127.0.0.1:10248 http kubelet, healthz',
      '0.0.0.0:10250 https kubelet',
      '0.0.0.0:10255 http kubelet, read-only',
    ])
  })

  test('on a pod is what it serves', () => {
    expect(listenersOf({}, 'web-1')).toEqual(['0.0.0.0:8080 http'])
  })
})
