import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { beginning, finish } from '../fixtures/simulations.ts'
import { plainCluster } from './background-lab.ts'

/** A scenario with a pod behind a service that a client uses; the pod is deleted after 2 s. */
function shop(kubernetes: string, event = 'at: 2s, delete: web-1'): string {
  return `kubernetes: "${kubernetes}"
duration: 140s
cluster:
  nodes: 2
  pods:
    web: { listens: 8080, on: node-1, account: default/web }
    spare: { listens: 8080, on: node-1, token: false }
    client: { on: node-2, token: false }
  services: { web: { pods: web }, spare: { pods: spare } }
  apiserver: { flags: { authorization-mode: [RBAC] } }
paths:
  kubelets: { kind: kubelet-apiserver }
  site: { kind: custom, from: pods/client, to: services/web }
  theft: { kind: pod-apiserver, from: pods/client }
workloads:
  visits: { path: site, connection: per-request, rate: 20/s, for: 4s }
  asks: { path: theft, kind: list, resource: configmaps, count: 1, rate: 1/s, for: 130s }
events: [{ ${event} }]
`
}

/** A scenario in which the client uses the token of the pod. */
function scenarioIn(kubernetes: string, event?: string): CheckedScenario {
  const scenario = plainCluster(shop(kubernetes, event))
  const { blueprint } = scenario
  const paths = blueprint.paths.map((path) =>
    path.declared === 'theft' && path.tls !== null
      ? { ...path, tls: { ...path.tls, client: { kind: 'token', token: 'web-token' } as const } }
      : path,
  )
  return { ...scenario, blueprint: { ...blueprint, paths } }
}

function run(kubernetes: string, event?: string): Result {
  const scenario = scenarioIn(kubernetes, event)
  return finish(beginning(scenario), scenario)
}

describe('a pod that is deleted', () => {
  test('a deleted pod is no longer an endpoint of its service', () => {
    const { workloads } = run('1.30')
    const { completed, failures } = workloads.find(({ name }) => name.startsWith('visits'))!
    expect(completed).toBeGreaterThan(38)
    expect(failures.map(({ reason }) => reason)).toContain('connection refused')
  })

  const failuresIn = (kubernetes: string, event?: string) =>
    run(kubernetes, event).workloads.find(({ name }) => name.startsWith('asks'))!.failures

  // The account may read nothing; but as long as the token is good it is the account.
  test.each([
    // Authenticated in the first second, and cached for 10 s: the last request with what was cached is the eleventh.
    ['at: 2s, delete: web-1', 11],
    // Authenticated anew at 11 and 22 s. The object stays until 25 s, and the token is in the cache until 32 s.
    ['at: 2s, delete: web-1, terminating: 23s', 33],
    // The object stays, but 60 s after its deletionTimestamp, at 92 s, the token is invalid. It was authenticated at 88 s.
    ['at: 2s, delete: web-1, terminating: 1h', 99],
  ])(
    'the deletion of a pod invalidates its bound tokens when its object is gone and they are not cached: %s',
    (event, good) => {
      expect(failuresIn('1.30', event)).toEqual([
        { reason: 'forbidden', count: good },
        { reason: 'unauthorized', count: 130 - good },
      ])
    },
  )

  test('the deletion of a pod invalidates no token of a secret, which is bound to no pod, before 1.21', () => {
    expect(failuresIn('1.20')).toEqual([{ reason: 'forbidden', count: 130 }])
  })

  test('the deletion of a pod has the same effects in a fork', () => {
    const scenario = scenarioIn('1.30')
    const unforked = finish(beginning(scenario), scenario)
    for (const tick of [1e9, 2e9, 2.02e9, 4e9]) {
      const parent = beginning(scenario)
      parent.runUntil(tick, Number.POSITIVE_INFINITY)
      expect(finish(parent.fork(), scenario)).toEqual(unforked)
    }
  })
})

test('only pods can be deleted, and each only once', () => {
  const events = (event: string) =>
    problemsIn(shop('1.30').replace('{ at: 2s, delete: web-1 }', event).replace('version: 1\n', ''))
  expect(events('{ at: 2s, delete: node-1 }')).toContain('no pod is named node-1')
  expect(events('{ at: 2s, for: 1s, delete: web-1 }')).toContain('a deleted pod does not come back')
})
