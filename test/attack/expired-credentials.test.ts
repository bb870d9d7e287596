import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

/** Whether what root on node-1 finds there at `atS` is a credential. `identity` is in place of one of the cluster. */
function gains(technique: string, path: string, identity: string, atS: number): boolean {
  const { verdicts } = runScenario({
    text: `version: 1
duration: 200s
cluster: { nodes: 1, pods: { web: {} } }
identities: { ${identity} }
paths: { C: { kind: pod-apiserver, from: web-1, to: master }, D: { kind: apiserver-kubelet, from: master, to: node-1 } }
workloads: { ask: { path: C, requests: 1 }, logs: { path: D, kind: logs, requests: 1, response: 1KB } }
attackers: { root: { on: node-1, vantage: node, plan: [{ technique: ${technique}, path: ${path}, at: ${atS}s }] } }
`,
  })
  return verdicts.some(({ outcomes }) => outcomes.includes('credential'))
}

// The apiserver accepts it for another minute (go-jose jwt/validation.go: DefaultLeeway; expired is after, not at).
test.each([
  [160, true],
  [161, false],
])('a token that expires at 100 s, and is stolen at %s s, is a credential: %s', (atS, isGain) => {
  const token = 'web-token: { kind: service-account-token, account: default/app, expires: 100s }'
  expect(gains('steal-token', 'C', token, atS)).toBe(isGain)
})

// crypto/x509 Certificate.Verify: expired is after NotAfter, not at it.
test.each([
  [100, true],
  [101, false],
])('the key of a certificate that expires at 100 s, and is stolen at %s s, is a credential: %s', (atS, isGain) => {
  const certificate = 'node-1-kubelet: { kind: certificate, cn: node-1, usages: [server], notAfter: 100s }'
  expect(gains('steal-key', 'D', certificate, atS)).toBe(isGain)
})
