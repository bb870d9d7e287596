import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

describe('an inline relay of one path', () => {
  const relaying = (path: string) => {
    const text = `
version: 1
name: relay
duration: 60s
cluster: { preset: kubeadm-default }
attackers:
  mallory: { on: control-node-1, vantage: inline, plan: [{ technique: relay, path: ${path} }] }
`
    return runScenario({ text })
  }

  test('an inline relay of one path also relays requests of other paths to the same server, since an error would reveal it', () => {
    const { workloads, verdicts } = relaying('pod-proxy')
    const asking = workloads.filter(({ name }) => ['kubectl-proxy', 'pod-get', 'service-get'].includes(name))
    expect(asking.map(({ name, failed }) => [name, failed])).toEqual([
      ['kubectl-proxy', 0],
      ['pod-get', 0],
      ['service-get', 0],
    ])
    expect(verdicts.find(({ victim }) => victim === 'web-1')).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      noticed: 'none',
    })
  })
})
