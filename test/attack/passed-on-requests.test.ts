import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { runScenario } from '../../src/testing/index.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { CHECKED_KUBELETS, verdictOf } from './truth-lab.ts'

interface Asking {
  readonly rules?: string
  readonly version?: string
  readonly cluster?: string
  /** The vantage and place of the attacker. */
  readonly who?: string
  readonly set?: readonly string[]
}

/** The verdict on a user who sends a request to the apiserver of a kubeadm cluster. */
function asks(ask: string, asking: Asking = {}): VerdictResult {
  const { rules = '', version = '1.30', cluster = 'pods: { web: {} }' } = asking
  const { set = [], who = 'vantage: user, as: alice' } = asking
  return verdictOf(
    runScenario(
      {
        text: `
version: 1
seed: 1
duration: 20s
kubernetes: "${version}"
cluster:
  nodes: 2
  users: { alice: { rules: [${rules}] } }
  apiserver: { flags: { authorization-mode: [${version === '1.6' ? 'RBAC' : 'Node, RBAC'}] } }
  ${cluster}
paths: { way: { kind: user-apiserver, from: alice, to: master } }
workloads: { work: { path: way, connection: per-request, requests: 1 } }
attackers: { mallory: { ${who}, plan: [{ technique: direct-request, path: way, ask: ${ask} }] } }
`,
      },
      { set },
    ),
  )
}

const got = ({ requests }: VerdictResult) =>
  requests.map(({ verb, resource, status, by, reason }) =>
    [verb, resource, status, by, ...(reason === undefined ? [] : [reason])].join(' '),
  )
const may = (resource: string, verb = 'create, get') => `{ verbs: [${verb}], resources: [${resource}] }`

const REQUESTS = [
  ['exec', 'create pods/exec', 101, 'error dialing backend: '],
  ['attach', 'create pods/attach', 101, 'error dialing backend: '],
  ['port-forward', 'create pods/portforward', 101, 'error dialing backend: '],
  ['logs', 'get pods/log', 200, ''],
] as const

describe.each(REQUESTS)('%s through the apiserver', (ask, what, granted, beginning) => {
  const rules = may(what.split(' ')[1])

  test('a user’s request through the apiserver is passed on to the kubelet of the pod, in every version', () => {
    for (const version of ['1.6', '1.14', '1.37'])
      expect(got(asks(ask, { rules, version }))).toEqual([`${what} ${granted} alice`])
  })

  test('a user’s request through the apiserver gets 403 without the permission, 401 without a credential, and 403 if anonymous', () => {
    const who = 'vantage: blind, on: the link that it crosses'
    const denied = asks(ask)
    expect(denied).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(got(denied)).toEqual([`${what} 403 alice`])
    expect(got(asks(ask, { who }))).toEqual([`${what} 403 system:anonymous`])
    const set = ['cluster.apiserver.flags.anonymous-auth=false']
    expect(got(asks(ask, { who, set }))).toEqual([`${what} 401 nobody`])
  })

  test('a user’s request through the apiserver gets 404 for a pod that does not exist or has no kubelet', () => {
    for (const cluster of ['pods: {}', 'pods: { web: { on: master } }']) {
      const missing = asks(ask, { rules, cluster })
      expect(missing).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
      expect(got(missing)).toEqual([`${what} 404 alice`])
    }
  })

  test('a user’s request through the apiserver gets 500 with the reason if the apiserver refuses the kubelet’s certificate', () => {
    const unsuitable = asks(ask, { rules, set: CHECKED_KUBELETS.slice(0, 1) })
    expect(unsuitable).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(got(unsuitable)).toEqual([`${what} 500 alice ${beginning}x509: certificate signed by unknown authority`])
    expect(got(asks(ask, { rules, set: CHECKED_KUBELETS }))).toEqual([`${what} ${granted} alice`])
  })

  test('a user’s request through the apiserver gets the kubelet’s answer if the kubelet refuses the apiserver', () => {
    const set = ['cluster.apiserver.flags.kubelet-client-certificate=alice-client']
    const refused = asks(ask, { rules, set })
    expect(refused).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(got(refused)).toEqual([`${what} 403 alice`])
  })
})

test('a user who chooses a pod gets one in a permitted namespace', () => {
  const cluster = 'pods: { app: { account: bank/app }, web: { account: shop/web } }'
  const inNamespace = (namespace: string) => may('pods/exec').replace(' }', `, namespaces: [${namespace}] }`)
  const own = asks('exec', { rules: inNamespace('shop'), cluster })
  expect(own).toMatchObject({ outcomes: ['privilege'], scope: 'own' })
  expect(got(own)).toEqual(['create pods/exec 101 alice'])
  expect(got(asks('exec', { rules: inNamespace('mine'), cluster }))).toEqual(['create pods/exec 403 alice'])
})

describe('a user with get alone on pods/exec', () => {
  const rules = may('pods/exec', 'get')

  test('a user with only get on pods/exec runs commands by WebSocket until 1.34', () => {
    const verdict = asks('exec', { rules, version: '1.34' })
    expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
    expect(got(verdict)).toEqual(['get pods/exec 101 alice'])
  })

  test('a user with only get on pods/exec still runs commands by WebSocket from 1.35 on if a feature gate is off', () => {
    const set = ['cluster.apiserver.flags.feature-gates=AuthorizePodWebsocketUpgradeCreatePermission=false']
    for (const version of ['1.35', '1.37'])
      expect(asks('exec', { rules, version, set })).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
  })

  test('a user with only get on pods/exec is refused from 1.35 on', () => {
    const verdict = asks('exec', { rules, version: '1.35' })
    expect(verdict.outcomes).toEqual(['no-effect'])
    expect(got(verdict)).toEqual(['get pods/exec 403 alice'])
  })
})

test('a pod request to an apiserver outside a cluster is reported as a problem, since there is no kubelet', () => {
  const on = (kind: string, ask: string) =>
    problemsIn(`
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b], delay: 1ms } }
paths: { way: { kind: ${kind}, from: a, to: b } }
workloads: { work: { path: way, connection: per-request, requests: 1 } }
attackers: { m: { on: wan, vantage: inline, plan: [{ technique: direct-request, path: way, ask: ${ask} }] } }
`)
  expect(on('user-apiserver', 'exec')).toMatchInlineSnapshot(`
    "test.yaml:7:97: error[contradiction]: an apiserver has a kubelet answer exec, which needs a cluster
    7 | attackers: { m: { on: wan, vantage: inline, plan: [{ technique: direct-request, path: way, ask: exec }] } }
                                                                                                        ^^^^
    hint: add the section cluster, or use a path to a kubelet"
  `)
  for (const ask of ['attach', 'port-forward', 'logs']) expect(on('user-apiserver', ask)).toContain('needs a cluster')
  expect(on('user-apiserver', 'list-pods')).toBe('nothing')
  expect(on('apiserver-kubelet', 'exec')).toBe('nothing')
})
