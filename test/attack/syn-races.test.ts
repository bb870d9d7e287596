import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

/** A cluster with an attacker beside the link to node-1, and ten requests on a path. */
const raced = (path: string, { medium = 'public-network', vantage = 'side', step = '', seed = 1 }) =>
  runScenario({
    text: `
version: 1
seed: ${seed}
duration: 100s
kubernetes: "1.18"
cluster:
  nodes: 2
  pods: { sec: { listens: 8443, scheme: https, replicas: 1 } }
  apiserver: { flags: { authorization-mode: [RBAC] } }
  kubelet: { flags: { read-only-port: 10255 } }
  links: { control-to-nodes: ${medium} }
paths: { p: ${path} }
workloads: { ask: { path: p, connection: per-request, requests: 10, response: 1000B } }
attackers:
  mallory: { on: control-node-1, vantage: ${vantage}, plan: [{ ${step}, path: p }] }
`,
  })

const D = '{ kind: apiserver-kubelet, from: master, to: node-1 }'
const E = '{ kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ca } }'
const H = '{ kind: apiserver-pod, from: master, to: sec-1 }'
const POSE = 'technique: impersonate-server'

describe('an attacker that only answers faster than the server', () => {
  test.each([
    ['D', D],
    ['H', H],
  ])('impersonates the server of path %s and reads requests, since its bytes arrive before the reset', (_, path) => {
    const { verdicts, workloads } = raced(path, { step: POSE })
    expect(verdicts).toMatchObject([
      { outcomes: ['impersonated', 'read'], noticed: 'none', exposure: { messages: 10, of: 10 } },
    ])
    expect(workloads[0]).toMatchObject({ completed: 10, failed: 0 })
  })

  test('loses against the reset of a server that is as near', () => {
    const { verdicts, workloads } = raced(H, { step: POSE, medium: 'gce-private' })
    expect(verdicts[0].outcomes).not.toContain('impersonated')
    expect(verdicts[0].noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason: 'connection reset' }])
    expect(workloads[0].failures).toEqual([{ reason: 'connection reset', count: 10 }])
  })

  test('is refused by a client that verifies the server', () => {
    const [verdict] = raced(E, { step: POSE }).verdicts
    expect(verdict).toMatchObject({ outcomes: ['outage'], noticed: 'security' })
  })

  test.each(['passive', 'blind'])('needs to observe and to send: %s does nothing', (vantage) => {
    const { verdicts, workloads } = raced(D, { step: POSE, vantage })
    expect(['no-effect', 'unreachable', 'not-tried']).toContain(verdicts[0].worst)
    expect(workloads[0]).toMatchObject({ completed: 10, failed: 0 })
  })
})
