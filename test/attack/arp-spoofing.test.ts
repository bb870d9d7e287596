import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { runScenario } from '../../src/testing/index.ts'

const PRESET = 'scenarios/presets/gke-ssh-tunnels.yaml'

function lan(l2: 'bridged' | 'routed', plan: string): string {
  return `
version: 1
name: lan
seed: 3
hosts: { client: { cpu: go, cores: 2 }, server: { cpu: go, cores: 2 } }
segments: { lan: { hosts: [client, server], profile: gce-private, l2: ${l2} } }
paths:
  plain: { kind: custom, from: client, to: server, port: 80 }
  unverified: { kind: custom, from: client, to: server, port: 443, tls: { verify: none } }
  verified: { kind: custom, from: client, to: server, port: 444, tls: { verify: ca } }
workloads:
  kept: { path: plain, connection: keep-alive, rate: 10/s, for: 15s, request: 200B, response: 1000B, carries: [letters] }
  unverified: { path: unverified, connection: per-request, rate: 10/s, for: 15s, request: 200B, response: 1000B }
  verified: { path: verified, connection: per-request, rate: 10/s, for: 15s, request: 200B, response: 1000B }
attackers:
  liar: { on: lan, vantage: blind, plan: [${plan}] }
`
}

function verdictsOf(text: string): Record<string, VerdictResult> {
  return Object.fromEntries(runScenario({ text }).verdicts.map((verdict) => [verdict.path, verdict]))
}

describe('an attacker that spoofs ARP for both ends of a path, for four of fifteen seconds', () => {
  test('an attacker that spoofs ARP reads what it forwards, impersonates servers to clients that do not verify, and denies service to the others', () => {
    const { plain, unverified, verified } = verdictsOf(
      lan('bridged', '{ at: 3s, for: 4s, technique: spoof-arp, path: [plain, unverified, verified] }'),
    )
    // On connections that were established before.
    expect(plain).toMatchObject({
      outcomes: ['read'],
      exposure: { messages: 40, of: 40, bytes: 40 * 1200 },
      secrets: ['letters'],
      noticed: 'none',
    })
    expect(unverified).toMatchObject({ outcomes: ['impersonated', 'read'], exposure: { messages: 40, of: 40 } })
    expect(verified).toMatchObject({
      outcomes: ['outage'],
      noticed: 'security',
      noticedBy: [{ host: 'client', reason: 'x509: certificate signed by unknown authority' }],
    })
  })

  test('an attacker that spoofs ARP has no effect on a routed segment', () => {
    const routed = verdictsOf(lan('routed', '{ technique: spoof-arp, path: [plain, unverified, verified] }'))
    const nothing = expect.objectContaining({ outcomes: ['no-effect'], noticed: 'none' })
    expect(routed).toEqual({ plain: nothing, unverified: nothing, verified: nothing })
  })
})

describe('ARP spoofing has no effect', () => {
  const step = '{ technique: spoof-arp, path: [plain, unverified, verified] }'
  const nothing = expect.objectContaining({ outcomes: ['no-effect'] })
  const NO_EFFECT = { plain: nothing, unverified: nothing, verified: nothing }

  test('ARP spoofing has no effect for a passive attacker', () => {
    expect(verdictsOf(lan('bridged', step).replace('blind', 'passive'))).toEqual(NO_EFFECT)
  })

  test('ARP spoofing has no effect between two hosts on a point-to-point link, even for an inline attacker', () => {
    const text = lan('routed', step)
      .replace(/^segments: .*$/m, 'links: { lan: { between: [client, server], delay: 1ms } }')
      .replace('blind', 'inline')
    expect(verdictsOf(text)).toEqual(NO_EFFECT)
  })

  test('ARP spoofing has no effect on a routed segment, except that packets for a pod still reach that pod', () => {
    const attacker = `attackers={ liar: { on: a pod on another node, vantage: pod, plan: [{ technique: spoof-arp, path: pod-proxy }] } }`
    const { verdicts } = runScenario(PRESET, { set: [attacker] })
    expect(verdicts.map(({ victim, worst }) => `${victim} ${worst}`)).toEqual([
      'web-1 no-effect',
      'web-2 no-effect',
      'web-3 no-effect',
    ])
  })
})

describe('a pod that spoofs ARP', () => {
  const cluster = (network: 'bridged' | 'routed') => `
version: 1
name: pods
kubernetes: "1.6"
duration: 20s
cluster:
  preset: gke-ssh-tunnels
  nodes: 1
  pod-network: ${network}
  pods: { a-spy: { on: node-1 }, web: { on: node-1, listens: 8080 } }
paths: { proxy: { kind: apiserver-pod, to: pods/web } }
workloads: { gets: { path: proxy, kind: requests, rate: 2/s, for: 10s, request: 200B, response: 1000B } }
attackers:
  neighbour: { on: a-spy-1, vantage: pod, plan: [{ technique: spoof-arp, path: proxy }] }
`

  test('a pod that spoofs ARP receives what its node sends to another pod on the same bridge', () => {
    expect(verdictsOf(cluster('bridged')).proxy.outcomes).toContain('read')
  })

  test('a pod that spoofs ARP has no effect on a link of its own', () => {
    expect(verdictsOf(cluster('routed')).proxy.outcomes).toEqual(['no-effect'])
  })
})

describe('the committed ARP attacks', () => {
  test('the committed ARP attacks read proxied plaintext behind a tunnel on a bridged segment', () => {
    const { verdicts } = runScenario(PRESET, { attack: 'arp-spoofing', set: ['segments.nodes.l2=bridged'] })
    expect(verdicts.flatMap(({ outcomes }) => outcomes)).toContain('read')
  })

  test('the committed ARP attacks fail on a routed segment', () => {
    const { verdicts } = runScenario(PRESET, { attack: 'arp-spoofing-on-routes' })
    expect(verdicts.map(({ worst }) => worst)).toEqual(['no-effect', 'no-effect', 'no-effect'])
  })
})

describe('a pod on a bridged pod network', () => {
  const cluster = (capabilities: string) => `
version: 1
name: neighbours
cluster:
  preset: kubeadm-default
  nodes: 1
  pod-network: bridged
  pods: { web: { on: nodes, listens: 8080 }, evil: { on: nodes, account: default/evil${capabilities} } }
attackers:
  liar: { on: evil-1, vantage: pod, plan: [{ technique: spoof-arp, path: pod-proxy }] }
`
  test.each([
    ['as runtimes grant it', '', 'impersonated'],
    ['written', ', capabilities: [NET_RAW]', 'impersonated'],
    ['dropped with all others', ', capabilities: []', 'no-effect'],
  ])('a pod on a bridged pod network spoofs ARP only with NET_RAW: %s', (_, capabilities, worst) => {
    expect(verdictsOf(cluster(capabilities))['pod-proxy'].worst).toBe(worst)
  })
})
