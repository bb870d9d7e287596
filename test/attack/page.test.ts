import { describe, expect, test } from 'vitest'
import { runScenario, type TechniqueName } from '../../src/testing/index.ts'
import { attackedBy, CHECKED_KUBELETS, lab, outcomesOf, verdictOf, WAYS } from './truth-lab.ts'

/** What kubernetes.io says on communication between the control plane and nodes, statement by statement. */
const ON_THE_LINK: readonly (readonly [vantage: string, technique: TechniqueName])[] = [
  ['blind', 'inject'],
  ['blind', 'reset'],
  ['passive', 'eavesdrop'],
  ['side', 'inject'],
  ['side', 'replay'],
  ['side', 'reset'],
  ['inline', 'impersonate-server'],
  ['inline', 'relay'],
  ['inline', 'tamper'],
  ['inline', 'drop'],
  ['inline', 'delay'],
  ['inline', 'direct-request'],
]

const { B, C, D, G, H } = WAYS

const STEADY = 'connection: keep-alive, rate: 10/s, for: 2s, response: 1000B'

describe.each([
  ['nodes', 'B', { B }, 'node-1', 'kubelet'],
  ['pods', 'C', { C }, 'web-1', 'web-1'],
])('%s to the control plane (%s), over untrusted networks', (_, path, ways, host, log) => {
  test.each(ON_THE_LINK)(
    'an untrusted network to the control plane gives a %s attacker nothing by %s',
    (vantage, technique) => {
      const result = attackedBy(technique, ways, { vantage })
      expect(result).toResist(technique, { path })
      expect(result).not.toLeak(`${path}-secret`)
      expect(result).not.toLeak('web-token')
    },
  )

  test('a path to the control plane is open to disruption and denial of service', () => {
    expect(outcomesOf(attackedBy('drop', ways))).toEqual({ [path]: 'outage' })
    expect(outcomesOf(attackedBy('delay', ways))).toEqual({ [path]: 'degraded' })
    const once = attackedBy('reset', ways, { vantage: 'side', more: ', at: 200ms, count: 1', traffic: STEADY })
    expect(verdictOf(once)).toMatchObject({ outcomes: ['disrupted'], noticed: 'fault' })
  })

  test('both ends of a path to the control plane refuse and report the attacker’s certificate and altered records', () => {
    for (const [technique, reason] of [
      ['impersonate-server', 'x509: certificate signed by unknown authority'],
      ['tamper', 'record broken'],
    ]) {
      const { outcomes, noticed, noticedBy } = verdictOf(attackedBy(technique, ways))
      expect([outcomes, noticed]).toEqual([['outage'], 'security'])
      expect(noticedBy).toContainEqual({ host, log, reason })
    }
  })
})

describe('the apiserver to a kubelet (D)', () => {
  test('path D lets an active attacker read requests and forge responses', () => {
    const result = attackedBy('impersonate-server', { D })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['impersonated', 'read'],
      exposure: { messages: 3, of: 3 },
      noticed: 'none',
    })
    expect(result).toLeak('D-secret')
  })

  test('path D lets a forged kubelet read typed keys, but not the logs of the real kubelet', () => {
    const exec = attackedBy('impersonate-server', { D }, { traffic: 'kind: exec, rate: 5/s, for: 2s' })
    expect(exec).toLeak('D-secret')
    const logs = attackedBy('impersonate-server', { D }, { traffic: 'kind: logs, response: 10KB, requests: 3' })
    expect(outcomesOf(logs)).toEqual({ D: 'impersonated, read' })
    expect(logs).not.toLeak('D-secret')
  })

  test('path D is safe from eavesdroppers', () => {
    const result = attackedBy('eavesdrop', { D }, { vantage: 'passive' })
    expect(verdictOf(result)).toMatchObject({ outcomes: ['metadata'], exposure: { messages: 0, of: 3 } })
    expect(result).not.toLeak('D-secret')
  })

  test.each(ON_THE_LINK)('path D is safe with --kubelet-certificate-authority (E): %s, %s', (vantage, technique) => {
    const result = attackedBy(technique, { D }, { vantage, set: CHECKED_KUBELETS })
    expect(result).toResist(technique)
    expect(result).not.toLeak('D-secret')
  })

  test('a forged kubelet on path D is reported with --kubelet-certificate-authority', () => {
    expect(verdictOf(attackedBy('impersonate-server', { D }, { set: CHECKED_KUBELETS }))).toMatchObject({
      outcomes: ['outage'],
      noticed: 'security',
      noticedBy: [{ host: 'master', log: 'kube-apiserver', reason: 'x509: certificate signed by unknown authority' }],
    })
  })
})

describe('the apiserver to pods', () => {
  test('the path from the apiserver to pods over HTTP (G) is open to eavesdropping and tampering', () => {
    const heard = attackedBy('eavesdrop', { G }, { vantage: 'passive' })
    expect(verdictOf(heard)).toMatchObject({ outcomes: ['read'], exposure: { messages: 3, of: 3, bytes: 3900 } })
    expect(heard).toLeak('G-secret')
    expect(verdictOf(attackedBy('tamper', { G }))).toMatchObject({
      outcomes: ['modified'],
      exposure: { messages: 3, of: 3 },
      noticed: 'none',
    })
    expect(outcomesOf(attackedBy('inject', { G }, { vantage: 'side' }))).toEqual({ G: 'impersonated' })
  })

  test('the path from the apiserver to pods over HTTPS (H) is safe from eavesdroppers and open to relays', () => {
    expect(outcomesOf(attackedBy('eavesdrop', { H }, { vantage: 'passive' }))).toEqual({ H: 'metadata' })
    const relayed = attackedBy('relay', { H })
    expect(verdictOf(relayed)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      exposure: { messages: 3, of: 3, bytes: 3900 },
      asIdentity: null,
      noticed: 'none',
    })
    expect(relayed).toLeak('H-secret')
  })

  test('the path from the apiserver to pods over a service is relayed to the endpoint that the client dialled', () => {
    const set = ['cluster.services={ web: { pods: web, port: 80 } }']
    const traffic = 'connection: per-request, requests: 12, response: 1000B'
    const result = attackedBy('relay', { S: '{ kind: apiserver-service }' }, { set, traffic })
    const { exposure, outcomes, noticed } = verdictOf(result)
    expect([outcomes, noticed, exposure.of]).toEqual([['relayed', 'impersonated', 'read'], 'none', 12])
    expect(exposure.messages).toBeGreaterThan(0)
    expect(exposure.messages).toBeLessThan(12)
    expect(result.workloads[0]).toMatchObject({ completed: 12, failed: 0 })
  })
})

describe('SSH tunnels (F, I)', () => {
  const F = '{ kind: apiserver-kubelet, from: master, to: node-1, tunnel: { kind: ssh, via: node-1 } }'
  const I = '{ kind: apiserver-pod, from: master, to: web-1, tunnel: { kind: ssh, via: node-1 } }'

  test('SSH tunnels (F, I) are safe from eavesdroppers on the public network', () => {
    const result = attackedBy('eavesdrop', { F, I }, { vantage: 'passive', old: true })
    expect(outcomesOf(result)).toEqual({ F: 'metadata', I: 'metadata' })
    expect(result).not.toLeak('F-secret')
    expect(result).not.toLeak('I-secret')
    const keys = result.knowledge.map(({ learned }) => learned).filter((learned) => learned.startsWith('host key'))
    expect(keys).toEqual(['host key of node-1'])
  })
})

describe('components to the apiserver (A)', () => {
  const A = '{ kind: component-apiserver, scheme: http }'
  // By then the apiserver has its tunnels, through which it passes exec on.
  const asks = (on: string, vantage: string, set: readonly string[] = [], ask = 'list-secrets') =>
    attackedBy('direct-request', { A }, { on, vantage, more: `, ask: ${ask}, at: 5s`, old: true, set })

  test.each(['list-secrets', 'exec', 'create-pods'])(
    'the insecure port (A) makes any process on the master cluster-admin: %s',
    (ask) => {
      expect(outcomesOf(asks('master', 'pod', [], ask))).toEqual({ A: 'privilege' })
    },
  )

  test('the insecure port (A) admits no other host, unless it is bound to all addresses', () => {
    expect(outcomesOf(asks('web-2', 'pod'))).toEqual({ A: 'no-effect' })
    expect(outcomesOf(asks('node-1', 'node'))).toEqual({ A: 'no-effect' })
    const open = ['cluster.apiserver.flags.insecure-bind-address=0.0.0.0']
    expect(outcomesOf(asks('web-2', 'pod', open))).toEqual({ A: 'privilege' })
  })

  test('the secure port (A2) grants nothing to a process without a certificate', () => {
    const A2 = '{ kind: component-apiserver, scheme: https }'
    const how = { on: 'master', vantage: 'pod', more: ', ask: list-secrets' }
    expect(outcomesOf(attackedBy('direct-request', { A2 }, how))).toEqual({ A2: 'no-effect' })
  })

  test('components have no path over the insecure port when it is closed, or after 1.19', () => {
    const attack = 'insecure-port-from-a-process'
    const worst = (preset: string, set: readonly string[]) =>
      runScenario(`scenarios/presets/${preset}.yaml`, { attack, set: ['duration=1s', ...set] }).verdicts[0].worst
    expect(worst('kubeadm-default', [])).toBe('not-applicable')
    expect(worst('gke-ssh-tunnels', ['cluster.apiserver.flags.insecure-port=0'])).toBe('not-applicable')
  })
})

test('a run without an attacker has no verdicts', () => {
  expect(runScenario(lab({ B, C, D, G, H }, '')).verdicts).toEqual([])
})
