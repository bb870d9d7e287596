import { expect, test } from 'vitest'
import type { Finding } from '../../src/measure/check.ts'
import { check } from '../../src/study/check/check.ts'
import { readCheck } from '../../src/study/check/read-check.ts'
import { inPlace } from '../../src/study/simulator/in-place.ts'

interface Cluster {
  readonly apiserver?: string
  readonly kubelet?: string
  /** Whether the apiserver verifies kubelets. */
  readonly verifies?: boolean
  readonly nodes?: string
  readonly more?: string
  readonly rest?: string
}

/** A hardened cluster, apart from what is written otherwise. */
function clusterOf({
  apiserver,
  kubelet,
  verifies = true,
  nodes = '{ a: 1, b: 1 }',
  more = '',
  rest = '',
}: Cluster): string {
  return `version: 1
kubernetes: "1.30"
cluster:
  nodes: ${nodes}
  pods: { web: { on: a, account: default/web, replicas: 1 }, db: { on: b, account: shop/db, replicas: 1 } }
  apiserver: { flags: { authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction, DenyServiceExternalIPs], anonymous-auth: ${apiserver ?? 'false'}${verifies ? ', kubelet-certificate-authority: cluster-ca' : ''} } }
  kubelet: { ${verifies ? 'server-certificate: issued, ' : ''}config: { ${kubelet ?? 'authentication: { anonymous: { enabled: false } }, authorization: { mode: Webhook }'} } }
${more}
${rest}`
}

async function findingsOf(cluster: Cluster, scope: Parameters<typeof readCheck>[2] = {}): Promise<readonly Finding[]> {
  const read = readCheck({ text: clusterOf(cluster), file: 'cluster.yaml' }, {}, { isMatrix: true, ...scope })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return (await check(read.plan, { today: '2027-01-01' }, inPlace())).result.findings
}

const LOOKS = { techniques: ['direct-request'] }
const POSES = { techniques: ['impersonate-server'], vantages: ['inline'] }

/** Returns the rights of others that attackers get: `as verb resource on object`. */
function rightsIn(findings: readonly Finding[]): readonly string[] {
  const all = findings.flatMap(({ verdict }) =>
    verdict.privileges.flatMap(({ as, verb, resource, on, held }) =>
      held === true ? [] : [`${as} ${verb} ${resource} on ${on}`],
    ),
  )
  return [...new Set(all)].sort((a, b) => (a < b ? -1 : 1))
}

const outcomesOn = (findings: readonly Finding[]) => findings.map(({ path, forbidden }) => `${path}: ${forbidden}`)

test('check attacks kubelets that nobody verifies, whatever the scenario sends to them', async () => {
  const found = ['apiserver-kubelet: impersonated,read']
  expect(outcomesOn(await findingsOf({ verifies: false }, POSES))).toEqual(found)
  const idle = 'paths: { logs: { kind: apiserver-kubelet } }'
  expect(outcomesOn(await findingsOf({ verifies: false, rest: idle }, POSES))).toEqual(['logs: impersonated,read'])
  const users = `paths: { people: { kind: user-apiserver } }
workloads: { logs: { path: people, kind: logs, target: pods/web, requests: 2 } }`
  const more = '  users: { alice: {} }'
  expect(outcomesOn(await findingsOf({ verifies: false, more, rest: users }, POSES))).toEqual(found)
  expect(await findingsOf({}, POSES)).toEqual([])
})

test('check attacks a path without requests like any other, and the proxy of pods that serve', async () => {
  const rest = 'paths: { web: { kind: custom, from: master, to: a-1, port: 444, tls: { verify: none } } }'
  expect(outcomesOn(await findingsOf({ rest }, { ...POSES, paths: ['web'] }))).toEqual(['web: impersonated,read'])
  const serving = clusterOf({}).replace('db: {', 'shown: { listens: 8080, on: a, replicas: 1 }, db: {')
  const read = readCheck(
    { text: serving, file: 'cluster.yaml' },
    {},
    { isMatrix: true, ...POSES, paths: ['apiserver-pod'] },
  )
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const { result } = await check(read.plan, { today: '2027-01-01' }, inPlace())
  expect(outcomesOn(result.findings)).toEqual(['apiserver-pod: impersonated,read'])
})

test('check attacks kubelets of a pool with other settings where they are', async () => {
  const nodes = '{ a: 1, b: { kubelet: { config: { authorization: { mode: AlwaysAllow } } } } }'
  const found = await findingsOf(
    { verifies: false, nodes, rest: 'paths: { logs: { kind: apiserver-kubelet } }' },
    POSES,
  )
  expect(found.map(({ on, path }) => `${path} ${on.name}`)).toEqual(['logs control-a-1', 'logs-b control-b-1'])
})

test('check finds permissions without a credential: at the apiserver, in each namespace, and by nodes/proxy', async () => {
  const granted = (verbs: string, resources: string, where = '') =>
    `  groups: { system:unauthenticated: { rules: [{ verbs: [${verbs}], resources: [${resources}]${where} }] } }`
  const rightsOf = async (more: string, apiserver = 'true') => rightsIn(await findingsOf({ apiserver, more }, LOOKS))
  expect(await rightsOf(granted('list', 'secrets'))).toEqual(['system:anonymous list secrets on cluster'])
  expect(await rightsOf(granted('create', 'pods', ', namespaces: [shop]'))).toEqual([
    'system:anonymous create pods on shop',
  ])
  expect(await rightsOf(granted('create', 'pods/exec, pods/attach', ', namespaces: [shop]'))).toEqual([
    'system:anonymous create pods/attach on db-1',
    'system:anonymous create pods/exec on db-1',
  ])
  expect((await rightsOf(granted('get', 'nodes/proxy'))).length).toBeGreaterThan(0)
  expect(await rightsOf(granted('list', 'secrets'), 'false')).toEqual([])
})

test('check finds that a kubelet with AlwaysAllow grants everything to users, accounts and nodes without permissions', async () => {
  const kubelet =
    'authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: AlwaysAllow }'
  const rights = rightsIn(await findingsOf({ kubelet, more: '  users: { bob: {} }' }, LOOKS))
  for (const who of [/^bob/, /^system:serviceaccount:/, /^system:node:/])
    expect(rights.filter((right) => who.test(right) && right.includes('create nodes/proxy'))).not.toEqual([])
})

test('check finds that a shared serving certificate impersonates another node, and an administrator’s grants permissions', async () => {
  const rest = `identities: { shared: { kind: certificate, issuer: cluster-ca, cn: admin, organizations: [system:masters], sans: [a-1, b-1], usages: [server, client] } }
paths: { logs: { kind: apiserver-kubelet, tls: { identity: shared } } }`
  const more = '  node-network: bridged'
  const posed = await findingsOf({ rest, more }, { techniques: ['spoof-arp'], vantages: ['node'] })
  expect(outcomesOn(posed)).toEqual(['logs: impersonated,read'])
  expect(rightsIn(await findingsOf({ rest, more }, LOOKS))).toContain('admin list secrets on cluster')
  const own = rest.replace('[server, client]', '[server]')
  expect(rightsIn(await findingsOf({ rest: own, more }, LOOKS))).toEqual([])
})

test('check attacks logs that a user reads without verification on the path to a verified kubelet', async () => {
  const more = '  users: { alice: { rules: [{ verbs: [get], resources: [pods/log] }] } }'
  const rest = `paths: { people: { kind: user-apiserver } }
workloads: { logs: { path: people, kind: logs, target: pods/web, requests: 2, insecure-skip-tls-verify-backend: true } }`
  expect(outcomesOn(await findingsOf({ more, rest }, POSES))).toEqual([
    'apiserver-kubelet-unverified: impersonated,read',
  ])
  const verified = rest.replace(', insecure-skip-tls-verify-backend: true', '')
  expect(await findingsOf({ more, rest: verified }, POSES)).toEqual([])
})

test('an attack that ships attacks the kubelets of each set-up, though its role means one path', async () => {
  const attacks = [
    {
      name: 'unchecked-kubelet',
      source: {
        file: 'attack.yaml',
        text: `attackers:
  mallory:
    on: the link that it crosses
    vantage: inline
    plan: [{ technique: impersonate-server, path: the kubelet path }]`,
      },
    },
  ]
  const nodes = '{ a: 1, b: { count: 1, kubelet: { config: { readOnlyPort: 10255 } } } }'
  const found = await findingsOf({ verifies: false, nodes }, { isMatrix: false, areNamed: true, attacks })
  expect(found.map(({ verdict }) => verdict.victim).sort((a, b) => (a < b ? -1 : 1))).toEqual(['a-1', 'b-1'])
})

test('an attacker with the token of joining nodes wins between them and the apiserver, unless they verify it', async () => {
  const joining = (verify: string) => findingsOf({ more: `  join: { bootstrap: true, verify: ${verify} }` }, POSES)
  expect(outcomesOn(await joining('none'))).toEqual(['kubelet-apiserver: impersonated'])
  expect(outcomesOn(await joining('ca'))).toEqual([])
})
