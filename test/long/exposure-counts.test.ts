import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

const PATHS = {
  plain: '{ from: client, to: server, port: 80 }',
  unverified: '{ from: client, to: server, port: 443, tls: { verify: none } }',
}

const TRAFFIC = {
  'requests over a link with loss': 'connection: per-request, rate: 20/s, for: 3s, request: 200B, response: 1000B',
  'responses of many packets': 'connection: keep-alive, rate: 5/s, for: 3s, request: 4KB, response: 60KB',
  'requests at a time': 'concurrency: 4, requests: 30, request: 200B, response: 20KB',
}

/** Runs two hosts with a router between them, and returns what each verdict counted and what the client has sent. */
function counted(path: string, traffic: string, attackers: string) {
  const { verdicts, workloads } = runScenario({
    text: `
version: 1
seed: 5
duration: 40s
hosts: { client: {}, router: {}, server: {} }
links:
  near: { between: [client, router], delay: 5ms, rate: 50Mbps, loss: 2%, mtu: 600 }
  far: { between: [router, server], delay: 5ms, rate: 50Mbps, loss: 2%, mtu: 600 }
paths: { p: ${path} }
workloads: { work: { path: p, ${traffic} } }
attackers: { ${attackers} }
`,
  })
  const { completed, failed, unfinished } = workloads[0]
  return { verdicts, sent: completed + failed + unfinished, completed }
}

const at = (name: string, on: string, vantage: string, ...techniques: readonly string[]) =>
  `${name}: { on: ${on}, vantage: ${vantage}, plan: [${techniques.map((technique) => `{ technique: ${technique}, path: p }`).join(', ')}] }`

describe.each(Object.entries(TRAFFIC))('no message is exposed twice: %s', (_, traffic) => {
  test.each([
    ['an eavesdropper', at('a', 'near', 'passive', 'eavesdrop')],
    [
      'eavesdroppers on both links',
      `${at('a', 'near', 'passive', 'eavesdrop')}, ${at('b', 'far', 'passive', 'eavesdrop')}`,
    ],
    ['root at both ends', `${at('a', 'client', 'node', 'eavesdrop')}, ${at('b', 'server', 'node', 'eavesdrop')}`],
    ['a relay', at('a', 'near', 'inline', 'relay')],
    ['a relay that also eavesdrops', at('a', 'near', 'inline', 'eavesdrop', 'relay')],
    [
      'a relay behind an eavesdropper',
      `${at('a', 'near', 'inline', 'relay')}, ${at('b', 'far', 'passive', 'eavesdrop')}`,
    ],
    ['two relays', `${at('a', 'near', 'inline', 'relay')}, ${at('b', 'far', 'inline', 'relay')}`],
    ['an impersonation', at('a', 'near', 'inline', 'eavesdrop', 'impersonate-server')],
    ['replayed packets', at('a', 'near', 'inline', 'eavesdrop', 'replay, delay: 10ms')],
    ['altered packets', at('a', 'far', 'inline', 'eavesdrop', 'tamper, count: 3')],
  ])('no message is exposed twice: %s', (_name, attackers) => {
    for (const path of Object.values(PATHS)) {
      const { verdicts, sent } = counted(path, traffic, attackers)
      expect(sent).toBeGreaterThan(10)
      for (const { attacker, technique, exposure } of verdicts) {
        const where = `${attacker} ${technique}`
        // All steps last as long as the run, so that every message of the client is among those that they could expose.
        expect([where, exposure.of]).toEqual([where, sent])
        expect(exposure.messages).toBeLessThanOrEqual(sent)
      }
    }
  })

  test('all messages are exposed if all pass in plaintext', () => {
    for (const technique of ['eavesdrop', 'relay']) {
      const { verdicts, sent, completed } = counted(PATHS.plain, traffic, at('a', 'near', 'inline', technique))
      expect(completed).toBe(sent)
      expect(verdicts[0].exposure).toMatchObject({ messages: sent, of: sent })
    }
  })
})

describe('an agent of the attacker that carries messages to the attacker’s own server', () => {
  const through = (path: string, workload: string, vantage: string) =>
    runScenario({
      text: `
version: 1
duration: 5s
kubernetes: "1.30"
cluster:
  apiserver: { flags: { egress-selector-config-file: konnectivity } }
  nodes: 2
  pods: { web: { listens: 8080 } }
  konnectivity: { strategy: destHost, authentication: none }
paths: { get: { ${path} } }
workloads: { gets: { path: get, connection: per-request, ${workload} } }
attackers: { m: { ${vantage}, plan: [{ at: 1s, technique: claim-agent, path: get }] } }
`,
    })

  test.each([
    ['root on a node', 'on: node-2, vantage: node'],
    ['a pod', 'on: web-2, vantage: pod'],
    ['an outsider', 'on: control-node-2, vantage: blind'],
  ])('an attacker’s agent that forwards messages to its own server reads each once: %s', (_, attacker) => {
    const { verdicts } = through(
      'kind: apiserver-pod, from: master, to: pods/web',
      'rate: 10/s, for: 3s, request: 100B, response: 1000B',
      attacker,
    )
    const read = verdicts.filter(({ outcomes }) => outcomes.includes('read'))
    expect(read.length).toBeGreaterThan(0)
    for (const { exposure } of read) {
      expect(exposure.messages).toBeGreaterThan(0)
      expect(exposure.messages).toBeLessThanOrEqual(exposure.of)
      expect(exposure.of).toBeLessThanOrEqual(30)
      // Requests have 100 bytes, and what the attacker answers is its own.
      expect(exposure.bytes % 100).toBe(0)
    }
  })
})

test('injected messages count among the messages of the path', () => {
  const { verdicts } = counted(
    PATHS.plain,
    'connection: keep-alive, requests: 4, request: 200B, response: 1000B',
    at('a', 'near', 'side', 'inject, match: { from: server, kind: data }'),
  )
  const { messages, of } = verdicts[0].exposure
  expect(verdicts[0].outcomes).toContain('modified')
  expect(of).toBe(4 + messages)
})

test('requests sent after a step, for which no run waited, are not among its messages', () => {
  const { verdicts, workloads } = runScenario({
    text: `
version: 1
duration: 9.1s
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 100ms, rate: 100Mbps } }
paths: { p: { from: client, to: server, port: 80 } }
workloads: { work: { path: p, connection: keep-alive, rate: 4/s, for: 20s, response: 100B } }
attackers: { eve: { on: wire, vantage: passive, plan: [{ at: 1.6s, for: 3s, technique: eavesdrop, path: p }] } }
`,
  })
  expect(workloads[0].unfinished).toBe(1)
  expect(verdicts[0].exposure).toEqual({ messages: 12, of: 13, bytes: 1200 })
})

test.each([
  ['commands that end by themselves', 'kind: exec, response: 100B'],
  ['logs', 'kind: logs, response: 1KB'],
])(
  'all requests that the apiserver passes on are exposed to the host that answers them, also the last one: %s',
  (_, workload) => {
    const { verdicts } = runScenario({
      text: `
version: 1
cluster: { preset: kubeadm-default, quiet: true, nodes: 1 }
workloads: { asks: { path: users, target: pods/web, requests: 4, ${workload} } }
attackers: { m: { on: control-node-1, vantage: inline, plan: [{ at: 1ns, technique: impersonate-server, path: logs }] } }
`,
    })
    expect(verdicts[0].exposure).toMatchObject({ messages: 4, of: 4 })
  },
)

/** Pods on a bridge, one of which the attacker controls. Both others and the master send to the web pods. */
const BRIDGED = (step: string, place: string) => `
version: 1
duration: 5s
kubernetes: "1.30"
cluster: { preset: kubeadm-default, quiet: true, nodes: 1, pod-network: bridged, node-network: bridged, pods: { web: { listens: 8080, replicas: 2 }, own: { replicas: 1 } } }
paths:
  proxied: { kind: apiserver-pod, to: pods/web }
  pods: { kind: custom, from: web-1, to: web-2, port: 8080 }
workloads: { proxied: { path: proxied, requests: 10, response: 5KB }, pods: { path: pods, requests: 10, request: 2KB } }
attackers: { m: { ${place}, plan: [{ technique: ${step}, path: proxied }, { technique: ${step}, path: pods }] } }
`

describe('an attacker that answers in the place of a server on a bridge counts each message once', () => {
  test.each([
    ['spoof-arp', 'on: own-1, vantage: pod'],
    ['spoof-arp', 'on: pods-node-1, vantage: blind'],
    ['spoof-arp', 'on: pods-node-1, vantage: side'],
    ['spoof-arp', 'on: node-1, vantage: node'],
    ['spoof-arp', 'on: nodes, vantage: side'],
    ['impersonate-server', 'on: node-1, vantage: node'],
    ['relay', 'on: node-1, vantage: node'],
    ['redirect-service', 'on: own-1, vantage: pod'],
  ])('an attacker that answers for a server on a bridge counts each message once: %s, %s', (step, place) => {
    const { verdicts } = runScenario({ text: BRIDGED(step, place) })
    expect(verdicts.length).toBeGreaterThan(0)
    for (const { path, exposure } of verdicts) {
      const { messages, of, bytes } = exposure
      expect([path, messages <= of, bytes <= of * 7_000]).toEqual([path, true, true])
    }
  })

  test('a pod that spoofs ARP is exposed to exactly the requests of the path', () => {
    const { verdicts } = runScenario({ text: BRIDGED('spoof-arp', 'on: own-1, vantage: pod') })
    const found = verdicts.filter(({ exposure }) => exposure.messages > 0).map(({ exposure }) => exposure)
    expect(found.map(({ messages, of }) => [messages, of])).toEqual(found.map(({ of }) => [of, of]))
    expect(found.length).toBeGreaterThan(0)
  })
})

test('a packet for a service is not sent again by a host that translates the service’s address itself', () => {
  const text = BRIDGED('replay', 'on: node-1, vantage: node')
    .replace('pods: { kind: custom, from: web-1, to: web-2, port: 8080 }', 'pods: { kind: pod-apiserver, from: web-1 }')
    .replace('request: 2KB', 'request: 20KB')
  expect(() => runScenario({ text })).not.toThrow()
})
