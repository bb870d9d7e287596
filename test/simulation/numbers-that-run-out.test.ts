import { describe, expect, test } from 'vitest'
import { resultOf } from '../fixtures/simulations.ts'

const TEXT = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 1ms } }
paths: { web: { from: client, to: server } }
`

describe('an event that would come after the last tick', () => {
  test('a packet that an attacker delays beyond the longest run never arrives', () => {
    const { workloads, ended } = resultOf(`${TEXT}
duration: 100d
workloads: { asks: { path: web, connection: per-request, rate: 1/h, for: 10d } }
attackers: { mallory: { on: wan, vantage: inline, plan: [{ at: 9d, technique: delay, delay: 100d }] } }
`)
    expect(ended).toBe('finished')
    expect(workloads).toMatchObject([{ completed: 216, failed: 24, failures: [{ reason: 'timed out', count: 24 }] }])
  })

  test('a middlebox does not forget a connection that would expire after the longest run', () => {
    const { workloads } = resultOf(`${TEXT}
duration: 100d
middleboxes: { nat: { kind: nat, before: server, idle: 100d, expired: reset-both-at-expiry } }
workloads: { asks: { path: web, requests: 1, start: 20d } }
`)
    expect(workloads).toMatchObject([{ completed: 1, failed: 0 }])
  })
})
