import { expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

const cluster = (verify: string) => `version: 1
kubernetes: "1.30"
duration: 20s
cluster:
  nodes: 1
  join: { bootstrap: true, verify: ${verify} }
paths: { kubelets: { kind: kubelet-apiserver } }
workloads: { lists: { path: kubelets, kind: list, resource: pods, requests: 1 } }
`

const between = (holds: string) => `attackers:
  mallory:
    on: the link that it crosses
    vantage: inline
    holds: [${holds}]
    plan: [{ technique: impersonate-server, path: the kubelet's path to the apiserver }]
`

test.each([
  ['none', 'the bootstrap token', ['impersonated']],
  ['none', '', ['no-effect']],
  ['ca', 'the bootstrap token', ['no-effect']],
])(
  'a node that joins with verify: %s, between which and the apiserver is who holds [%s], gives it %j',
  (verify, holds, outcomes) => {
    const loaded = loadScenario(
      { text: cluster(verify), file: 'joining.yaml' },
      { attacks: [{ text: between(holds), file: 'attack.yaml' }] },
    )
    if (!loaded.ok) throw new Error(loaded.problems[0].message)
    const { verdicts } = run(loaded.scenario).result
    expect(verdicts.map((verdict) => verdict.outcomes)).toEqual([outcomes])
  },
)
