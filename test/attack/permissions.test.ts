import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { runScenario } from '../../src/testing/index.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { verdictOf } from './truth-lab.ts'

interface Asking {
  readonly modes: string
  readonly abac?: string
  readonly accounts?: string
  readonly version?: string
  /** The attacker: its place and vantage. */
  readonly as?: string
  readonly credential?: string
  /** More keys of the pods. */
  readonly pod?: string
}

const ROOT = 'on: node-1, vantage: node'
const POD = 'on: web-1, vantage: pod'
const USER = 'as: alice, vantage: user'

/** The verdict on an attacker who sends a request to the apiserver with the credential of its position. */
function asks(ask: string, asking: Asking): VerdictResult {
  const { modes, abac, accounts, version = '1.6', as = ROOT, credential = 'the credential of its position' } = asking
  return verdictOf(
    runScenario({
      text: `
version: 1
seed: 1
duration: 20s
kubernetes: "${version}"
cluster:
  nodes: 2
  pods: { web: { account: shop/web${asking.pod ?? ''} } }
  users: { alice: {} }
  apiserver: { flags: { authorization-mode: [${modes}] } }
  ${abac === undefined ? '' : `abac: [${abac}]`}
  ${accounts === undefined ? '' : `accounts: { ${accounts} }`}
paths: { way: { kind: kubelet-apiserver, from: node-2, to: master } }
workloads: { work: { path: way, connection: per-request, requests: 1 } }
attackers: { x: { ${as}, plan: [{ technique: direct-request, path: way, ask: ${ask}, with: ${credential} }] } }
`,
    }),
  )
}

const got = ({ requests }: VerdictResult) =>
  requests.map(({ verb, resource, status, by }) => `${verb} ${resource} ${status} ${by}`)
const NODE = 'system:node:node-1'
const WEB = 'system:serviceaccount:shop:web'

describe('the authorization mode ABAC', () => {
  test('ABAC without policies of its own lets nodes do everything', () => {
    for (const version of ['1.6', '1.9', '1.30']) {
      const secrets = asks('list-secrets', { modes: 'ABAC', version })
      expect(secrets).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
      expect(got(secrets)).toEqual([`list secrets 200 ${NODE}`])
      expect(got(asks('create-pods', { modes: 'ABAC', version }))).toEqual([`create pods 201 ${NODE}`])
    }
    expect(got(asks('list-secrets', { modes: 'RBAC', version: '1.9' }))).toEqual([`list secrets 403 ${NODE}`])
    expect(got(asks('list-secrets', { modes: 'ABAC', as: USER }))).toEqual(['list secrets 403 alice'])
  })

  test('ABAC allows what its policies say and nothing else', () => {
    const abac = '{ user: alice, namespace: "*", resource: secrets, readonly: true }'
    const reading = asks('list-secrets', { modes: 'ABAC', abac, as: USER })
    expect(reading).toMatchObject({ outcomes: ['read'], scope: 'own', privileges: [] })
    expect(got(reading)).toEqual(['list secrets 200 alice'])
    expect(got(asks('create-pods', { modes: 'ABAC', abac, as: USER }))).toEqual(['create pods 403 alice'])
    const refused = asks('list-secrets', { modes: 'ABAC', abac })
    expect(refused).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(got(refused)).toEqual([`list secrets 403 ${NODE}`])
  })

  test('ABAC lets a user with read-only pods run commands until 1.34, since a WebSocket begins with GET', () => {
    const abac =
      '{ user: alice, namespace: "*", resource: pods, readonly: true }, { group: "system:nodes", apiGroup: "*", namespace: "*", resource: "*" }, { user: kube-apiserver-kubelet-client, namespace: "*", resource: "*" }'
    const exec = (version: string, with_ = abac) => asks('exec', { modes: 'ABAC', abac: with_, as: USER, version })
    expect(exec('1.30')).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
    expect(got(exec('1.30'))).toEqual(['get pods/exec 101 alice'])
    expect(got(exec('1.35'))).toEqual(['get pods/exec 403 alice'])
    const writing = exec('1.30', abac.replace(', readonly: true', ''))
    expect(writing).toMatchObject({ outcomes: ['privilege'], scope: 'own', privileges: [] })
    expect(got(writing)).toEqual(['create pods/exec 101 alice'])
  })

  test('ABAC allows beside other authorizers, in any order, and denies nothing that they allow', () => {
    const abac = '{ group: "system:nodes", namespace: "*", resource: secrets }'
    for (const modes of ['RBAC, ABAC', 'ABAC, RBAC', 'Node, RBAC, ABAC', 'AlwaysDeny, ABAC'])
      expect(got(asks('list-secrets', { modes, abac, version: '1.14' }))).toEqual([`list secrets 200 ${NODE}`])
    expect(got(asks('list-secrets', { modes: 'AlwaysDeny', version: '1.14' }))).toEqual([`list secrets 403 ${NODE}`])
  })
})

describe('a service account', () => {
  const rules = (verbs: string, resources: string) =>
    `shop/web: { rules: [{ verbs: [${verbs}], resources: [${resources}] }] }`
  const modes = 'RBAC'

  test('a service account has the permissions of its rules in each of its pods, and another account does not', () => {
    const accounts = rules('list', 'secrets')
    const own = asks('list-secrets', { modes, accounts, as: POD })
    expect(own).toMatchObject({ outcomes: ['read'], scope: 'own', privileges: [] })
    expect(got(own)).toEqual([`list secrets 200 ${WEB}`])
    expect(got(asks('create-pods', { modes, accounts, as: POD }))).toEqual([`create pods 403 ${WEB}`])
    expect(got(asks('list-secrets', { modes, as: POD }))).toEqual([`list secrets 403 ${WEB}`])
    const other = 'default/default: { rules: [{ verbs: [list], resources: [secrets] }] }'
    expect(
      problemsIn(`cluster: { pods: { web: { account: shop/web } }, accounts: { ${other} } }\n`),
    ).toMatchInlineSnapshot(`
      "test.yaml:2:79: error[unknown-name]: no account of a pod or token is named default/default
      2 |  web: { account: shop/web } }, accounts: { default/default: { rules: [{ verbs: [list], resources: [secrets] }] } } }
                                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: declared: shop/web"
    `)
  })

  test('root on a node has the account of its pods with scope own; a holder of the stolen token has it too', () => {
    const accounts = rules('list', 'secrets')
    const root = asks('list-secrets', { modes, accounts, as: `${ROOT}, holds: [web-token]`, credential: 'web-token' })
    expect(root).toMatchObject({ outcomes: ['read'], scope: 'own' })
    expect(got(root)).toEqual([`list secrets 200 ${WEB}`])
    const stranger = asks('list-secrets', {
      modes,
      accounts,
      as: `${USER}, holds: [web-token]`,
      credential: 'web-token',
    })
    expect(stranger).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
    expect(stranger.privileges).toMatchObject([{ as: WEB, verb: 'list', resource: 'secrets', held: true }])
  })

  test('a service account also belongs to its pod with the node’s network', () => {
    const accounts = rules('list', 'secrets')
    const hostNetwork = asks('list-secrets', { modes, accounts, as: POD, pod: ', hostNetwork: true' })
    expect(hostNetwork).toMatchObject({ outcomes: ['read'], scope: 'own', privileges: [] })
    expect(got(hostNetwork)).toEqual([`list secrets 200 ${WEB}`])
  })

  test('a service account that may do everything has no limits', () => {
    expect(got(asks('create-pods', { modes, accounts: rules('"*"', '"*"'), as: POD }))).toEqual([
      `create pods 201 ${WEB}`,
    ])
  })
})

describe('permissions without effect are problems', () => {
  const of = (cluster: string, version = '1.9') =>
    problemsIn(`kubernetes: "${version}"\ncluster: { nodes: 1, ${cluster} }\n`)
  const MODE = 'apiserver: { flags: { authorization-mode: [ABAC] } }'

  test('policies without the mode ABAC are reported', () => {
    const policy = 'abac: [{ user: alice, resource: pods }]'
    expect(of(policy)).toMatchInlineSnapshot(`
      "test.yaml:3:22: error[contradiction]: cannot specify --authorization-policy-file without mode ABAC
      3 | cluster: { nodes: 1, abac: [{ user: alice, resource: pods }] }
                               ^^^^
      hint: add ABAC to cluster.apiserver.flags.authorization-mode"
    `)
    expect(of(`${policy}, ${MODE}`)).toBe('nothing')
  })

  test('policies about no subject or no resource are reported', () => {
    expect(
      of(`${MODE}, abac: [{ resource: pods }, { user: a }, { group: b, nonResourcePath: /version }]`),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:83: error[contradiction]: a policy without a user and a group is about nobody
      3 | server: { flags: { authorization-mode: [ABAC] } }, abac: [{ resource: pods }, { user: a }, { group: b, nonResourcePa
                                                                    ^^^^^^^^^^^^^^^^^^
      hint: add user or group; "*" is every authenticated user
      test.yaml:3:103: error[contradiction]: a policy without a resource and a nonResourcePath allows nothing
      3 | { authorization-mode: [ABAC] } }, abac: [{ resource: pods }, { user: a }, { group: b, nonResourcePath: /version }] }
                                                                       ^^^^^^^^^^^
      hint: add resource or nonResourcePath; "*" is all of them"
    `)
  })

  test('invalid names of service accounts are reported', () => {
    expect(of('accounts: { shop: {} }')).toMatchInlineSnapshot(`
      "test.yaml:3:34: error[bad-name]: "shop" is not a valid name
      3 | cluster: { nodes: 1, accounts: { shop: {} } }
                                           ^^^^
      hint: write NAMESPACE/ACCOUNT, such as default/app"
    `)
  })

  test('the mode Webhook, which is not modelled, is reported', () => {
    expect(of(MODE.replace('ABAC', 'Webhook'))).toContain('authorization-mode Webhook is not modelled yet\n')
  })
})
