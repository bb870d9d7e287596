import { expect, test } from 'vitest'
import { TECHNIQUES, type TechniqueName } from '../../src/attack/techniques.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { runScenario } from '../../src/testing/index.ts'
import { parametersOf, requiredBy, valuesFor } from '../attack/every-parameter.ts'

/** An attacker, and the paths that it attacks. */
interface Scene {
  /** null: two hosts on a bridged segment. */
  readonly cluster: string | null
  readonly kubernetes: string
  readonly identities: string
  readonly path: string
  readonly attacker: string
  /** Keys of the step that are in both runs. */
  readonly step?: string
}

const HOSTS =
  'hosts: { master: {}, node-1: { addresses: [10.1.0.1] } }\nsegments: { lan: { hosts: [master, node-1], profile: gce-private, l2: bridged } }'
const NAMED =
  'hosts: { node-1: { addresses: [10.1.0.1, 203.0.113.1] }, node-2: { addresses: [10.1.0.2, 203.0.113.2] } }'
const CERTIFICATE =
  'cert: { kind: certificate, issuer: cluster-ca, cn: "system:node:node-1", organizations: ["system:nodes"], sans: [node-1, 10.1.0.1, 10.1.0.2], usages: [client, server] }'

const KUBELET: Scene = {
  cluster: '{ nodes: 2, pods: { web: { listens: 8080 } } }',
  kubernetes: '1.18',
  identities: CERTIFICATE,
  path: '{ kind: apiserver-kubelet, from: master, to: node-1 }',
  attacker: 'on: control-node-1, vantage: inline, holds: [cert]',
}
const VERIFIED = '{ kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ca } }'
const POD: Scene = { ...KUBELET, path: '{ kind: apiserver-pod, from: master, to: web-1 }' }
const AGENT: Scene = {
  ...KUBELET,
  cluster: '{ preset: konnectivity, nodes: 2, pods: { web: { listens: 8080 } } }',
  kubernetes: '1.30',
  attacker: 'on: node-2, vantage: node, holds: [cert]',
}
const JOINING: Scene = {
  ...KUBELET,
  cluster: '{ preset: gke-ssh-tunnels, nodes: 2, join: { bootstrap: true } }',
  kubernetes: '1.6',
  attacker: 'on: web-1, vantage: pod',
}
const LAN: Scene = { ...KUBELET, cluster: null, attacker: 'on: lan, vantage: side, holds: [cert]' }
const ALLOWING = '{ nodes: 2, apiserver: { flags: { authorization-mode: [AlwaysAllow] } } }'
const ON_NODE = 'on: node-2, vantage: node, holds: [cert]'
const USER: Scene = {
  ...KUBELET,
  cluster:
    '{ nodes: 2, pods: { web: { listens: 8080, replicas: 2 } }, users: { eve: { rules: [{ verbs: ["*"], resources: ["*"] }] } } }',
  attacker: 'as: eve, vantage: user, holds: [cert]',
}

/**
 * The scenes in which keys act, each with a value that changes what happens. Those that are not here are tried in all scenes,
 * with all candidates of their kind.
 */
const KEYS: Readonly<Partial<Record<TechniqueName, Readonly<Partial<Record<string, readonly [string, Scene]>>>>>> = {
  eavesdrop: { for: ['2s', POD] },
  'impersonate-server': {
    for: ['2s', KUBELET],
    count: ['1', KUBELET],
    presents: ['cert', { ...KUBELET, path: VERIFIED }],
  },
  relay: {
    for: ['2s', POD],
    count: ['1', POD],
    presents: ['cert', { ...KUBELET, path: VERIFIED }],
    with: ['cert', KUBELET],
  },
  tamper: { for: ['2s', POD], count: ['1', POD] },
  inject: { for: ['2s', POD], count: ['1', POD], delay: ['50ms', POD] },
  replay: { for: ['2s', POD], count: ['1', POD], delay: ['50ms', POD] },
  reset: { for: ['2s', POD], count: ['1', POD], delay: ['50ms', POD] },
  drop: { for: ['2s', POD], count: ['1', POD] },
  delay: { for: ['2s', { ...POD, step: ', delay: 50ms' }], count: ['1', { ...POD, step: ', delay: 50ms' }] },
  'direct-request': {
    count: ['3', KUBELET],
    with: ['a garbage token', KUBELET],
    ask: ['exec', KUBELET],
  },
  'spoof-arp': {
    for: ['2s', LAN],
    count: ['1', LAN],
    presents: [
      'cert',
      { ...LAN, path: '{ kind: custom, from: master, to: node-1, port: 443, tls: { verify: ca, ca: cluster-ca } }' },
    ],
  },
  'bootstrap-node': {
    with: ['a garbage token', JOINING],
    ask: ['create-pods', JOINING],
  },
  'readdress-node': {
    for: ['2s', { ...KUBELET, attacker: ON_NODE }],
    presents: ['cert', { ...KUBELET, cluster: ALLOWING, path: VERIFIED, attacker: ON_NODE }],
    with: ['a garbage token', { ...KUBELET, attacker: ON_NODE }],
  },
  'claim-agent': {
    for: ['2s', AGENT],
    presents: ['cert', { ...AGENT, path: VERIFIED }],
    with: ['a garbage token', AGENT],
  },
  'smuggle-request': {
    count: ['3', USER],
    with: ['a garbage token', USER],
    ask: ['logs', USER],
  },
  'redirect-service': {
    for: ['2s', USER],
    presents: ['cert', { ...USER, path: VERIFIED, kubernetes: '1.24' }],
    with: ['a garbage token', USER],
  },
}

/** Returns what a step does, as far as somebody could observe it; null where the scenario is refused. */
function effectOf(technique: TechniqueName, scene: Scene, key: string): string | null {
  const { step = '', cluster, kubernetes, identities, path, attacker } = scene
  const text = `
version: 1
seed: 5
duration: 8s
${cluster === null ? HOSTS : `kubernetes: "${kubernetes}"\ncluster: ${cluster}\n${NAMED}`}
identities: { ${cluster === null ? 'cluster-ca: { kind: ca }, ' : ''}${identities} }
paths: { p: ${path} }
workloads: { ask: { path: p, connection: per-request, rate: 2/s, for: 6s, response: 1000B } }
attackers: { m: { ${attacker}, plan: [{ at: 1s, technique: ${technique}, path: p${step}${key} }] } }
`
  if (!loadScenario({ file: 'scene.yaml', text }).ok) return null
  const { verdicts, workloads, trafficDigest } = runScenario({ text })
  return JSON.stringify([trafficDigest, verdicts, workloads.map(({ completed, failures }) => [completed, failures])])
}

const SCENES = [POD, KUBELET, AGENT, LAN, USER, JOINING]

/** Returns scenes in which a key may act, and the steps that differ only in its value. */
function tries(technique: TechniqueName, key: string): readonly (readonly [Scene, readonly string[]])[] {
  const [known, scene] = KEYS[technique]?.[key] ?? []
  if (known !== undefined && scene !== undefined) return [[scene, ['', `, ${key}: ${known}`]]]
  const others = requiredBy(technique).filter((other) => other !== key)
  const needed = others.map((other) => `, ${other}: ${valuesFor(parametersOf(technique)[other])[0]}`).join('')
  const values = valuesFor(parametersOf(technique)[key]).map((value) => `${needed}, ${key}: ${value}`)
  const steps = requiredBy(technique).includes(key) ? values : [needed, ...values]
  return SCENES.map((one) => [one, steps])
}

const cases = namesOf(TECHNIQUES).flatMap((technique) =>
  Object.keys(parametersOf(technique))
    .filter((key) => key !== 'match')
    .map((key) => ({ technique, key })),
)

test.each(cases)('parameter $key of $technique changes what happens', ({ technique, key }) => {
  const acts = tries(technique, key).some(([scene, [first, ...others]]) => {
    const before = effectOf(technique, scene, first)
    const effects = others.map((step) => effectOf(technique, scene, step))
    return before !== null && effects.some((effect) => effect !== null && effect !== before)
  })
  expect(acts).toBe(true)
})
