import { describe, expect, test } from 'vitest'
import { checkTree, loadScenario, readTree } from '../../../src/scenario/load.ts'
import { candidatesFor } from '../../../src/study/fix/candidates.ts'
import { type Change, changeKey, isOfChange } from '../../../src/study/fix/change.ts'
import { setUpOf } from '../../../src/study/fix/cluster-set-up.ts'
import { differenceOf } from '../../../src/study/fix/transplant.ts'

/** Returns the changes that are tried on a cluster, as texts. */
function changesOf(apiserver: string, kubelet: string): readonly string[] {
  const text = `version: 1
kubernetes: "1.16"
cluster:
  nodes: 1
  apiserver: { flags: { ${apiserver} } }
  kubelet: { config: { ${kubelet} } }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, kind: logs, response: 1000B, requests: 4 } }
`
  const { tree } = readTree({ file: 'a.yaml', text }, {})
  const loaded = tree === null ? null : checkTree(tree, 'a.yaml')
  const setUp = loaded?.ok ? setUpOf(loaded) : null
  if (setUp === null) throw new Error('the scenario is invalid')
  const textOf = (change: Change) => (change.kind === 'flag' ? `${change.flag.name}=${change.value}` : change.kind)
  return candidatesFor(setUp).map(textOf)
}

test('no fix value is tried that opens something which the current value does not', () => {
  const strict = changesOf(
    'authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction], insecure-port: 0',
    'authorization: { mode: Webhook }, authentication: { anonymous: { enabled: false } }, readOnlyPort: 0',
  )
  expect(strict.filter((one) => /AlwaysAllow|^authorization-mode=RBAC$|plugins=$|8080|10255/.test(one))).toEqual([])
  expect(strict).toContain('authorization-mode=RBAC,Node')
  expect(strict).toContain('anonymous-auth=false')
  expect(strict).not.toContain('authentication.anonymous.enabled=true')
})

test('a fix value that opens less is tried, even if it is not the strictest', () => {
  const weak = changesOf(
    'authorization-mode: [AlwaysAllow], insecure-port: 8080',
    'authorization: { mode: AlwaysAllow }, authentication: { anonymous: { enabled: true } }, readOnlyPort: 10255',
  )
  for (const one of ['authorization-mode=RBAC', 'authorization-mode=RBAC,Node', 'insecure-port=0', 'readOnlyPort=0'])
    expect(weak).toContain(one)
  expect(weak).toContain('authorization.mode=Webhook')
})

test('the authorizer ABAC, which needs a policy file, is never added by a fix, and kept where it is', () => {
  const ofModes = (modes: string) =>
    changesOf(`authorization-mode: ${modes}`, '').filter((one) => one.startsWith('authorization-mode='))
  for (const modes of ['[AlwaysAllow]', '[Node, RBAC, AlwaysAllow]'])
    expect(ofModes(modes).filter((one) => one.includes('ABAC'))).toEqual([])
  expect(ofModes('[ABAC, AlwaysAllow]')).toContain('authorization-mode=ABAC')
})

describe('the difference between a cluster and the one with changes', () => {
  const blueprintOf = (flags: string) => {
    const text = `version: 1
kubernetes: "1.30"
cluster: { nodes: 1, apiserver: { flags: { authorization-mode: [Node, RBAC], ${flags} } } }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, kind: logs, response: 1000B, requests: 4 } }
`
    const loaded = loadScenario({ file: 'a.yaml', text })
    if (!loaded.ok) throw new Error('the scenario is invalid')
    return loaded.scenario.blueprint
  }
  const plain = blueprintOf('anonymous-auth: true')

  test('a change of a cluster is compared flag by flag if attackers keep their places', () => {
    const changed = blueprintOf('anonymous-auth: false')
    expect(differenceOf(plain, changed)).toEqual({ before: plain, after: changed })
  })

  test('a change of the addresses that the apiserver dials is not comparable, since attackers are then on other links', () => {
    const dialling = blueprintOf('anonymous-auth: true, kubelet-preferred-address-types: [InternalIP, Hostname]')
    expect(differenceOf(plain, dialling)).toBe(null)
  })

  test('a change of address types is compared if each node keeps its address', () => {
    const listed = (types: string) => blueprintOf(`anonymous-auth: true, kubelet-preferred-address-types: [${types}]`)
    const before = listed('InternalIP, Hostname')
    for (const types of ['InternalIP', 'InternalDNS, InternalIP, Hostname', 'ExternalIP, InternalIP']) {
      const after = listed(types)
      expect(differenceOf(before, after)).toEqual({ before, after })
    }
    expect(differenceOf(before, listed('Hostname, InternalIP'))).toBe(null)
  })
})

test('a change at some of its places belongs to the change, and one of another value or flag does not', () => {
  const of = (part: string) => {
    const text = `version: 1
kubernetes: "1.30"
cluster:
  kubelet: { config: { readOnlyPort: 10255, authentication: { anonymous: { enabled: true } } } }
  nodes: { a: {}, b: { kubelet: { config: { readOnlyPort: 10255, authentication: { anonymous: { enabled: true } } } } } }
`
    const loaded = loadScenario({ file: 'a.yaml', text })
    const setUp = loaded.ok ? setUpOf(loaded) : null
    return candidatesFor(setUp!).filter((change) => changeKey(change).includes(part))
  }
  const [[approver], [port], [whole]] = [of('approver'), of('readOnlyPort'), of('anonymous.enabled')]
  if (whole.kind !== 'flag') throw new Error('a flag changes')
  expect(whole.places).toHaveLength(2)
  const part = { ...whole, places: whole.places.slice(1) }
  expect([isOfChange(part, whole), isOfChange({ ...part, value: true }, whole), isOfChange(part, port)]).toEqual([
    true,
    false,
    false,
  ])
  expect([isOfChange(approver, approver), isOfChange(approver, port)]).toEqual([true, false])
})
