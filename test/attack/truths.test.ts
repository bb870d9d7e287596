import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, CHECKED_KUBELETS, lab, OPEN_KUBELETS, outcomesOf, verdictOf, WAYS } from './truth-lab.ts'

/** What a simple model gets wrong (docs/design.md#what-a-simple-model-gets-wrong), each with its opposite case. */
const { D, H } = WAYS

describe('without server verification and with a client certificate, an attacker', () => {
  test('an attacker impersonates an unverified kubelet but cannot relay, because the client’s key signs the handshake', () => {
    expect(verdictOf(attackedBy('relay', { D }))).toMatchObject({
      outcomes: ['impersonated', 'read', 'outage'],
      asIdentity: null,
      noticedBy: [{ host: 'master', log: 'kube-apiserver', reason: 'unauthorized' }],
    })
  })

  test('an attacker relays to an unverified kubelet with anonymous access and AlwaysAllow', () => {
    const result = attackedBy('relay', { D }, { set: OPEN_KUBELETS })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      asIdentity: 'system:anonymous',
      noticed: 'none',
    })
  })

  test('an attacker cannot relay to an unverified kubelet with only anonymous access or only AlwaysAllow', () => {
    for (const [set, reason] of [
      [OPEN_KUBELETS.slice(0, 1), 'forbidden'],
      [OPEN_KUBELETS.slice(1), 'unauthorized'],
    ] as const) {
      const { outcomes, noticedBy } = verdictOf(attackedBy('relay', { D }, { set }))
      expect(outcomes).toEqual(['impersonated', 'read', 'outage'])
      expect(noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason }])
    }
  })

  test('an attacker relays a client’s bearer token, which is bound to no connection', () => {
    const token = '{ kind: apiserver-kubelet, from: master, to: node-1, tls: { client: { token: web-token } } }'
    const result = attackedBy('relay', { D: token }, { set: OPEN_KUBELETS.slice(1) })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['credential', 'relayed', 'impersonated', 'read'],
      asIdentity: 'system:serviceaccount:default:default',
    })
    expect(result).toLeak('web-token')
  })

  test('an attacker with the client certificate and its key relays to the kubelet', () => {
    const how = { holds: 'apiserver-kubelet-client', more: ', with: apiserver-kubelet-client' }
    expect(verdictOf(attackedBy('relay', { D }, how))).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      asIdentity: 'kube-apiserver-kubelet-client',
    })
  })

  test('an attacker relays paths without client credentials, such as H', () => {
    expect(outcomesOf(attackedBy('relay', { H }))).toEqual({ H: 'relayed, impersonated, read' })
  })
})

describe('an SSH tunneler that checks no host keys', () => {
  const way = (hostKey: string, verify = 'none') => ({
    F: `{ kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ${verify} }, tunnel: { kind: ssh, via: node-1, host-key: ${hostKey} } }`,
  })

  test('an SSH tunneler that checks no host keys gives its tunnel to an attacker that is inline when it dials, and old kubelets then allow the relay', () => {
    const result = attackedBy('relay', way('ignore'), { old: true })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      asIdentity: 'system:anonymous',
      noticed: 'none',
    })
  })

  test('an SSH tunneler that checked host keys would end the dial, with a reason for the apiserver', () => {
    const verdict = verdictOf(attackedBy('relay', way('check'), { old: true }))
    expect(verdict).toMatchObject({ outcomes: ['outage'], noticed: 'security' })
    expect(verdict.noticedBy).toContainEqual({ host: 'master', log: 'kube-apiserver', reason: 'host key refused' })
  })

  test('an SSH tunneler that checks no host keys does not endanger a kubelet whose certificate is verified: a false server is refused', () => {
    expect(verdictOf(attackedBy('impersonate-server', way('ignore', 'ca'), { old: true }))).toMatchObject({
      outcomes: ['outage'],
      noticed: 'security',
    })
  })

  test('a false sshd learns sizes and times of a verified kubelet’s connections that it forwards', () => {
    const result = attackedBy('relay', way('ignore', 'ca'), { old: true })
    expect(verdictOf(result)).toMatchObject({ outcomes: ['metadata'], noticed: 'none', exposure: { messages: 0 } })
    expect(result.workloads[0]).toMatchObject({ completed: 3, failed: 0 })
  })

  test('a false sshd that forwards causes an outage if it has no route to the kubelet’s port', () => {
    const denied = '{ default: allow, rules: [{ to: node-1, ports: [10250], action: deny }] }'
    const result = attackedBy('relay', way('ignore', 'ca'), { old: true, set: [`firewall=${denied}`] })
    expect(verdictOf(result).outcomes).toContain('outage')
  })

  const traffic = 'connection: per-request, rate: 1/s, for: 100s, request: 300B, response: 1000B'
  const later = (hostKey: string, plan: string) =>
    runScenario(
      lab(way(hostKey), `  mallory: { on: control-node-1, vantage: inline, plan: [${plan}] }`, {
        old: true,
        traffic,
        durationS: 200,
      }),
    )
  const POSE = '{ at: 2s, technique: impersonate-server, path: F }'
  const CUT = '{ at: 2s, for: 1s, technique: reset, path: F }'

  test('an SSH tunneler that checks no host keys gives nothing to an attacker that arrives after the tunnel is established', () => {
    expect(outcomesOf(later('ignore', POSE))).toEqual({ F: 'not-tried' })
  })

  test('an SSH tunneler that checks no host keys gives its tunnel to an attacker that cuts it, at the new dial within a minute', () => {
    const { verdicts } = later('ignore', `${POSE}, ${CUT}`)
    const [posed, cut] = verdicts
    expect(posed.outcomes.slice(0, 2)).toEqual(['impersonated', 'read'])
    expect(posed.exposure.messages).toBeGreaterThan(5)
    expect(cut.outcomes).toEqual(['outage'])
    expect(cut.recoveredNs).toBeGreaterThan(2e9)
    expect(cut.recoveredNs).toBeLessThan(63e9)
  })

  test('an SSH tunneler that checked host keys would lose only service to an attacker that cuts the tunnel', () => {
    const [posed, cut] = later('check', `${POSE}, ${CUT}`).verdicts
    expect([posed.outcomes, cut.outcomes]).toEqual([['outage'], ['outage']])
    expect(cut.recoveredNs).toBeGreaterThan(2e9)
    expect(cut.recoveredNs).toBeLessThan(63e9)
    expect(posed.recoveredNs).toBeNull()
  })
})

describe('a tunnel that ends at a node', () => {
  const I = '{ kind: apiserver-pod, from: master, to: web-1, tunnel: ssh }'
  const exit = (seed: number) =>
    verdictOf(
      attackedBy(
        'eavesdrop',
        { I },
        {
          on: 'node-2',
          vantage: 'node',
          nodes: 4,
          old: true,
          seed,
          traffic: 'connection: per-request, requests: 20, response: 1000B',
        },
      ),
    )

  test('a random tunnel ends at a node that reads its share of requests to pods on other nodes', () => {
    const shares = Array.from({ length: 8 }, (_, index) => exit(index + 1))
    for (const { outcomes, scope, exposure } of shares) {
      expect([outcomes, scope, exposure.of]).toEqual([['read'], 'other', 20])
    }
    const read = shares.reduce((sum, { exposure }) => sum + exposure.messages, 0)
    // A quarter of 160 is 40; three standard deviations are 16.
    expect(Math.abs(read - 40)).toBeLessThan(16)
  })

  test('root on the node at which a tunnel ends reads all plaintext behind it', () => {
    const at = { on: 'node-1', vantage: 'node', old: true }
    expect(verdictOf(attackedBy('eavesdrop', { I }, at))).toMatchObject({ worst: 'read', scope: 'own' })
  })

  const F = '{ kind: apiserver-kubelet, from: master, to: node-1, tunnel: ssh }'
  const atNode2 = (more: { readonly seed?: number; readonly set?: readonly string[] }) => ({
    on: 'node-2',
    vantage: 'node',
    nodes: 4,
    old: true,
    traffic: 'connection: per-request, requests: 20, response: 1000B',
    ...more,
  })
  const BY_EXTERNAL_IP = ['cluster.apiserver.flags.kubelet-preferred-address-types=[ExternalIP, InternalIP]']

  test('root on any node gets the connections to the kubelets of others, once in N dials', () => {
    const shares = Array.from({ length: 8 }, (_, index) =>
      verdictOf(attackedBy('impersonate-server', { F }, atNode2({ seed: index + 1 }))),
    )
    for (const { outcomes, scope, victim, noticed } of shares)
      expect({ outcomes, scope, victim, noticed }).toEqual({
        outcomes: ['impersonated', 'read'],
        scope: 'other',
        victim: 'node-1',
        noticed: 'none',
      })
    const answered = shares.reduce((sum, { exposure }) => sum + exposure.messages, 0)
    // A quarter of 160 is 40; three standard deviations are 16.
    expect(Math.abs(answered - 40)).toBeLessThan(16)
  })

  test('a tunnel leads only to its own node’s kubelet if the apiserver prefers external addresses', () => {
    expect(outcomesOf(attackedBy('impersonate-server', { F }, atNode2({ set: BY_EXTERNAL_IP })))).toEqual({
      F: 'unreachable',
    })
  })

  test('a node that forwards a tunnel’s connections to other kubelets sees only TLS', () => {
    expect(outcomesOf(attackedBy('eavesdrop', { F }, atNode2({})))).toEqual({ F: 'metadata' })
  })
})

describe('verification of a name that the node itself has written', () => {
  const OPEN = 'cluster.apiserver.flags.enable-admission-plugins=[]'
  const BY_NAME = 'cluster.apiserver.flags.enable-kubelet-cert-cn-validation=true'
  const readdressed = (...set: readonly string[]) =>
    verdictOf(
      attackedBy(
        'readdress-node',
        { D },
        {
          on: 'node-2',
          vantage: 'node',
          holds: 'node-2-kubelet-serving, node-2-kubelet-client',
          more: ', at: 100ms, presents: node-2-kubelet-serving, with: node-2-kubelet-client',
          traffic: 'connection: per-request, rate: 5/s, for: 3s, request: 300B',
          set: [...CHECKED_KUBELETS, ...set],
        },
      ),
    )

  test('verification by the address in a node’s status accepts a node that rewrites another’s address', () => {
    const verdict = readdressed(OPEN)
    expect(verdict).toMatchObject({ outcomes: ['impersonated', 'read'], scope: 'other', noticed: 'none' })
  })

  test('verification of a node’s address is safe with NodeRestriction, which limits a node to its own status', () => {
    expect(readdressed()).toMatchObject({ outcomes: ['no-effect'], noticed: 'none' })
  })

  test('verification with ca+cn detects another node, so that only denial of service remains', () => {
    expect(readdressed(OPEN, BY_NAME)).toMatchObject({ outcomes: ['outage'], noticed: 'security', recoveredNs: null })
  })
})
