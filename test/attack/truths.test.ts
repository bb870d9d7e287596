import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, CHECKED_KUBELETS, lab, OPEN_KUBELETS, outcomesOf, verdictOf, WAYS } from './truth-lab.ts'

/** What a simple model gets wrong (docs/design.md#what-a-simple-model-gets-wrong), each with what turns it round. */
const { D, H } = WAYS

describe('an unverified server with a client certificate is impersonation, not relay', () => {
  test('the kubelet takes nobody without the certificate, which signs the handshake', () => {
    expect(verdictOf(attackedBy('relay', { D }))).toMatchObject({
      outcomes: ['impersonated', 'read', 'denied'],
      asIdentity: null,
      noticedBy: [{ host: 'master', log: 'kube-apiserver', reason: 'unauthorized' }],
    })
  })

  test('unless it takes anybody and lets anybody do anything', () => {
    const result = attackedBy('relay', { D }, { set: OPEN_KUBELETS })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      asIdentity: 'system:anonymous',
      noticed: 'none',
    })
  })

  test('to be taken for anonymous is not enough where the apiserver decides, nor is AlwaysAllow for who is nobody', () => {
    for (const [set, reason] of [
      [OPEN_KUBELETS.slice(0, 1), 'forbidden'],
      [OPEN_KUBELETS.slice(1), 'unauthorized'],
    ] as const) {
      const { outcomes, noticedBy } = verdictOf(attackedBy('relay', { D }, { set }))
      expect(outcomes).toEqual(['impersonated', 'read', 'denied'])
      expect(noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason }])
    }
  })

  test('or unless the client shows a bearer token, which is bound to no connection', () => {
    const token = '{ kind: apiserver-kubelet, from: master, to: node-1, tls: { client: { token: web-token } } }'
    const result = attackedBy('relay', { D: token }, { set: OPEN_KUBELETS.slice(1) })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['credential', 'relayed', 'impersonated', 'read'],
      asIdentity: 'system:serviceaccount:default:default',
    })
    expect(result).toLeak('web-token')
  })

  test('or unless the attacker holds the certificate and its key', () => {
    const how = { holds: 'apiserver-kubelet-client', more: ', with: apiserver-kubelet-client' }
    expect(verdictOf(attackedBy('relay', { D }, how))).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      asIdentity: 'kube-apiserver-kubelet-client',
    })
  })

  test('without client credentials, as in H, the relay is whole', () => {
    expect(outcomesOf(attackedBy('relay', { H }))).toEqual({ H: 'relayed, impersonated, read' })
  })
})

describe('the tunneler checks no host keys', () => {
  const way = (hostKey: string, verify = 'none') => ({
    F: `{ kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ${verify} }, tunnel: { kind: ssh, via: node-1, host-key: ${hostKey} } }`,
  })

  test('who is on the way when it dials has the tunnel, and kubelets of that time let it relay', () => {
    const result = attackedBy('relay', way('ignore'), { old: true })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      asIdentity: 'system:anonymous',
      noticed: 'none',
    })
  })

  test('where it did check, the dial ends there, and the apiserver knows why', () => {
    const verdict = verdictOf(attackedBy('relay', way('check'), { old: true }))
    expect(verdict).toMatchObject({ outcomes: ['denied'], noticed: 'security' })
    expect(verdict.noticedBy).toContainEqual({ host: 'master', log: 'kube-apiserver', reason: 'host key refused' })
  })

  test('a verified kubelet inside it is out of reach all the same', () => {
    expect(verdictOf(attackedBy('relay', way('ignore', 'ca'), { old: true }))).toMatchObject({
      outcomes: ['denied'],
      noticed: 'security',
    })
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

  test('who comes when it stands gets nothing of it', () => {
    expect(outcomesOf(later('ignore', POSE))).toEqual({ F: 'failed' })
  })

  test('unless it is cut, found out a minute later, and dialled again', () => {
    const { verdicts } = later('ignore', `${POSE}, ${CUT}`)
    const [posed, cut] = verdicts
    expect(posed.outcomes.slice(0, 2)).toEqual(['impersonated', 'read'])
    expect(posed.exposure.messages).toBeGreaterThan(5)
    expect(cut.outcomes).toEqual(['denied'])
    expect(cut.recoveredNs).toBeGreaterThan(60e9)
  })

  test('with a check, cutting it brings only that, and posing keeps it cut', () => {
    const [posed, cut] = later('check', `${POSE}, ${CUT}`).verdicts
    expect([posed.outcomes, cut.outcomes]).toEqual([['denied'], ['denied']])
    expect(cut.recoveredNs).toBeGreaterThan(60e9)
    expect(posed.recoveredNs).toBeNull()
  })
})

describe('a tunnel ends at a node', () => {
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

  test('a random one, which reads about its share of what is for pods elsewhere', () => {
    const shares = Array.from({ length: 8 }, (_, index) => exit(index + 1))
    for (const { outcomes, scope, exposure } of shares) {
      expect([outcomes, scope, exposure.of]).toEqual([['read'], 'other', 20])
    }
    const read = shares.reduce((sum, { exposure }) => sum + exposure.messages, 0)
    // A quarter of 160 is 40; three standard deviations are 16.
    expect(Math.abs(read - 40)).toBeLessThan(16)
  })

  test('what is behind that node is its own', () => {
    const at = { on: 'node-1', vantage: 'node', old: true }
    expect(verdictOf(attackedBy('eavesdrop', { I }, at))).toMatchObject({ worst: 'read', scope: 'own' })
  })

  test('a kubelet is reached through its own node alone', () => {
    const F = '{ kind: apiserver-kubelet, from: master, to: node-1, tunnel: ssh }'
    const at = { on: 'node-2', vantage: 'node', old: true }
    expect(outcomesOf(attackedBy('eavesdrop', { F }, at))).toEqual({ F: 'out-of-reach' })
  })
})

describe('verification checks a name that the node itself has written', () => {
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

  test('who may rewrite an address has what is sent there, by its own valid certificate', () => {
    const verdict = readdressed(OPEN)
    expect(verdict).toMatchObject({ outcomes: ['impersonated', 'read'], scope: 'other', noticed: 'none' })
  })

  test('NodeRestriction keeps it to its own', () => {
    expect(readdressed()).toMatchObject({ outcomes: ['failed'], noticed: 'none' })
  })

  test('ca+cn sees that it is another node, so that all it can do is deny', () => {
    expect(readdressed(OPEN, BY_NAME)).toMatchObject({ outcomes: ['denied'], noticed: 'security', recoveredNs: null })
  })
})
