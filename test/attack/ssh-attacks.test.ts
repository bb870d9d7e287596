import { expect, test } from 'vitest'
import { attacked, delivered, mallory, step } from './attack-lab.ts'

type Verify = 'none' | 'ca' | 'none, client: none'

const scenario = (hostKey: 'ignore' | 'check', verify: Verify) => `
seed: 7
hosts: { master: { cpu: go, cores: 4 }, node: { cpu: go, cores: 2 } }
links: { wan: { between: [master, node], delay: 40ms, rate: 100Mbps } }
paths:
  logs: { kind: apiserver-kubelet, from: master, to: node, tls: { verify: ${verify} }, tunnel: { kind: ssh, via: node, host-key: ${hostKey}, warm: false } }
workloads:
  keep: { path: logs, connection: keep-alive, requests: 5, request: 200B, response: 1000B }
`

const failures = (hostKey: 'ignore' | 'check', verify: Verify, technique: 'impersonate-server' | 'relay') => {
  const run = attacked(scenario(hostKey, verify), mallory([step(technique)]))
  return { run, failures: run.result.workloads[0].failures.map(({ reason, count }) => `${count} ${reason}`) }
}

test('an SSH client that checks no host key logs in to the attacker’s sshd, and reaches its forged kubelet', () => {
  const { run, failures: failed } = failures('ignore', 'none', 'impersonate-server')
  expect(failed).toEqual([])
  expect(delivered(run, 'link/wan/forward')).toBe(0)
  // What the tunnel leads to is the attacker's own host again.
  expect(delivered(run, 'loopback/~mallory')).toBe(26)
})

test('a relay accepts the SSH tunnel, and connects to the real kubelet without a tunnel', () => {
  const { run, failures: failed } = failures('ignore', 'none, client: none', 'relay')
  expect(failed).toEqual([])
  expect(delivered(run, 'link/~mallory/B/forward')).toBe(10)
})

test.each([
  ['a checked host key', 'check', 'none', '5 host key refused'],
  ['a kubelet that is verified inside', 'ignore', 'ca', '5 x509: certificate signed by unknown authority'],
] as const)('%s ends the SSH tunnel', (_, hostKey, verify, failed) => {
  expect(failures(hostKey, verify, 'impersonate-server').failures).toEqual([failed])
})
