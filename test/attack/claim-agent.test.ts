import { describe, expect, test } from 'vitest'
import { type AgentToken, verifyAgentToken } from '../../src/cluster/konnectivity/agent-token.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { runScenario } from '../../src/testing/index.ts'

const AUDIENCE = 'system:konnectivity-server'

const IDENTITIES = `
  good: { kind: service-account-token, account: kube-system/konnectivity-agent, audience: "${AUDIENCE}" }
  bound: { kind: service-account-token, account: default/default, audience: "${AUDIENCE}", bound: pod }
  for-apiserver: { kind: service-account-token, account: kube-system/konnectivity-agent }
  of-other-account: { kind: service-account-token, account: kube-system/other, audience: "${AUDIENCE}" }
  of-other-namespace: { kind: service-account-token, account: default/konnectivity-agent, audience: "${AUDIENCE}" }
  other-ca: { kind: ca }
  of-other-ca: { kind: certificate, issuer: other-ca, cn: "system:konnectivity-agent", usages: [client] }
  for-servers: { kind: certificate, issuer: cluster-ca, cn: web, usages: [server] }`

const OUTSIDER = 'on: control-node-2, vantage: blind'
const ON_POD = 'on: web-2, vantage: pod'
const ROOT = 'on: node-2, vantage: node'
const USER = 'as: alice, vantage: user'

/**
 * An attacker claims the address of the pod web-1 on node-1 while the apiserver opens a connection to it every 100 ms.
 * `holder` says where the attacker is; `credential` is what it has and shows.
 */
function claimOf(konnectivity: string, holder: string, credential: string | null = null): { readonly text: string } {
  const shows = credential === null ? '' : `, with: ${credential}`
  const holds = credential === null || credential.includes(' ') ? '' : `holds: [${credential}], `
  return {
    text: `
version: 1
duration: 3s
identities:${IDENTITIES}
kubernetes: "1.30"
cluster:
  apiserver: { flags: { egress-selector-config-file: konnectivity } }
  nodes: 2
  pods: { web: { listens: 8080 } }
  users: { alice: {} }
  konnectivity: { strategy: destHost, ${konnectivity} }
paths: { get: { kind: apiserver-pod, from: master, to: pods/web } }
workloads: { gets: { path: get, connection: per-request, rate: 10/s, for: 3s } }
attackers: { m: { ${holder}, ${holds}plan: [{ at: 1s, technique: claim-agent, path: get${shows} }] } }
`,
  }
}

function claim(konnectivity: string, holder: string, credential: string | null = null) {
  const run = runScenario(claimOf(konnectivity, holder, credential))
  const verdict = run.verdicts.find(({ victim }) => victim === 'web-1')!
  const agent = run.tunnels.find(({ name }) => name.startsWith('konnectivity/master/~m/'))!
  expect(agent.setups).toBeLessThan(2)
  return { ...verdict, isRegistered: agent.setups === 1, connections: agent.channels }
}

const TAKEN = { worst: 'impersonated', noticed: 'none', isRegistered: true }
const REFUSED = { outcomes: ['no-effect'], isRegistered: false, connections: 0 }

describe('without authentication of agents, an attacker that holds nothing becomes an agent', () => {
  test.each([
    ['outside the cluster', OUTSIDER],
    ['in a pod', ON_POD],
    ['on a node', ROOT],
    ['with the host of a user', USER],
  ])('without authentication of agents, an attacker without a credential becomes an agent: %s', (_, holder) => {
    expect(claim('authentication: none', holder)).toMatchObject(TAKEN)
  })

  test('a credential makes no difference to a server that does not authenticate agents', () => {
    expect(claim('authentication: none', OUTSIDER, 'a garbage token')).toMatchObject(TAKEN)
    expect(claim('authentication: none', OUTSIDER, 'of-other-ca')).toMatchObject(TAKEN)
  })
})

describe('authentication of agents by token', () => {
  test('with token authentication, an attacker outside, in a pod or with a user’s certificate is no agent, and nobody notices', () => {
    for (const holder of [OUTSIDER, ON_POD, USER])
      expect(claim('authentication: token', holder)).toMatchObject({ ...REFUSED, noticed: 'none' })
  })

  test('with token authentication, root on a node that runs an agent registers with that agent’s token', () => {
    expect(claim('authentication: token', ROOT)).toMatchObject(TAKEN)
  })

  test('with token authentication, a token of the right account and audience is accepted from any address, for any node', () => {
    expect(claim('authentication: token', OUTSIDER, 'good')).toMatchObject(TAKEN)
  })

  test('with token authentication, a token of another account, namespace or audience is refused', () => {
    for (const token of ['for-apiserver', 'of-other-account', 'of-other-namespace', 'a garbage token'])
      expect([token, claim('authentication: token', ROOT, token)]).toMatchObject([token, REFUSED])
  })

  test('the flags of the Konnectivity server set the audience and account that it requires', () => {
    const other = (flags: string, token: string) => claim(flags, OUTSIDER, token)
    expect(other('agent-service-account: other', 'of-other-account')).toMatchObject(TAKEN)
    expect(other('agent-namespace: default', 'of-other-namespace')).toMatchObject(TAKEN)
    expect(other('authentication-audience: api', 'for-apiserver')).toMatchObject(TAKEN)
    expect(other('agent-service-account: other', 'good')).toMatchObject(REFUSED)
  })

  test('with token authentication, a certificate is no substitute for a token, not even a kubelet’s', () => {
    expect(claim('authentication: token', OUTSIDER, 'node-1-kubelet-client')).toMatchObject(REFUSED)
  })
})

describe('authentication of agents by certificate', () => {
  test('with certificate authentication, an attacker without a certificate fails the handshake, and the server notices', () => {
    const noticedBy = [{ host: 'master', log: 'konnectivity-server', reason: 'client certificate refused' }]
    for (const holder of [OUTSIDER, ON_POD])
      expect(claim('authentication: certificate', holder)).toMatchObject({ ...REFUSED, noticed: 'security', noticedBy })
    expect(claim('authentication: certificate', OUTSIDER, 'good')).toMatchObject({ ...REFUSED, noticed: 'security' })
  })

  test('with certificate authentication, root on a node that runs an agent registers with that agent’s certificate', () => {
    expect(claim('authentication: certificate', ROOT)).toMatchObject(TAKEN)
  })

  test('with a separate CA for agents, a kubelet’s certificate is refused', () => {
    expect(claim('authentication: certificate', OUTSIDER, 'node-1-kubelet-client')).toMatchObject(REFUSED)
  })

  test('every client certificate of the cluster is accepted from an agent if --cluster-ca-cert is the cluster’s CA', () => {
    expect(claim('cluster-ca-cert: cluster-ca', OUTSIDER, 'node-1-kubelet-client')).toMatchObject(TAKEN)
    expect(claim('cluster-ca-cert: cluster-ca', USER)).toMatchObject(TAKEN)
  })

  test('an agent’s certificate of another CA, or for servers only, is refused if --cluster-ca-cert is the cluster’s CA', () => {
    expect(claim('cluster-ca-cert: cluster-ca', OUTSIDER)).toMatchObject(REFUSED)
    for (const certificate of ['of-other-ca', 'for-servers'])
      expect(claim('cluster-ca-cert: cluster-ca', OUTSIDER, certificate)).toMatchObject(REFUSED)
  })
})

test('a pod whose agent is refused does not answer at its own address either', () => {
  const { text } = claimOf('authentication: token', ON_POD)
  const { verdicts, workloads } = runScenario({ text })
  expect(verdicts.map(({ victim, scope, outcomes }) => [victim, scope, ...outcomes])).toEqual([
    ['web-1', 'other', 'no-effect'],
    ['web-2', 'own', 'no-effect'],
  ])
  expect(workloads[0].failed).toBe(0)
})

test('claim-agent is not tried with a credential that its attacker does not have', () => {
  const { text } = claimOf('authentication: none', ROOT, 'node-1-kubelet-client')
  const [verdict] = runScenario({ text: text.replace('holds: [node-1-kubelet-client], ', '') }).verdicts
  expect(verdict.outcomes).toEqual(['not-tried'])
  expect(verdict.evidence[0].what).toBe(
    'the attacker did not have the key of node-1-kubelet-client when the step began',
  )
})

test('an agent is started with a token that an earlier step has stolen', () => {
  const { text } = claimOf(
    'agent-namespace: default, agent-service-account: default, authentication-audience: api',
    ROOT,
  )
  const stealing = text
    .replace('plan: [', 'plan: [{ technique: steal-token, path: get }, ')
    .replace('get }] }', 'get, with: web-token }] }')
  const { verdicts, tunnels } = runScenario({ text: stealing })
  expect(verdicts.find(({ technique, victim }) => technique === 'claim-agent' && victim === 'web-1')).toMatchObject({
    outcomes: ['impersonated', 'read'],
  })
  expect(tunnels.find(({ name }) => name.startsWith('konnectivity/master/~m/'))).toMatchObject({ setups: 1 })
})

describe('a Konnectivity server that reviews a token', () => {
  const requirement = { audience: AUDIENCE, account: 'kube-system/konnectivity-agent', apiAudiences: ['api'] }
  const bound = { name: 'good', account: requirement.account, audience: AUDIENCE, expiresS: 100, boundPod: 'agent' }
  const presented: AgentToken = { bearer: { kind: 'service-account', token: bound }, isRefreshed: false }
  const review = (token: AgentToken | null, nowS = 0, isPodGone = false) =>
    verifyAgentToken(token, requirement, { nowS, isPodGone })

  test('a Konnectivity server accepts a token until a minute after its expiry, unless the kubelet renews it', () => {
    expect(review(presented, 160)).toBeNull()
    expect(review(presented, 161)).toBe('not-authenticated')
    expect(review({ ...presented, isRefreshed: true }, 161)).toBeNull()
  })

  test('a Konnectivity server refuses a token whose pod was deleted, and an agent without a token', () => {
    expect(review(presented, 0, true)).toBe('not-authenticated')
    expect(review(null)).toBe('no-token')
  })

  test('a Konnectivity server refuses a bootstrap token, which the API server may authenticate as another user', () => {
    const token = { name: 'first', id: 'abcdef', extraGroups: [], expiresS: null }
    const bootstrap: AgentToken = { bearer: { kind: 'bootstrap', token }, isRefreshed: false }
    expect(review(bootstrap)).toBe('not-authenticated')
    const ofApiserver = { ...requirement, audience: 'api' }
    expect(verifyAgentToken(bootstrap, ofApiserver, { nowS: 0, isPodGone: false })).toBe('wrong-account')
  })
})

test('an agent with a token that is bound to a deleted pod is refused', () => {
  const { text } = claimOf('agent-namespace: default, agent-service-account: default', OUTSIDER, 'bound')
  const outcomesWith = (events: string) =>
    runScenario({ text: `${text}events: ${events}\n` }).tunnels.find(({ name }) => name.includes('~m'))?.setups
  expect(outcomesWith('[]')).toBe(1)
  expect(outcomesWith('[{ at: 500ms, delete: web-1 }, { at: 600ms, delete: web-2 }]')).toBe(0)
})

describe('a Konnectivity server authenticates agents in one way', () => {
  const problemsOf = (konnectivity: string, paths = '{}') => {
    const text = `version: 1\ncluster: { preset: konnectivity, konnectivity: ${konnectivity} }\npaths: ${paths}\n`
    const loaded = loadScenario({ file: 'test.yaml', text })
    return loaded.ok ? [] : loaded.problems.map(({ line, message }) => `${line}: ${message}`)
  }

  test('authentication keys of two kinds for one Konnectivity server are reported as a contradiction', () => {
    expect(problemsOf('{ authentication: token, cluster-ca-cert: cluster-ca }')).toEqual([
      '2: --cluster-ca-cert cannot be used when agents authenticate by token',
    ])
    expect(problemsOf('{ cluster-ca-cert: cluster-ca, authentication-audience: x }')).toEqual([
      '2: --authentication-audience cannot be used when agents authenticate by certificate (--cluster-ca-cert)',
    ])
    expect(problemsOf('{ authentication: none, agent-namespace: x, cluster-ca-cert: cluster-ca }')).toEqual([
      '2: --agent-namespace cannot be used when agents do not authenticate',
      '2: --cluster-ca-cert cannot be used when agents do not authenticate',
    ])
  })

  test('the CA of a Konnectivity server must exist', () => {
    expect(problemsOf('{ cluster-ca-cert: clusterca }')).toEqual(['2: no ca is named clusterca'])
    expect(problemsOf('{ cluster-ca-cert: node-1-kubelet }')[0]).toContain('node-1-kubelet')
  })

  test('paths that share a Konnectivity server must agree on its authentication', () => {
    const mixed = '{ one: { kind: apiserver-pod, to: pods/web, tunnel: { kind: konnectivity, authentication: none } } }'
    expect(problemsOf('{}', mixed)).toContainEqual(
      '3: the path logs/node-1 shares the Konnectivity server on master, which authenticates agents in one way only: there by a token of kube-system/konnectivity-agent for system:konnectivity-server, here not at all',
    )
    expect(problemsOf('{ authentication: none }', mixed)).toEqual([])
  })
})
