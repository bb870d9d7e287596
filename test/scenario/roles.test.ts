import { describe, expect, it } from 'vitest'
import { IDENTITY_ROLES, PLACE_ROLES } from '../../src/scenario/attackers/roles.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import type { AttackerBlueprint } from '../../src/simulation/blueprint-attack.ts'

function attackerIn(preset: string, attacker: string, more = ''): AttackerBlueprint {
  const text = `version: 1\ncluster: { preset: ${preset} }\nattackers: { mallory: ${attacker} }\n${more}`
  const loaded = loadScenario({ text, file: 'test.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.scenario.blueprint.attackers[0]
}

const pathsOf = (preset: string, path: string, more?: string) =>
  attackerIn(
    preset,
    `{ on: master, vantage: node, plan: [{ technique: eavesdrop, path: ${JSON.stringify(path)} }] }`,
    more,
  ).plan[0]?.paths ?? 'absent'

const placeOf = (preset: string, on: string, path: string) => {
  const { on: place, plan } = attackerIn(
    preset,
    `{ on: ${on}, vantage: ${vantageOn(on)}, plan: [{ technique: eavesdrop, path: "${path}" }] }`,
  )
  return plan.length === 0 ? 'absent' : place.name
}

const vantageOn = (on: string) => (/link|segment|far side|network/.test(on) ? 'passive' : 'pod')

const credentialOf = (preset: string, role: string, path: string) =>
  attackerIn(
    preset,
    `{ on: master, vantage: node, plan: [{ technique: direct-request, path: "${path}", with: ${role} }] }`,
  ).plan[0]?.parameters.with ?? 'absent'

describe('roles of paths', () => {
  it.each([
    ['the kubelet path', 'gke-ssh-tunnels', ['logs']],
    ['the kubelet path through an SSH tunnel', 'gke-ssh-tunnels', ['logs']],
    ['the kubelet path through an SSH tunnel', 'kubeadm-default', 'absent'],
    ['the kubelet path through Konnectivity', 'konnectivity', ['logs']],
    ['the kubelet path without a tunnel', 'kubeadm-default', ['logs']],
    ['the node path', 'kubeadm-default', ['node-proxy']],
    ['the pod path over HTTP', 'kubeadm-default', ['pod-proxy']],
    ['the pod path over HTTP', 'kubeadm-hardened', 'absent'],
    ['the service path over HTTPS', 'kubeadm-hardened', ['service-proxy']],
    ["the kubelet's path to the apiserver", 'kubeadm-default', ['kubelets']],
    ["a pod's path to the apiserver", 'kubeadm-default', ['pods']],
    ["a component's path to the apiserver over HTTP", 'gke-ssh-tunnels', ['components']],
    ["a component's path to the apiserver over HTTP", 'kubeadm-default', 'absent'],
    ["the user's path", 'kubeadm-default', ['users']],
    ['the custom path', 'kubeadm-default', 'absent'],
    ['every path through an SSH tunnel', 'gke-ssh-tunnels', ['logs', 'node-proxy', 'pod-proxy', 'service-proxy']],
  ])('path role %s in %s: %j', (role, preset, paths) => expect(pathsOf(preset, role)).toEqual(paths))

  it('roles of paths mean the first path by name', () => {
    const more = 'paths: { a-proxy: { kind: apiserver-pod } }\n'
    expect(pathsOf('kubeadm-default', 'the pod path', more)).toEqual(['a-proxy'])
  })
})

describe('roles of places', () => {
  it.each([
    ['the link that it crosses', 'kubeadm-default', 'the kubelet path', 'control-node-1'],
    ['the link that it crosses', 'kubeadm-default', 'the pod path', 'control-node-1'],
    ['the link that it crosses', 'kubeadm-default', "the user's path", 'user-alice'],
    ['the link that it crosses', 'gke-ssh-tunnels', 'the kubelet path', 'control-node-2'],
    ['the link that it crosses', 'gke-ssh-tunnels', 'the pod path', 'control-node-2'],
    ['the link that it crosses', 'gke-ssh-tunnels', "a component's path to the apiserver", 'master'],
    ['the far side of the tunnel', 'gke-ssh-tunnels', 'the pod path', 'nodes'],
    ['the far side of the tunnel', 'gke-ssh-tunnels', 'the kubelet path', 'nodes'],
    ['the far side of the tunnel', 'kubeadm-default', 'the pod path', 'absent'],
    ['the segment that it crosses', 'gke-ssh-tunnels', 'the pod path', 'nodes'],
    ['the segment that it crosses', 'kubeadm-default', 'the pod path', 'absent'],
    ['a network of the server', 'gke-ssh-tunnels', 'the kubelet path', 'control-node-1'],
    ['a network of the server', 'gke-ssh-tunnels', 'the pod path', 'control-node-1'],
    ['the host that it comes from', 'kubeadm-default', "a pod's path to the apiserver", 'web-1'],
    ['the host that it leads to', 'kubeadm-default', 'the pod path', 'web-1'],
    ["the apiserver's host", 'kubeadm-default', 'the pod path', 'master'],
    ["the apiserver's host", 'kubeadm-default', "a pod's path to the apiserver", 'master'],
    ['the node that it leads to', 'kubeadm-default', 'the pod path', 'node-1'],
    ['another node', 'kubeadm-default', 'the kubelet path', 'node-2'],
    ['a node behind the tunnel', 'gke-ssh-tunnels', 'the pod path', 'node-2'],
    ['a node behind the tunnel', 'gke-ssh-tunnels', 'the kubelet path', 'node-2'],
    ['a node behind the tunnel', 'konnectivity', 'the kubelet path', 'node-2'],
    ['a node behind the tunnel', 'kubeadm-default', 'the kubelet path', 'absent'],
    ['a pod on that node', 'kubeadm-default', 'the kubelet path', 'web-1'],
    ['a pod on another node', 'kubeadm-default', 'the kubelet path', 'web-2'],
    ['a user', 'kubeadm-default', 'the kubelet path', 'alice'],
  ])('place role %s, in %s for %s: %s', (role, preset, path, place) => expect(placeOf(preset, role, path)).toBe(place))

  it.each([
    ['konnectivity', 'nodes: 1', 'the far side of the tunnel', 'the pod path', 'absent'],
    ['konnectivity', 'nodes: 1', 'a network of the server', 'the pod path', 'control-node-1'],
    ['konnectivity', 'nodes: 1, pod-network: bridged', 'the far side of the tunnel', 'the pod path', 'absent'],
    ['konnectivity', 'nodes: 2', 'the far side of the tunnel', 'the pod path', 'nodes'],
  ])('a place role in %s with %s: %s, for %s, is %s: node and pods communicate within the host', (...given) => {
    const [preset, more, on, path, place] = given
    expect(placeOf(`${preset}, ${more}`, on, path)).toBe(place)
  })

  it('place roles of a plan about every path use a path that leaves its host', () => {
    expect(placeOf('kubeadm-default', 'the link that it crosses', 'every path')).toBe('control-node-1')
  })
})

describe('roles of identities', () => {
  it.each([
    ['the token on that path', "a pod's path to the apiserver", 'web-token'],
    ['the token on that path', 'the kubelet path', 'absent'],
    ['its client certificate', 'the kubelet path', 'apiserver-kubelet-client'],
    ['its server certificate', 'the kubelet path', 'node-1-kubelet'],
    ["another node's client certificate", 'the kubelet path', 'node-2-kubelet-client'],
    ["another node's server certificate", 'the kubelet path', 'node-2-kubelet'],
    ['a token of a pod on that node', 'the kubelet path', 'web-token'],
    ["a user's client certificate", 'the kubelet path', 'alice-client'],
    ['the bootstrap token', 'the kubelet path', 'absent'],
    ['a powerless token', 'the kubelet path', 'powerless-token'],
    ['a garbage token', 'the kubelet path', '~garbage-token'],
  ])('identity role %s, for %s: %s', (role, path, name) =>
    expect(credentialOf('kubeadm-default', role, path)).toBe(name),
  )
})

it('a role that does not exist in a scenario is absent, and no problem', () => {
  const text = (on: string, held: string) =>
    `version: 1\nhosts: { a: {}, b: {} }\nlinks: { l: { between: [a, b] } }\npaths: { p: { from: a, to: b } }\nworkloads: { w: { path: p, requests: 1 } }\nattackers: { m: { on: ${on}, vantage: ${vantageOn(on)}, holds: [${held}], plan: [{ technique: eavesdrop }] } }\n`
  for (const [i, on] of PLACE_ROLES.entries()) {
    const loaded = loadScenario({ text: text(on, IDENTITY_ROLES[i % IDENTITY_ROLES.length]), file: 'test.yaml' })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([])
  }
})

it('a step with existing and missing paths has a plan and an absence', () => {
  const { plan, absent } = attackerIn(
    'kubeadm-default',
    '{ on: master, vantage: node, plan: [{ technique: eavesdrop, path: [logs, the custom path] }] }',
  )
  expect(plan[0].paths).toEqual(['logs'])
  expect(absent).toEqual([{ technique: 'eavesdrop', path: 'the custom path' }])
})
