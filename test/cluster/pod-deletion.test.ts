import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { beginning, finish } from '../fixtures/simulations.ts'
import { plainCluster } from './background-lab.ts'

/** A scenario with a pod behind a service that a client uses; the pod is deleted after 2 s. */
function shop(kubernetes: string): string {
  return `kubernetes: "${kubernetes}"
duration: 5s
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
  asks: { path: theft, kind: list, resource: configmaps, count: 1, rate: 20/s, for: 4s }
events: [{ at: 2s, delete: web-1 }]
`
}

/** A scenario in which the client uses the token of the pod. */
function scenarioIn(kubernetes: string): CheckedScenario {
  const scenario = plainCluster(shop(kubernetes))
  const { blueprint } = scenario
  const paths = blueprint.paths.map((path) =>
    path.declared === 'theft' && path.tls !== null
      ? { ...path, tls: { ...path.tls, client: { kind: 'token', token: 'web-token' } as const } }
      : path,
  )
  return { ...scenario, blueprint: { ...blueprint, paths } }
}

function run(kubernetes: string): Result {
  const scenario = scenarioIn(kubernetes)
  return finish(beginning(scenario), scenario)
}

describe('a pod that is deleted', () => {
  test('is no longer an endpoint of its service', () => {
    const { workloads } = run('1.30')
    const { completed, failures } = workloads.find(({ name }) => name.startsWith('visits'))!
    expect(completed).toBeGreaterThan(38)
    expect(failures.map(({ reason }) => reason)).toContain('connection refused')
  })

  test('invalidates tokens that are bound to it, even those that another client uses', () => {
    const asksIn = (kubernetes: string) => run(kubernetes).workloads.find(({ name }) => name.startsWith('asks'))!
    // The account may read nothing; but until then it is the account.
    expect(asksIn('1.30').failures).toEqual([
      { reason: 'forbidden', count: 39 },
      { reason: 'unauthorized', count: 41 },
    ])
    // Before 1.21 it is a secret's, which knows no pod.
    expect(asksIn('1.20').failures).toEqual([{ reason: 'forbidden', count: 80 }])
  })

  test('has the same effects in a fork', () => {
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
