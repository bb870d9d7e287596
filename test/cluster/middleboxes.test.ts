import { describe, expect, test } from 'vitest'
import type { WorkloadResult } from '../../src/measure/result.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { beginning, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'

/** Followed logs of which a piece comes every 410 s, through a NAT gateway before the apiserver's host. */
function text(middlebox: string, version = '1.14'): string {
  return `version: 1
duration: 60m
kubernetes: "${version}"
cluster: { nodes: 1, pods: { web: { listens: 8080 } }, users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } } }
middleboxes: { gateway: { kind: nat, before: master${middlebox} } }
paths: { users: { kind: user-apiserver }, logs: { kind: apiserver-kubelet } }
workloads: { follow: { path: users, kind: logs, target: pods/web, rate: 10B/s, chunk: 4096B, for: 30m } }
`
}

const followed = (middlebox: string, version?: string): WorkloadResult =>
  resultOf(text(middlebox, version)).workloads[0]

describe('followed logs without output for longer than the idle time of a NAT gateway', () => {
  test('followed logs without output behind a NAT gateway stay open if keepalive probes come before the idle time-out', () => {
    for (const expired of ['drop', 'reset-on-next', 'reset-both-at-expiry'])
      expect(followed(`, idle: 350s, expired: ${expired}`)).toMatchObject({ completed: 4, failed: 0 })
  })

  test('followed logs without output end if the NAT gateway forgets them before the first probe', () => {
    const reasonWith = (expired: string, version?: string) =>
      followed(`, idle: 20s, expired: ${expired}`, version).failures.map(({ reason }) => reason)
    expect(reasonWith('drop')).toEqual(['timed out'])
    expect(reasonWith('reset-on-next')).toEqual(['connection reset'])
    expect(reasonWith('reset-both-at-expiry')).toHaveLength(1)
  })

  test('followed logs without output end at the expiry if both ends are reset, and at the next packet if only its sender is', () => {
    const endS = (expired: string) => Math.floor(resultOf(text(`, idle: 20s, expired: ${expired}`)).simulatedNs / 1e9)
    expect(endS('reset-both-at-expiry')).toBe(20)
    expect(endS('reset-on-next')).toBeGreaterThanOrEqual(30)
    expect(endS('reset-on-next')).toBeLessThanOrEqual(32)
    // Without a reset, nine probes are lost first.
    expect(endS('drop')).toBeGreaterThan(290)
  })

  test('followed logs do not pass a middlebox for other ports', () => {
    expect(followed(', idle: 20s, expired: drop, ports: [1]')).toMatchObject({ completed: 4, failed: 0 })
  })
})

describe('a NAT gateway before a node that forgets sooner than probes come', () => {
  /** Returns the failed events of each watch, by pod, and the failed requests from one pod of node-1 to another. */
  function failedWith(podNetwork: string, idle: string): Record<string, number> {
    const scenario = scenarioOf(`version: 1
duration: 5m
kubernetes: "1.14"
cluster:
  nodes: 2
  pods: { web: { listens: 8080 }, other: { on: node-1, listens: 8081 } }
  pod-network: ${podNetwork}
middleboxes: { gateway: { kind: nat, before: node-1, idle: ${idle}, expired: reset-both-at-expiry } }
paths: { api: { kind: pod-apiserver, from: pods/web }, beside: { kind: custom, from: web-1, to: other-1, port: 8081 } }
workloads:
  watch: { path: api, kind: watch, rate: 0.01/s, for: 4m }
  local: { path: beside, kind: requests, rate: 0.02/s, for: 4m }
`)
    const { blueprint, expectations } = scenario
    const simulation = beginning(scenario)
    simulation.runUntil(Number.POSITIVE_INFINITY, 5_000_000)
    const { instances = [], workloads } = collectResult(simulation, blueprint, expectations, 'duration', true)
    const all = [...workloads.filter(({ name }) => name === 'local'), ...instances]
    return Object.fromEntries(all.map(({ name, failed }) => [name, Math.min(failed, 1)]))
  }

  test('a NAT gateway before a node ends connections of its pods to a virtual IP, but none of other pods or between its pods', () => {
    for (const podNetwork of ['routed', 'bridged']) {
      expect(failedWith(podNetwork, '20s')).toMatchObject({ 'watch/web-1': 1, 'watch/web-2': 0, local: 0 })
      expect(failedWith(podNetwork, '350s')).toMatchObject({ 'watch/web-1': 0, 'watch/web-2': 0, local: 0 })
    }
  })
})

test('a fork of a run with a middlebox ends with the same result', () => {
  const scenario = scenarioOf(text(', idle: 20s, expired: reset-both-at-expiry'))
  const unforked = finish(beginning(scenario), scenario)
  for (const tick of [5e9, 19e9]) {
    const parent = beginning(scenario)
    parent.runUntil(tick, Number.POSITIVE_INFINITY)
    expect(finish(parent.fork(), scenario)).toEqual(unforked)
  }
})

test('a middlebox stands before a host that exists, and a host has one', () => {
  const problemsOf = (middleboxes: string) => {
    const loaded = loadScenario({
      file: 'test.yaml',
      text: `${text('')}`.replace(/middleboxes: .*/, `middleboxes: ${middleboxes}`),
    })
    return loaded.ok ? [] : loaded.problems.map(({ line, message }) => `${line}: ${message}`)
  }
  expect(problemsOf('{ a: { kind: nat, before: mastr } }')).toEqual(['5: no host is named mastr'])
  expect(problemsOf('{ a: { kind: nat, before: master }, b: { kind: balancer, before: master } }')).toEqual([
    '5: the middlebox a stands before master already',
  ])
})
