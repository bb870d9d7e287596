import { describe, expect, test } from 'vitest'
import { beginning, finish } from '../fixtures/simulations.ts'
import { listenTo, plainCluster } from './background-lab.ts'

const MS = 1_000_000
const S = 1_000 * MS

interface Options {
  readonly kubernetes?: string
  readonly flags?: string
  readonly duration?: string
  readonly more?: string
  readonly workloads?: string
}

function podOf({
  kubernetes = '1.30',
  flags = 'authorization-mode: [Node, RBAC]',
  duration = '10s',
  more = '',
  workloads = '{ settings: { path: pods, kind: list, resource: configmaps, count: 1, requests: 1 } }',
}: Options = {}): string {
  return `kubernetes: "${kubernetes}"
duration: ${duration}
cluster:
  nodes: 1
  pods: { app: {} }
  apiserver: { flags: { ${flags} } }
paths: { kubelets: { kind: kubelet-apiserver }, pods: { kind: pod-apiserver } }
workloads: ${workloads}
${more}`
}

function run(options: Options = {}) {
  const scenario = plainCluster(podOf(options))
  const simulation = beginning(scenario)
  const answers = listenTo(simulation)
  const result = finish(simulation, scenario)
  return { result, answers, lines: answers.map(({ line }) => line) }
}

describe('the volumes of a pod', () => {
  test('the volumes of a pod contain its token and the root CA, and the pod starts when both have arrived', () => {
    const { result, lines } = run()
    // The kubelet's connection takes two round trips of 20 ms, both requests together one.
    expect(result.pods).toEqual([{ name: 'app-1', startedNs: 60 * MS, tokens: 1 }])
    expect(lines.slice(0, 2).sort()).toEqual([
      'GET /api/v1/namespaces/default/configmaps 200',
      'POST /api/v1/namespaces/default/serviceaccounts/default/token 201',
    ])
    expect(result.workloads[0]).toMatchObject({ completed: 1, failed: 0 })
  })

  test('the volumes of a pod delay its first request to the apiserver until they have arrived', () => {
    const late = run({ more: 'events: [{ at: 1ms, link: control-node-1, state: down, for: 2s }]', duration: '20s' })
    const [{ startedNs }] = late.result.pods
    expect(startedNs).toBeGreaterThan(2 * S)
    expect(late.result.workloads[0]).toMatchObject({ completed: 1, failed: 0 })
    expect(late.result.simulatedNs).toBeGreaterThan(startedNs ?? 0)
  })

  test.each([
    ['1.11', ['GET /api/v1/namespaces/default/secrets/default-token-x2x4z 200'], 0],
    ['1.20', ['GET /api/v1/namespaces/default/secrets 200', 'GET /api/v1/namespaces/default/secrets 200'], 0],
    [
      '1.21',
      [
        'GET /api/v1/namespaces/default/configmaps 200',
        'POST /api/v1/namespaces/default/serviceaccounts/default/token 201',
        'GET /api/v1/namespaces/default/configmaps 200',
      ],
      1,
    ],
  ])('the volumes of a pod are fetched like in Kubernetes %s', (kubernetes, expected, tokens) => {
    const { result, lines } = run({ kubernetes })
    expect(lines).toEqual(expected)
    expect(result.pods[0].tokens).toBe(tokens)
  })

  test('the volumes of a pod can be read only by its own node, which the Node authorizer knows from the pod', () => {
    const { result } = run({ flags: 'authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction]' })
    expect(result.pods[0].startedNs).toBe(60 * MS)
  })

  test('the volumes of a pod are requested by the kubelet on the connection of its heartbeats', () => {
    const { result } = run({
      workloads: '{ heartbeats: { path: kubelets, kind: heartbeat } }',
      duration: '63s',
    })
    const [kubelet] = result.background
    expect(kubelet).toMatchObject({ name: 'kubelet/node-1', requests: 3 })
    const total = result.links
      .filter(({ name }) => name.startsWith('link/control-node-1'))
      .reduce((sum, { bytes }) => sum + bytes, 0)
    expect(kubelet.wireBytes + result.workloads[0].wireBytes).toBe(total)
  })
})

describe("a pod's token", () => {
  const asking = '{ settings: { path: pods, kind: list, resource: configmaps, count: 1, rate: 1/m, for: 2h } }'
  const short = 'authorization-mode: [Node, RBAC], service-account-extend-token-expiration: false'

  test('a pod’s token is renewed after 80 % of its lifetime, up to ten seconds earlier', () => {
    const { result, answers } = run({ flags: short, duration: '2h', workloads: asking })
    const made = answers.filter(({ line }) => line.startsWith('POST')).map(({ tick }) => tick)
    expect(result.pods[0].tokens).toBe(3)
    const pauses = made.slice(1).map((tick, nth) => (tick - made[nth]) / S)
    for (const pause of pauses) {
      expect(pause).toBeGreaterThan(0.8 * 3_607 - 11)
      expect(pause).toBeLessThan(0.8 * 3_607 + 1)
    }
    expect(result.workloads[0].failed).toBe(0)
  })

  test('a pod’s token is refused after its expiry if the kubelet has lost its own credential and cannot renew it', () => {
    const { result, answers } = run({
      flags: short,
      duration: '2h',
      workloads: asking,
      more: 'identities: { node-1-kubelet-client: { kind: certificate, notAfter: 30m } }',
    })
    expect(answers.filter(({ line }) => line.endsWith('/token 401')).length).toBeGreaterThan(0)
    // 3607 s and a minute's leeway: the 62nd of one a minute is the first that comes too late.
    expect(result.workloads[0]).toMatchObject({ completed: 62, failures: [{ reason: 'unauthorized', count: 58 }] })
  })

  test('a pod’s token is valid for a year if the apiserver extends it, although the kubelet renews it every 48 minutes', () => {
    const { result } = run({ duration: '2h', workloads: asking })
    expect(result.pods[0].tokens).toBe(3)
    expect(result.workloads[0].failed).toBe(0)
  })
})
