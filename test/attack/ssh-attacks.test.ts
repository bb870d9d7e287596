import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attacked, delivered, mallory, step } from './attack-lab.ts'

type Verify = 'none' | 'ca' | 'none, client: none'

const scenario = (hostKey: 'ignore' | 'check', verify: Verify) => `
seed: 7
hosts: { master: { cpu: go, cores: 4 }, node: { cpu: go, cores: 2 } }
links: { wan: { between: [master, node], delay: 40ms, rate: 100Mbps } }
paths:
  logs: { kind: apiserver-kubelet, from: master, to: node, tls: { verify: ${verify} }, tunnel: { kind: ssh, via: node, host-key: ${hostKey}, warm: false } }
workloads:
  keep: { path: logs, connection: keep-alive, requests: 5, request: 200B, response: 1000B }
`

const failures = (hostKey: 'ignore' | 'check', verify: Verify, technique: 'impersonate-server' | 'relay') => {
  const run = attacked(scenario(hostKey, verify), mallory([step(technique)]))
  return { run, failures: run.result.workloads[0].failures.map(({ reason, count }) => `${count} ${reason}`) }
}

test('an SSH client that checks no host key logs in to the attacker’s sshd, and reaches its forged kubelet', () => {
  const { run, failures: failed } = failures('ignore', 'none', 'impersonate-server')
  expect(failed).toEqual([])
  expect(delivered(run, 'link/wan/forward')).toBe(0)
  // What the tunnel leads to is the attacker's own host again.
  expect(delivered(run, 'loopback/~mallory')).toBe(26)
})

test('a relay accepts the SSH tunnel, and connects to the real kubelet without a tunnel', () => {
  const { run, failures: failed } = failures('ignore', 'none, client: none', 'relay')
  expect(failed).toEqual([])
  expect(delivered(run, 'link/~mallory/B/forward')).toBe(10)
})

test.each([
  ['a checked host key', 'check', 'none', '5 host key refused'],
  ['a kubelet that is verified inside', 'ignore', 'ca', '5 x509: certificate signed by unknown authority'],
] as const)('%s ends the SSH tunnel', (_, hostKey, verify, failed) => {
  expect(failures(hostKey, verify, 'impersonate-server').failures).toEqual([failed])
})

/** A cluster whose tunneler has just started, with a false sshd on the link to node-1. */
const clusterWith = (options: {
  hostKey?: 'ignore' | 'check'
  verify?: boolean
  attackers: string
  seconds?: number
}) =>
  runScenario({
    text: `
version: 1
seed: 1
duration: ${(options.seconds ?? 100) + 20}s
kubernetes: "1.12"
cluster:
  nodes: 2
  apiserver:
    flags:
      ssh-user: gke
      authorization-mode: [RBAC]
      kubelet-preferred-address-types: [ExternalIP]
      ${options.verify === true ? 'kubelet-certificate-authority: cluster-ca' : ''}
  kubelet: { server-certificate: ${options.verify === true ? 'issued' : 'self-signed'}, flags: { read-only-port: 10255 } }
  links: { control-to-nodes: public-network }
paths:
  F: { kind: apiserver-kubelet, from: master, to: node-1, tunnel: { kind: ssh, warm: false, host-key: ${options.hostKey ?? 'ignore'} } }
workloads:
  ask: { path: F, connection: per-request, rate: 1/s, for: ${options.seconds ?? 100}s, start: 3s }
attackers:
${options.attackers}
`,
  })

const falseSshd = (technique: string, more = '') =>
  `  mallory: { on: control-node-1, vantage: inline, ${more}plan: [{ technique: ${technique}, path: F }] }`

describe('a false sshd in a cluster', () => {
  test.each(['impersonate-server', 'relay'])(
    'a false sshd answers health checks while it does %s, so its tunnel stays open',
    (technique) => {
      const result = clusterWith({ attackers: falseSshd(technique), seconds: 200 })
      const [own] = result.tunnels
      expect(own).toMatchObject({ via: 'node-1', dials: 1, setups: 1, channels: 200, healthChecks: { failed: 0 } })
      expect(own.healthChecks.passed).toBeGreaterThan(1)
    },
  )

  test('a false sshd forwards verified connections unchanged: it learns metadata, and service goes on', () => {
    const result = clusterWith({ verify: true, attackers: falseSshd('relay') })
    expect(result.verdicts).toMatchObject([
      { outcomes: ['metadata'], noticed: 'none', exposure: { messages: 0 }, outageNs: 0 },
    ])
    expect(result.workloads[0]).toMatchObject({ completed: 100, failed: 0 })
  })

  test('a false sshd does not forward verified connections if it presents a certificate', () => {
    const presenting = falseSshd('relay, presents: node-2-kubelet-serving', 'holds: [node-2-kubelet-serving], ')
    const [verdict] = clusterWith({ verify: true, attackers: presenting }).verdicts
    expect(verdict).toMatchObject({ outcomes: ['outage'], noticed: 'security' })
  })

  test('a false sshd terminates connections whose client does not verify the kubelet', () => {
    const [verdict] = clusterWith({ attackers: falseSshd('relay') }).verdicts
    expect(verdict.outcomes).toEqual(expect.arrayContaining(['impersonated', 'read']))
    expect(verdict.outcomes).not.toContain('metadata')
  })
})

describe('an SSH tunneler that checked host keys (no release does)', () => {
  test('an SSH tunneler that checked host keys would refuse a false sshd, and use another tunnel', () => {
    const result = clusterWith({ hostKey: 'check', attackers: falseSshd('impersonate-server') })
    expect(result.verdicts[0]).toMatchObject({ outcomes: ['no-effect'], noticed: 'security' })
    expect(result.verdicts[0].noticedBy).toEqual([
      { host: 'master', log: 'kube-apiserver', reason: 'host key refused' },
    ])
    expect(result.tunnels.map(({ channels }) => channels)).toEqual([0, 100])
  })

  test.each(['node-1-ssh-host-key', 'its SSH host key'])(
    'an SSH tunneler that checked host keys would accept an attacker that holds %s',
    (key) => {
      const held = falseSshd('impersonate-server', `holds: [${key}], `)
      const [verdict] = clusterWith({ hostKey: 'check', attackers: held }).verdicts
      expect(verdict).toMatchObject({ outcomes: ['impersonated', 'read'], noticed: 'none' })
      expect(verdict.exposure).toMatchObject({ messages: 100, of: 100 })
    },
  )

  test('an SSH tunneler that checked host keys would refuse the host key of another node', () => {
    const other = falseSshd('impersonate-server', 'holds: [node-2-ssh-host-key], ')
    const [verdict] = clusterWith({ hostKey: 'check', attackers: other }).verdicts
    expect(verdict).toMatchObject({ outcomes: ['no-effect'], noticed: 'security' })
  })

  test('an SSH tunneler that checked host keys would accept an attacker once its ally steals the node’s host key', () => {
    const thief = '  thief: { on: node-1, vantage: node, plan: [{ at: 40s, technique: steal-key, path: F }] }'
    const attackers = `${falseSshd('impersonate-server', 'allies: [thief], ')}\n${thief}`
    const [posed, stolen] = clusterWith({ hostKey: 'check', attackers }).verdicts
    expect(stolen.credentials.map(({ name, identity }) => [name, identity])).toContainEqual([
      'node-1-ssh-host-key',
      'sshd of node-1',
    ])
    expect(posed.outcomes).toEqual(['impersonated', 'read'])
    expect(posed.exposure.messages).toBeLessThan(65)
    expect(posed.exposure.messages).toBeGreaterThan(10)
  })

  test('the host key of a node can only be stolen by root on the node', () => {
    const pods = '  thief: { on: node-2, vantage: node, plan: [{ at: 10s, technique: steal-key, path: F }] }'
    const [stolen] = clusterWith({ hostKey: 'check', attackers: pods, seconds: 20 }).verdicts
    expect(stolen.credentials.map(({ name }) => name)).not.toContain('node-1-ssh-host-key')
  })
})
