import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../../src/scenario/load.ts'
import { formatProblem } from '../../../src/scenario/problems/format-problem.ts'
import { PlanOf } from '../../../src/study/fix/plan-of.ts'

interface Kubelets {
  /** The fields of the kubelets of each pool, and the rest of the scenario. */
  readonly a?: string
  readonly b?: string
  readonly c?: string
  readonly rest?: string
}

/** Returns a scenario with pools a, b and c, where the apiserver reads logs on the nodes of pool a alone. */
function load({ a = '', b = '', c = '', rest = '' }: Kubelets) {
  const text = `version: 1
kubernetes: "1.30"
cluster:
  nodes:
    a: { count: 2, kubelet: { ${a} } }
    b: { count: 2, kubelet: { ${b} } }
    c: { count: 1, kubelet: { ${c} } }
  pods: { web: { listens: 8080 } }
paths:
  kubelets: { kind: kubelet-apiserver }
  logs: { kind: apiserver-kubelet, to: a/* }
workloads:
  heartbeats: { path: kubelets, kind: heartbeat }
  logs: { path: logs, kind: logs, response: 1000B, requests: 4 }
${rest}`
  const loaded = loadScenario({ text, file: 'a.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.scenario
}

/** Returns whether a change of kubelets leaves the simulation as it is. */
function isSame(before: Kubelets, after: Kubelets): boolean {
  return new PlanOf(load(before)).isThatOf(load(after))
}

const OPEN = 'config: { readOnlyPort: 10255, authentication: { anonymous: { enabled: true } } }'
const ISSUED = 'config: { serverTLSBootstrap: true }, server-certificate: issued'

describe('a simulation stays as it is', () => {
  test.each([
    ['one pool that nobody connects to opens', { b: OPEN }],
    ['two such pools change, each in its way', { b: OPEN, c: ISSUED }],
    ['such a pool has certificates of the CA of the cluster', { c: ISSUED }],
  ])('a simulation is unchanged where %s', (_, after) => {
    expect(isSame({}, after)).toBe(true)
    expect(isSame(after, {})).toBe(true)
  })

  test('a simulation is unchanged if idle pools change, and the connected one is open before and after', () => {
    expect(isSame({ a: OPEN, b: OPEN }, { a: OPEN, c: ISSUED })).toBe(true)
  })
})

describe('a simulation changes', () => {
  test.each([
    ['the pool that the apiserver connects to', { a: ISSUED }],
    ['that pool among others that nobody connects to', { a: ISSUED, b: ISSUED, c: OPEN }],
    [
      'what a kubelet does as a client, in a pool that nobody connects to',
      { c: 'config: { nodeStatusUpdateFrequency: 3s }' },
    ],
  ])('a simulation changes with a change of %s', (_, after) => {
    expect(isSame({}, after)).toBe(false)
  })

  test('a simulation changes with the pool on whose node an attacker is, and with no other pool', () => {
    const rest = `attackers:
  rogue:
    on: b-1
    vantage: node
    plan:
      - { technique: eavesdrop, path: kubelets }
`
    expect(isSame({ rest }, { rest, b: OPEN })).toBe(false)
    expect(isSame({ rest }, { rest, c: OPEN })).toBe(true)
  })
})
