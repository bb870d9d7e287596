import { describe, expect, test } from 'vitest'
import type { Result, WorkloadResult } from '../../src/measure/result.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { beginning, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'

const PROXY = '{ kind: proxy, before: master }'
const NAT = '{ kind: nat, before: master, idle: 350s }'

/** A user's stream of the kind, in which something happens every 100 s, past a middlebox before the apiserver. */
function text(middleboxes: string, version: string, kind: string): string {
  const traffic = {
    logs: 'kind: logs, target: pods/web, rate: 10B/s, chunk: 1000B, for: 5m',
    exec: 'kind: exec, target: pods/web, rate: 0.01/s, for: 250s',
    watch: 'kind: watch, rate: 0.01/s, for: 250s',
  }[kind]
  return `version: 1
duration: 400s
kubernetes: "${version}"
cluster: { nodes: 1, pods: { web: { listens: 8080 } }, users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } } }
middleboxes: { box: ${middleboxes} }
paths: { users: { kind: user-apiserver }, logs: { kind: apiserver-kubelet } }
workloads: { stream: { path: users, ${traffic} } }
`
}

const streamOf = ({ workloads }: Result): WorkloadResult => workloads[0]
const reasonsOf = (result: Result) => new Set(streamOf(result).failures.map(({ reason }) => reason))

describe('the HAProxy of the guide of kubeadm before the apiserver', () => {
  test('HAProxy as in kubeadm’s guide ends followed logs of a user that have no output for 35 s at 1.14', () => {
    const result = resultOf(text(PROXY, '1.14', 'logs'))
    expect(streamOf(result)).toMatchObject({ completed: 0, failed: 1 })
    expect(reasonsOf(result)).toEqual(new Set(['unexpected end']))
    expect(Math.floor(result.simulatedNs / 1e9)).toBe(35)
  })

  test('HAProxy as in kubeadm’s guide ends a watch of a user without events at 1.14', () => {
    expect(reasonsOf(resultOf(text(PROXY, '1.14', 'watch')))).toEqual(new Set(['unexpected end']))
  })

  test('HAProxy as in kubeadm’s guide ends a command of a user without output at 1.14', () => {
    expect(reasonsOf(resultOf(text(PROXY, '1.14', 'exec')))).toEqual(new Set(['unexpected end']))
  })

  test('HAProxy as in kubeadm’s guide keeps streams over HTTP/2 from 1.20, since clients send a PING every 30 s', () => {
    for (const [kind, completed] of [
      ['logs', 2],
      ['watch', 2],
    ] as const) {
      expect(streamOf(resultOf(text(PROXY, '1.19', kind))).failed).toBeGreaterThan(0)
      expect(streamOf(resultOf(text(PROXY, '1.20', kind)))).toMatchObject({ completed, failed: 0 })
    }
  })

  test('HAProxy as in kubeadm’s guide keeps commands from 1.21, since kubectl pings on SPDY connections and WebSockets', () => {
    expect(streamOf(resultOf(text(PROXY, '1.20', 'exec'))).failed).toBe(1)
    for (const version of ['1.21', '1.30'])
      expect(streamOf(resultOf(text(PROXY, version, 'exec')))).toMatchObject({ completed: 3, failed: 0 })
  })

  test('HAProxy as in kubeadm’s guide ends commands at 1.21 if its time-outs are shorter than the 5 s between pings', () => {
    const shorter = PROXY.replace(' }', ', timeout: { client: 4s, server: 4s } }')
    expect(streamOf(resultOf(text(shorter, '1.21', 'exec'))).failed).toBe(1)
  })

  test('HAProxy as in kubeadm’s guide ends streams over HTTP/2 from 1.20 too if its time-outs are shorter than the PING interval', () => {
    const shorter = PROXY.replace(' }', ', timeout: { client: 29s, server: 29s } }')
    expect(streamOf(resultOf(text(shorter, '1.20', 'logs')))).toMatchObject({ completed: 0, failed: 1 })
  })

  test('HAProxy as in kubeadm’s guide keeps idle streams at 1.14 with a longer tunnel time-out', () => {
    const longer = PROXY.replace(' }', ', timeout: { tunnel: 1h } }')
    expect(streamOf(resultOf(text(longer, '1.14', 'logs')))).toMatchObject({ completed: 2, failed: 0 })
  })

  test('HAProxy as in kubeadm’s guide ends streams that survive a NAT gateway of 350 s, where keepalive probes count', () => {
    expect(streamOf(resultOf(text(NAT, '1.14', 'logs')))).toMatchObject({ completed: 2, failed: 0 })
    const shorter = NAT.replace('350s', '14s')
    expect(streamOf(resultOf(text(shorter, '1.14', 'logs')))).toMatchObject({ failed: 1 })
  })
})

test('results list the ports of a proxy that other hosts reach', () => {
  const { listeners } = resultOf(text(PROXY, '1.14', 'logs'))
  const proxied = listeners.filter(({ serves }) => serves === 'tcp proxy before master')
  expect(proxied.map(({ host, port }) => `${host}:${port}`)).toEqual(['master:6443'])
})

test('a fork of a run with a proxy ends with the same result', () => {
  const scenario = scenarioOf(text(PROXY, '1.14', 'logs'))
  const unforked = finish(beginning(scenario), scenario)
  for (const tick of [5e7, 5e9, 34e9]) {
    const parent = beginning(scenario)
    parent.runUntil(tick, Number.POSITIVE_INFINITY)
    expect(finish(parent.fork(), scenario)).toEqual(unforked)
  }
})

/** A master, a node and a host between them, and a proxy there before the node. */
function split(more: string, box = '{ kind: proxy, before: node, on: lb }'): string {
  return `version: 1
duration: 60s
hosts: { master: {}, lb: {}, node: {} }
links:
  front: { between: [master, lb], profile: public-network }
  back: { between: [lb, node], profile: gce-private }
middleboxes: { haproxy: ${box} }
paths:
  unverified: { kind: apiserver-kubelet, from: master, to: node }
  verified: { kind: apiserver-kubelet, from: master, to: node, port: 10251, tls: { verify: ca } }
  plain: { kind: apiserver-pod, from: master, to: node, port: 8080 }
workloads:
  u: { path: unverified, requests: 3, connection: per-request, response: 10KB }
  v: { path: verified, requests: 3, connection: per-request, response: 10KB }
  p: { path: plain, requests: 3, connection: per-request, response: 10KB }
${more}
`
}

/** Returns the outcomes on each path of an attacker on a link, with the proxy and without it. */
function outcomesOn(link: string, vantage: string, technique: string) {
  const attackers = `attackers: { mallory: { on: ${link}, vantage: ${vantage}, plan: [{ technique: ${technique}, path: [unverified, verified, plain] }] } }`
  const scenario = split(attackers)
  const unproxied = scenario.replace(/middleboxes: .*\n/, '')
  return [scenario, unproxied].map((each) => runWithVerdicts(each))
}

describe('an attacker before or behind a proxy gets what it gets without one', () => {
  const CASES = [
    ['inline', 'impersonate-server', ['impersonated, read', 'outage', 'impersonated, read']],
    ['passive', 'eavesdrop', ['metadata', 'metadata', 'read']],
    ['inline', 'tamper', ['outage', 'outage', 'modified']],
    ['side', 'reset', ['outage', 'outage', 'outage']],
  ] as const
  for (const [vantage, technique, expected] of CASES) {
    test(`an attacker before or behind a proxy has the outcome that it has without one as ${vantage} with ${technique}`, () => {
      for (const link of ['front', 'back']) {
        const [proxied, unproxied] = outcomesOn(link, vantage, technique)
        expect([link, proxied]).toEqual([
          link,
          ['unverified', 'verified', 'plain'].map((path, nth) => `${path}: ${expected[nth]}`).sort(),
        ])
        expect(unproxied).toEqual(proxied)
      }
    })
  }
})

function runWithVerdicts(scenario: string): string[] {
  const { verdicts } = run(scenarioOf(scenario)).result
  return verdicts.map(({ path, outcomes }) => `${path}: ${outcomes.join(', ')}`)
}

test('the firewall of a proxy’s host decides on its connections, and the server’s firewall sees the proxy', () => {
  const failedWith = (rule: string) =>
    resultOf(split(`firewall: { rules: [${rule}] }`)).workloads.every(({ completed }) => completed === 0)
  expect(failedWith('{ from: master, to: lb, action: reject }')).toBe(true)
  expect(failedWith('{ from: lb, to: node, action: reject }')).toBe(true)
  expect(failedWith('{ from: master, to: node, action: reject }')).toBe(false)
})

describe('a scenario with a proxy is refused', () => {
  const problemsOf = (box: string) => {
    const loaded = loadScenario({ file: 'test.yaml', text: split('', box) })
    return loaded.ok ? [] : loaded.problems.map(({ line, message, hint }) => `${line}: ${message}; ${hint}`)
  }

  test('a proxy is refused if no packet to its server goes through its host', () => {
    expect(problemsOf('{ kind: proxy, before: lb, on: node }')).toEqual([
      '7: no packet to lb goes through node; connect clients to node, and node to lb; or leave `on` out, and the proxy runs on lb',
    ])
  })

  test('a proxy is refused with keys of another kind of middlebox', () => {
    expect(problemsOf('{ kind: proxy, before: node, idle: 10s }')).toEqual([
      '7: a proxy has no `idle`; a proxy ends idle connections by `timeout: { client: ..., server: ... }`',
    ])
    expect(problemsOf('{ kind: nat, before: node, on: lb }')).toEqual([
      '7: a nat has no `on`; only a proxy has `on`; a nat has `idle` and `expired`',
    ])
  })

  test('two proxies before one host on the same host are refused', () => {
    expect(problemsOf('{ kind: proxy, before: node, on: lb }, other: { kind: proxy, before: node, on: lb }')).toEqual([
      '7: the middlebox haproxy stands before node on lb already; give one of them another `on`, or join their ports',
    ])
    expect(problemsOf('{ kind: proxy, before: node, on: lb }, other: { kind: proxy, before: node }')).toEqual([])
    expect(problemsOf('{ kind: proxy, before: node, on: lb }, other: { kind: nat, before: node }')).toEqual([])
  })

  test('a proxy before a host that does not exist is refused', () => {
    expect(problemsOf('{ kind: proxy, before: node, on: lbb }')[0]).toContain('no host is named lbb')
  })
})
