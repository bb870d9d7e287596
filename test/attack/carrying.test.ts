import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { observe } from './evidence-lab.ts'

interface Cluster {
  readonly tunnel?: 'konnectivity' | 'ssh'
  readonly strategy?: 'default' | 'destHost'
  /** The attackers, as the scenario writes them. */
  readonly attackers: string
  readonly more?: string
}

const KONNECTIVITY = `
kubernetes: "1.30"
cluster:
  apiserver: { flags: { egress-selector-config-file: konnectivity, kubelet-certificate-authority: cluster-ca } }
  kubelet: { config: { serverTLSBootstrap: true }, server-certificate: issued }`

const SSH = `
kubernetes: "1.12"
cluster:
  apiserver: { flags: { ssh-user: gke, authorization-mode: [RBAC], kubelet-certificate-authority: cluster-ca } }
  kubelet: { server-certificate: issued, flags: { read-only-port: 10255 } }`

/** Three nodes; connections to the verified kubelet of node-1 leave the tunnel at a random one. */
function cluster({ tunnel = 'konnectivity', strategy = 'default', attackers, more = '' }: Cluster) {
  return {
    text: `
version: 1
seed: 1
duration: 30s${tunnel === 'ssh' ? SSH : KONNECTIVITY}
  nodes: 3
  pods: { web: { listens: 8080 } }
  ${tunnel === 'ssh' ? '' : `konnectivity: { strategy: ${strategy}, authentication: none }`}
paths:
  E: { kind: apiserver-kubelet, from: master, to: node-1 }
  unused: { kind: apiserver-kubelet, from: master, to: node-1 }
workloads:
  ask: { path: E, connection: per-request, rate: 10/s, for: 3s, start: 2s }
attackers: { ${attackers} }
${more}`,
  }
}

const OUTSIDER =
  'm: { on: control-node-2, vantage: blind, plan: [{ at: 1s, technique: claim-agent, path: [E, unused] }] }'
const root = (step: string, on = 'node-2', more = '') =>
  `m: { on: ${on}, vantage: node, ${more}plan: [{ at: 1s, technique: ${step}, path: E }] }`

/** The outcomes by path, and how many requests succeeded. */
function outcomesOf(options: Cluster): Record<string, string | number> {
  const { verdicts, workloads } = runScenario(cluster(options))
  const { completed } = workloads.find(({ name }) => name === 'ask')!
  return { ...Object.fromEntries(verdicts.map(({ path, outcomes }) => [path, outcomes.join(', ')])), completed }
}

describe('an attacker whose Konnectivity agent forwards connections that their clients verify', () => {
  test('an attacker whose Konnectivity agent forwards verified connections learns metadata of the path, and nobody notices', () => {
    const { verdicts, workloads, tunnels } = runScenario(cluster({ attackers: OUTSIDER }))
    const own = tunnels.find(({ name }) => name.startsWith('konnectivity/master/~m'))!
    expect(own.channels).toBeGreaterThan(0)
    expect(
      verdicts.map(({ path, outcomes, noticed, exposure: { messages } }) => [path, outcomes, noticed, messages]),
    ).toEqual([
      ['E', ['metadata'], 'none', 0],
      ['unused', ['no-effect'], 'none', 0],
    ])
    expect(workloads[0]).toMatchObject({ completed: 30, failed: 0 })
  })

  test('metadata that a Konnectivity agent forwards has the handshake to the kubelet as evidence', () => {
    const { result, packet } = observe({ file: 'carrying.yaml', text: cluster({ attackers: OUTSIDER }).text })
    const [{ evidence }] = result.verdicts
    expect(evidence).toHaveLength(1)
    const [{ link, packet: serial, atNs, shows }] = evidence
    const seen = packet(link!, serial!)!
    expect({ shows, at: seen.firstTick, to: seen.to, port: seen.destinationPort }).toEqual({
      shows: 'metadata',
      at: atNs,
      to: 'node-1',
      port: 10250,
    })
    expect(seen.carries).toContain('client hello')
    expect(seen.authors[0]).toBe('master')
  })

  test('an attacker’s Konnectivity agent learns nothing if the server chose another agent for every connection', () => {
    const run = outcomesOf({ attackers: OUTSIDER, strategy: 'destHost' })
    expect(run).toEqual({ E: 'no-effect', unused: 'no-effect', completed: 30 })
  })

  test('an attacker’s Konnectivity agent that cannot connect to the kubelet forwards and learns nothing', () => {
    const more = 'events: [{ at: 1s, link: control-node-1, state: down }]'
    const { verdicts, tunnels } = runScenario(cluster({ attackers: OUTSIDER, more }))
    const own = tunnels.find(({ name }) => name.startsWith('konnectivity/master/~m'))!
    expect(own.channels).toBeGreaterThan(0)
    for (const { outcomes } of verdicts) expect(outcomes).not.toContain('metadata')
  })

  test('an attacker does not learn what other attackers’ agents forward', () => {
    const other = 'n: { on: control-node-3, vantage: blind, plan: [{ at: 1s, technique: claim-agent, path: unused }] }'
    const { verdicts } = runScenario(cluster({ attackers: `${OUTSIDER}, ${other}` }))
    expect(verdicts.map(({ attacker, path, worst }) => `${attacker} ${path} ${worst}`)).toEqual([
      'm E metadata',
      'm unused no-effect',
      'n unused no-effect',
    ])
  })

  test('metadata of forwarded connections counts for the step whose agent carried data, and for no other', () => {
    const verdictsOf = (...steps: readonly string[]) =>
      runScenario(cluster({ attackers: `m: { on: node-2, vantage: node, plan: [${steps.join(', ')}] }` })).verdicts.map(
        ({ technique, worst }) => `${technique} ${worst}`,
      )
    expect(
      verdictsOf('{ for: 500ms, technique: relay, path: E }', '{ at: 1s, technique: claim-agent, path: E }'),
    ).toEqual(['claim-agent metadata', 'relay no-effect'])
    expect(verdictsOf('{ at: 1s, technique: relay, path: E }', '{ at: 6s, technique: claim-agent, path: E }')).toEqual([
      'claim-agent no-effect',
      'relay metadata',
    ])
  })
})

describe.each(['konnectivity', 'ssh'] as const)(
  'root where a tunnel ends (%s) that relays verified connections',
  (tunnel) => {
    test('root where a tunnel ends forwards verified connections unchanged: it learns metadata, and service goes on', () => {
      expect(outcomesOf({ tunnel, attackers: root('relay') })).toMatchObject({ E: 'metadata', completed: 30 })
    })

    test('root where a tunnel ends breaks verified connections if it presents a certificate or impersonates the server', () => {
      const presenting = root('relay, presents: node-3-kubelet-serving', 'node-2', 'holds: [node-3-kubelet-serving], ')
      for (const attackers of [presenting, root('impersonate-server')]) {
        const run = outcomesOf({ tunnel, attackers })
        expect(run.E).toBe('disrupted')
        expect(Number(run.completed)).toBeLessThan(30)
      }
    })

    test('root where a tunnel ends learns nothing by a technique that accepts no connections', () => {
      expect(outcomesOf({ tunnel, attackers: root('replay, count: 1') }).E).toBe('no-effect')
    })
  },
)

const LAN = (l2: 'bridged' | 'routed', more = '') => `
version: 1
seed: 3
duration: 20s
hosts: { client: { cpu: go }, server: { cpu: go } }
segments: { lan: { hosts: [client, server], profile: gce-private, l2: ${l2} } }
paths:
  sealed: { kind: custom, from: client, to: server, port: 443, tls: { verify: ca } }
  plain: { kind: custom, from: client, to: server, port: 80 }
  other: { kind: custom, from: client, to: server, port: 444, tls: { verify: ca } }
workloads:
  sealed: { path: sealed, connection: keep-alive, rate: 10/s, for: 10s }
  plain: { path: plain, connection: keep-alive, rate: 10/s, for: 10s }
attackers:
  m: { on: lan, vantage: blind, plan: [{ at: 3s, for: 4s, technique: spoof-arp, path: [sealed, plain, other] }] }
${more}`

describe('an attacker that attracts packets by ARP', () => {
  const worst = (text: string) =>
    runScenario({ text }).verdicts.map(({ path, outcomes }) => `${path}: ${outcomes.join(', ')}`)

  test('an attacker that spoofs ARP learns metadata of open connections that it forwards and cannot read', () => {
    expect(worst(LAN('bridged'))).toEqual(['other: not-tried', 'plain: read', 'sealed: metadata'])
  })

  test('an attacker that spoofs ARP learns nothing if no host accepts its claims', () => {
    expect(worst(LAN('routed'))).toEqual(['other: not-tried', 'plain: no-effect', 'sealed: no-effect'])
  })
})

test('root on a router learns metadata of open connections that it does not take over, and no other host does', () => {
  const routed = (on: string, step: string) => {
    const { verdicts } = runScenario({
      text: `
version: 1
duration: 20s
hosts: { client: { cpu: go }, router: { cpu: go }, server: { cpu: go }, other: { cpu: go } }
links:
  left: { between: [client, router], delay: 1ms }
  right: { between: [router, server], delay: 1ms }
  aside: { between: [router, other], delay: 1ms }
paths: { sealed: { kind: custom, from: client, to: server, port: 443, tls: { verify: ca } } }
workloads: { sealed: { path: sealed, connection: keep-alive, rate: 10/s, for: 10s } }
attackers: { m: { on: ${on}, vantage: node, plan: [{ at: 3s, technique: ${step}, path: sealed }] } }
`,
    })
    return verdicts.map(({ outcomes }) => outcomes.join(', '))
  }
  expect(routed('router', 'relay')).toEqual(['metadata'])
  expect(routed('router', 'relay, for: 1ns')).toEqual(['not-tried'])
  expect(routed('other', 'relay')).toEqual(['unreachable'])
})
