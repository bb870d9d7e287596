import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { problemsIn } from '../fixtures/clusters.ts'

/** Attackers in two pods on the master: one uses the master's network, one its own. */
function onMaster(kubernetes: string) {
  const plan = '[{ at: 1s, technique: direct-request, path: components, ask: list-secrets }]'
  const { verdicts } = runScenario({
    text: `version: 1
kubernetes: "${kubernetes}"
cluster:
  nodes: 1
  pods: { near: { on: master, hostNetwork: true, token: false }, beside: { on: master, token: false } }
  apiserver: { flags: { authorization-mode: [RBAC] } }
paths: { components: { kind: component-apiserver, from: near-1 } }
workloads: { reads: { path: components, kind: list, resource: secrets, count: 1, requests: 1 } }
attackers:
  inside: { on: near-1, vantage: pod, plan: ${plan} }
  outside: { on: beside-1, vantage: pod, plan: ${plan} }
`,
  })
  return Object.fromEntries(
    verdicts.map(({ attacker, outcomes, requests }) => [
      attacker,
      [outcomes, ...requests.map(({ status, port }) => `${status} at ${port}`)],
    ]),
  )
}

describe('an attacker in a pod on the master', () => {
  test.each(['1.6', '1.15', '1.19'])(
    'a pod on the master reads secrets at 127.0.0.1:8080 only with the host’s network, at %s',
    (version) => {
      expect(onMaster(version)).toEqual({ inside: [['privilege'], '200 at 8080'], outside: [['no-effect']] })
    },
  )

  test.each(['1.20', '1.30'])(
    'a pod on the master is refused at the secure port with either network, at %s',
    (version) => {
      const refused = [['no-effect'], '403 at 6443']
      expect(onMaster(version)).toEqual({ inside: refused, outside: refused })
    },
  )
})

describe('a pod with its node’s network', () => {
  const scenario = (step: string) => `
cluster:
  nodes: 2
  pods: { agent: { hostNetwork: true, listens: 9100 }, plain: { on: node-1 } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
paths:
  one: { kind: apiserver-pod, to: agent-1 }
  all: { kind: apiserver-pod, to: pods/agent }
  scrape: { kind: custom, from: plain-1, to: agent-2, port: 9100 }
  push: { kind: custom, from: agent-2, to: node-1, port: 9200 }
  users: { kind: user-apiserver }
workloads:
  one: { path: one, kind: proxy-get, requests: 2 }
  all: { path: all, kind: proxy-get, requests: 2 }
  scrape: { path: scrape, connection: keep-alive, rate: 10/s, for: 2s }
  push: { path: push, requests: 2 }
  logs: { path: users, kind: logs, target: pods/agent-2, requests: 2 }
attackers: { eve: { on: agent-2, vantage: pod, plan: [${step}] } }
`

  test('a pod with its node’s network can be named as the end of a path and the target of a workload', () => {
    const text = `version: 1${scenario('{ at: 1s, technique: direct-request, path: one }')}`
    const { workloads } = runScenario({ text })
    const counts = Object.fromEntries(workloads.map(({ name, completed, failed }) => [name, [completed, failed]]))
    expect(counts).toEqual({ all: [4, 0], logs: [2, 0], one: [2, 0], push: [2, 0], scrape: [20, 0] })
  })

  test('a pod with its node’s network can be named in a match, which selects its node', () => {
    const drops = (match: string) => {
      const text = scenario('').replace(
        /attackers.*/,
        `attackers: { eve: { on: nodes, vantage: inline, plan: [{ at: 1s, technique: drop, path: scrape, match: ${match} }] } }`,
      )
      expect(problemsIn(text)).toBe('nothing')
      return runScenario({ text: `version: 1${text}` }).workloads.find(({ name }) => name === 'scrape')?.completed
    }
    expect(drops('{ from: agent-2 }')).toBe(drops('{ from: node-2 }'))
    expect(drops('{ from: agent-2 }')).toBeLessThan(20)
    const elsewhere = scenario('{ at: 1s, technique: drop, path: scrape, match: { from: agent-1 } }')
    expect(problemsIn(elsewhere.replace('on: agent-2, vantage: pod', 'on: nodes, vantage: inline'))).toContain(
      'no packet on these paths is sent by node-1',
    )
  })

  test('a name of a pod that does not exist is unknown', () => {
    expect(problemsIn(scenario('').replace('on: agent-2', 'on: agent-9'))).toContain('agent-9')
    const match = scenario('{ at: 1s, technique: direct-request, path: one }').replace('to: agent-2', 'to: agent-9')
    expect(problemsIn(match)).toContain('no host is named agent-9')
  })
})
