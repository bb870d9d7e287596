import { describe, expect, it } from 'vitest'
import { checkPointers } from './evidence-checks.ts'
import { observe } from './evidence-lab.ts'

const BUSY = (technique: string, more: string) => `
version: 1
seed: 3
hosts: { client: { cpu: go }, server: { cpu: go } }
links: { wan: { between: [client, server], delay: 5ms, rate: 50Mbps, loss: 2% } }
paths: { web: { from: client, to: server${more} } }
workloads:
  get: { path: web, requests: 40, concurrency: 4, connection: per-request, request: 200B, response: 20KB, carries: [letter] }
attackers:
  mallory: { on: wan, vantage: inline, plan: [{ at: 30ms, technique: ${technique}, path: web }] }
`

describe('the pointers of an attack on several connections over a link with loss', () => {
  it.each([
    ['impersonate-server', ''],
    ['impersonate-server', ', tls: { verify: none }'],
    ['relay', ''],
    ['relay', ', tls: { verify: none }'],
    ['tamper', ''],
    ['inject', ''],
    ['eavesdrop', ''],
  ])(
    'each evidence reference of an attack over a link with loss names a packet that shows it: %s%s',
    (technique, more) => {
      const run = observe({ text: BUSY(technique, more), file: 'busy.yaml' })
      expect(checkPointers(run)).toBeGreaterThan(0)
    },
  )
})
