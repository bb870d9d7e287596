import { expect, test } from 'vitest'
import { check } from '../../src/study/check/check.ts'
import { readCheck } from '../../src/study/check/read-check.ts'
import { inPlace } from '../../src/study/simulator/in-place.ts'

/** Checks a hardened cluster with these rights, by few techniques. */
async function checked(rights: string, policy = '', anonymous = 'false') {
  const text = `version: 1
kubernetes: "1.30"
${policy}
cluster:
  nodes: 1
  pods: { web: { account: shop/default, replicas: 1 } }
  apiserver: { flags: { authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction], anonymous-auth: ${anonymous}, kubelet-certificate-authority: cluster-ca } }
  kubelet: { server-certificate: issued, config: { authentication: { anonymous: { enabled: false } }, authorization: { mode: Webhook } } }
  ${rights}
`
  const scope = { isMatrix: true, techniques: ['eavesdrop'] }
  const read = readCheck({ text, file: 'cluster.yaml' }, {}, scope)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const { passed, granted = [] } = (await check(read.plan, { today: '2027-01-01' }, inPlace())).result
  return {
    passed,
    granted: granted.map(({ who, rights: own, isForbidden, at }) => [who, own, isForbidden, at?.line]),
  }
}

const rules = (verbs: string, resources: string) => `rules: [{ verbs: [${verbs}], resources: [${resources}] }]`

test.each([
  ['groups: { system:authenticated: ', 'impersonate', 'users', 'every authenticated user'],
  ['groups: { system:serviceaccounts: ', 'create', 'serviceaccounts/token', 'every service account'],
  ['groups: { "system:serviceaccounts:shop": ', 'patch', 'nodes/status', 'every service account in shop'],
  ['accounts: { shop/default: ', 'bind', 'clusterroles', 'the service account shop/default'],
])('a check fails for rights that everybody has: %s%s %s', async (section, verb, resource, who) => {
  expect(await checked(`${section}{ ${rules(verb, resource)} } }`)).toEqual({
    passed: false,
    granted: [[who, [`${verb} ${resource}`], true, 9]],
  })
})

test('rights of a named user are said, and fail a check only where the policy is never granted', async () => {
  const rights = `users: { ops: { ${rules('"*"', '"*"')} } }`
  const said = (isForbidden: boolean) => [['the user ops', ['do everything'], isForbidden, 9]]
  expect(await checked(rights)).toEqual({ passed: true, granted: said(false) })
  expect(await checked(rights, 'policy: never granted')).toEqual({ passed: false, granted: said(true) })
})

test('rights that only read, and those of clients that the apiserver refuses, are not said', async () => {
  expect(
    (await checked(`groups: { system:authenticated: { ${rules('get, list', 'pods, deployments')} } }`)).granted,
  ).toEqual([])
  const everything = `groups: { system:unauthenticated: { ${rules('"*"', '"*"')} } }`
  expect((await checked(everything)).granted).toEqual([])
  expect((await checked(everything, '', 'true')).passed).toBe(false)
})
