import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

/** A cluster with an attacker beside the link to node-1, and ten requests on a path. Kubelets of `legacy` allow all. */
const raced = (path: string, { medium = 'public-network', vantage = 'side', step = '', seed = 1, legacy = true }) =>
  runScenario({
    text: `
version: 1
seed: ${seed}
duration: 100s
kubernetes: "1.18"
cluster:
  nodes: 2
  pods: { sec: { listens: 8443, scheme: https, replicas: 1 } }
  apiserver: { flags: { authorization-mode: [RBAC] } }
  ${legacy ? 'kubelet: { flags: { read-only-port: 10255 } }' : ''}
  links: { control-to-nodes: ${medium} }
paths: { p: ${path} }
workloads: { ask: { path: p, connection: per-request, requests: 10, response: 1000B } }
attackers:
  mallory: { on: control-node-1, vantage: ${vantage}, plan: [{ ${step}, path: p }] }
`,
  })

const D = '{ kind: apiserver-kubelet, from: master, to: node-1 }'
const E = '{ kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ca } }'
const H = '{ kind: apiserver-pod, from: master, to: sec-1 }'
const POSE = 'technique: impersonate-server'

describe('an attacker that only answers faster than the server', () => {
  test.each([
    ['D', D],
    ['H', H],
  ])(
    'an attacker with a faster SYN-ACK impersonates the server of path %s, since its bytes arrive before the reset',
    (_, path) => {
      const { verdicts, workloads } = raced(path, { step: POSE })
      expect(verdicts).toMatchObject([
        { outcomes: ['impersonated', 'read'], noticed: 'none', exposure: { messages: 10, of: 10 } },
      ])
      expect(workloads[0]).toMatchObject({ completed: 10, failed: 0 })
    },
  )

  test('an attacker with a faster SYN-ACK loses to the reset of a server that is as near', () => {
    const { verdicts, workloads } = raced(H, { step: POSE, medium: 'gce-private' })
    expect(verdicts[0].outcomes).not.toContain('impersonated')
    expect(verdicts[0].noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason: 'connection reset' }])
    expect(workloads[0].failures).toEqual([{ reason: 'connection reset', count: 10 }])
  })

  test('an attacker with a faster SYN-ACK is refused by a client that verifies the server', () => {
    const [verdict] = raced(E, { step: POSE }).verdicts
    expect(verdict).toMatchObject({ outcomes: ['outage'], noticed: 'security' })
  })

  test.each(['passive', 'blind'])(
    'an attacker with a faster SYN-ACK needs to observe and to send: %s does nothing',
    (vantage) => {
      const { verdicts, workloads } = raced(D, { step: POSE, vantage })
      expect(['no-effect', 'unreachable', 'not-tried']).toContain(verdicts[0].worst)
      expect(workloads[0]).toMatchObject({ completed: 10, failed: 0 })
    },
  )
})

describe('a server that would have refused the requests', () => {
  test('resets of connections to a server that would have refused the requests count as an outage', () => {
    const { verdicts, workloads } = raced(D, { step: POSE, medium: 'gce-private', legacy: false })
    expect(verdicts[0]).toMatchObject({ outcomes: ['outage'], noticed: 'fault' })
    expect(verdicts[0].noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason: 'connection reset' }])
    expect(workloads[0].failures).toEqual([{ reason: 'connection reset', count: 10 }])
  })

  test('a server that still refuses requests is not counted as lost', () => {
    const { verdicts, workloads } = raced(D, { step: 'technique: replay', legacy: false })
    expect(verdicts[0]).toMatchObject({ outcomes: ['no-effect'], noticed: 'none' })
    expect(workloads[0].failures).toEqual([{ reason: 'server error', count: 10 }])
  })
})

describe('an injected SYN-ACK without a server behind it', () => {
  const SYN_ACK = 'technique: inject, match: { kind: syn }'

  test.each(['public-network', 'gce-private'])(
    'an injected SYN-ACK without a server ends the connection when it comes first, since the real server resets it (%s)',
    (medium) => {
      const { verdicts, workloads } = raced(D, { step: SYN_ACK, medium })
      expect(verdicts[0]).toMatchObject({ outcomes: ['outage'], noticed: 'fault', exposure: { messages: 0, of: 10 } })
      expect(workloads[0].failures).toEqual([{ reason: 'connection reset', count: 10 }])
    },
  )

  test('an injected SYN-ACK has no effect after the server’s own SYN-ACK', () => {
    const { verdicts, workloads } = raced(D, { step: `${SYN_ACK}, delay: 100ms` })
    expect(verdicts[0]).toMatchObject({ outcomes: ['no-effect'], noticed: 'none' })
    expect(workloads[0]).toMatchObject({ completed: 10, failed: 0 })
  })

  test('an injected SYN-ACK disrupts as many connections as its count says', () => {
    const { verdicts, workloads } = raced(D, { step: `${SYN_ACK}, count: 2` })
    expect(verdicts[0].outcomes).toEqual(['disrupted'])
    expect(workloads[0].failures).toEqual([{ reason: 'connection reset', count: 2 }])
  })
})

/** A tunnel from the master to `exit`, behind which the kubelet of `node` is, with an attacker beside one of the links. */
function tunnelled({ on = 'wan', hostKey = 'ignore', wanMs = 20, farMs = 20, start = '0s', holds = '' }) {
  const { verdicts, workloads, tunnels } = runScenario({
    text: `
version: 1
seed: 7
duration: 60s
hosts: { master: { cpu: go, cores: 4 }, exit: { cpu: go, cores: 2 }, node: { cpu: go, cores: 2 } }
links:
  wan: { between: [master, exit], delay: ${wanMs}ms, rate: 100Mbps }
  far: { between: [exit, node], delay: ${farMs}ms, rate: 100Mbps }
paths:
  F: { kind: apiserver-kubelet, from: master, to: node, tunnel: { kind: ssh, via: exit, host-key: ${hostKey} } }
workloads: { ask: { path: F, connection: per-request, requests: 10, response: 1000B, start: ${start} } }
attackers:
  mallory: { on: ${on}, vantage: side, ${holds}plan: [{ technique: impersonate-server, path: F }] }
`,
  })
  const [{ outcomes, noticed, exposure }] = verdicts
  const [{ completed, failures }] = workloads
  return { outcomes, noticed, exposed: exposure.messages, completed, failures, setups: tunnels[0].setups }
}

describe('a race for the connection of an SSH tunnel', () => {
  test('a race for an SSH tunnel’s connection is won by a nearer attacker, since clients check no host key', () => {
    expect(tunnelled({})).toMatchObject({
      outcomes: ['impersonated', 'read'],
      noticed: 'none',
      exposed: 10,
      completed: 10,
    })
  })

  test('a race for an SSH tunnel’s connection is lost to a client that checked the host key, as no release does', () => {
    expect(tunnelled({ hostKey: 'check' })).toMatchObject({
      outcomes: ['outage'],
      noticed: 'security',
      exposed: 0,
      failures: [{ reason: 'host key refused', count: 10 }],
      setups: 0,
    })
  })

  test('a race for an SSH tunnel’s connection is won again with the real host key', () => {
    const run = tunnelled({ hostKey: 'check', holds: 'holds: [its SSH host key], ' })
    expect(run).toMatchObject({ outcomes: ['impersonated', 'read'], exposed: 10, completed: 10 })
  })

  test('a tunnel won by a race is lost if it is not used at once, since its next ACK makes the real sshd reset it', () => {
    expect(tunnelled({})).toMatchObject({ setups: 1 })
    // The client dials another tunnel when it needs one, in another race.
    expect(tunnelled({ start: '2s' })).toMatchObject({ setups: 2, exposed: 10, completed: 10 })
  })

  test('a race for an SSH tunnel’s connection is lost to an sshd that is as near', () => {
    expect(tunnelled({ wanMs: 0.1 })).toMatchObject({ exposed: 0, noticed: 'fault' })
  })
})

describe('a race for the connection that leaves a tunnel', () => {
  test('a race behind a tunnel is won if the client’s bytes come through the tunnel before the kubelet’s reset', () => {
    const run = tunnelled({ on: 'far', wanMs: 1 })
    expect(run).toMatchObject({ outcomes: ['impersonated', 'read'], noticed: 'none', exposed: 10, completed: 10 })
  })

  test('a race behind a long tunnel is lost: the kubelet’s reset comes before the client’s first bytes', () => {
    expect(tunnelled({ on: 'far' })).toMatchObject({
      outcomes: ['outage'],
      noticed: 'fault',
      exposed: 0,
      failures: [{ reason: 'connection reset', count: 10 }],
    })
  })

  test('a race behind a tunnel is lost to a kubelet that is near', () => {
    expect(tunnelled({ on: 'far', wanMs: 1, farMs: 0.1 })).toMatchObject({ outcomes: ['outage'], exposed: 0 })
  })
})

describe('dials of tunnels that a race takes', () => {
  /** Requests that begin when tunnels have been dialled, through whichever of several tunnels is up. */
  const beside = (preset: string, kubernetes: string, step: string) =>
    runScenario({
      text: `
version: 1
seed: 3
duration: 100s
kubernetes: "${kubernetes}"
cluster: { preset: ${preset}, nodes: 3, pods: { web: { listens: 8080 } } }
paths: { p: { kind: apiserver-kubelet, from: master, to: node-1 } }
workloads: { ask: { path: p, connection: per-request, requests: 10, response: 1000B, start: 30s } }
attackers: { mallory: { on: control-node-1, vantage: side, plan: [{ path: p, ${step} }] } }
`,
    })
  const RACE = 'technique: inject, match: { kind: syn }'

  test('dials of tunnels that a race takes over are noticed by the apiserver, though requests use other tunnels', () => {
    const { verdicts, workloads, tunnels } = beside('gke-ssh-tunnels', '1.8', RACE)
    expect(tunnels.map(({ setups }) => setups)).toEqual([0, 1, 1])
    expect(workloads.find(({ name }) => name === 'ask')).toMatchObject({ completed: 10, failed: 0 })
    expect(verdicts[0]).toMatchObject({
      outcomes: ['no-effect'],
      noticed: 'fault',
      noticedBy: [{ host: 'master', log: 'kube-apiserver', reason: 'connection reset' }],
    })
  })

  test('dials of tunnels that a race takes over are noticed by the Konnectivity agent', () => {
    const { verdicts } = beside('konnectivity', '1.30', RACE)
    expect(verdicts[0].noticedBy).toContainEqual({
      host: 'node-1',
      log: 'konnectivity-agent',
      reason: 'connection reset',
    })
  })

  test('dials of tunnels are not noticed if the race is lost', () => {
    expect(beside('gke-ssh-tunnels', '1.8', `${RACE}, delay: 500ms`).verdicts[0].noticed).toBe('none')
  })
})
