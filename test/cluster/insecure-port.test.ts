import { describe, expect, test } from 'vitest'
import { problemsIn } from '../fixtures/clusters.ts'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

/** Clients of the insecure port: pods on the master with its network and with their own, a pod on a node, and a node. */
function cluster(bind: string, kubernetes = '1.15', port = 8080): string {
  return `version: 1
kubernetes: "${kubernetes}"
cluster:
  nodes: 1
  pods:
    near: { on: master, hostNetwork: true, token: false }
    beside: { on: master, token: false }
    web: { token: false, listens: 8080 }
  users: { alice: { rules: [] } }
  apiserver: { flags: { authorization-mode: [Node, RBAC], insecure-bind-address: ${bind}, insecure-port: ${port} } }
paths:
  components: { kind: component-apiserver, from: pods/near }
  beside: { kind: custom, from: pods/beside, to: master, port: 8080 }
  web: { kind: custom, from: pods/web, to: master, port: 8080 }
  node: { kind: custom, from: node-1, to: master, port: 8080 }
workloads:
  near: { path: components, kind: list, resource: secrets, count: 1, requests: 1 }
  beside: { path: beside, requests: 1 }
  web: { path: web, requests: 1 }
  node: { path: node, requests: 1 }
`
}

describe('the insecure port', () => {
  const reasonsOf = (text: string) => {
    const result = resultOf(text)
    return Object.fromEntries(
      ['near', 'beside', 'web', 'node'].map((name) => {
        const { completed, failures } = workloadOf(result, name)
        return [name, completed === 1 ? 'completed' : failures.map(({ reason }) => reason).join()]
      }),
    )
  }

  test('the insecure port on the loopback address serves programs in the master’s network namespace, and no others', () => {
    const refused = 'connection refused'
    expect(reasonsOf(cluster('127.0.0.1'))).toEqual({ near: 'completed', beside: refused, web: refused, node: refused })
  })

  test('the insecure port on all addresses serves every client', () => {
    const done = 'completed'
    expect(reasonsOf(cluster('0.0.0.0'))).toEqual({ near: done, beside: done, web: done, node: done })
  })
})

describe('a pod on the master', () => {
  const text = (target: string) => `kubernetes: "1.15"
cluster:
  nodes: 1
  pods: { near: { on: master, listens: 80 }, web: { listens: 8080 } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
paths: { users: { kind: user-apiserver } }
workloads: { reads: { path: users, kind: logs, target: ${target}, requests: 4 } }
`

  test('the logs of a pod on the master are not available, because no kubelet serves them', () => {
    expect(problemsIn(text('pods/web'))).toBe('nothing')
    expect(problemsIn(text('pods/near'))).toContain(
      'logs cannot reach pods/near: these pods are on the master, where no kubelet runs',
    )
    const { workloads } = resultOf(`version: 1\n${text('pods/*')}`)
    expect(workloads[0]).toMatchObject({ completed: 4, failed: 0 })
  })
})
