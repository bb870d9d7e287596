import { describe, expect, test } from 'vitest'
import { PARTS } from '../../src/network/activity.ts'
import { resultOf } from '../fixtures/simulations.ts'

/** One request of one packet each way, over a link of 20 ms, with an attacker on it who acts as `step` says. */
const scenario = (step: string) => `
version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { get: { from: client, to: server } }
workloads: { page: { path: get, requests: 2, response: 100B, connection: per-request } }
attackers: { mallory: { vantage: inline, on: wire, plan: [{ path: get, ${step} }] } }
`

function partsOf(step: string) {
  const [{ breakdownNs, latencyMs }] = resultOf(scenario(step)).workloads
  expect(PARTS.reduce((sum, part) => sum + breakdownNs[part], 0)).toBe(Math.round((latencyMs.mean ?? 0) * 2e6))
  return breakdownNs
}

describe('the part of a request that an attacker takes', () => {
  const untouched = partsOf('technique: eavesdrop')

  test('the attacker’s part of a request is zero if the attacker only listens', () => {
    expect(untouched.attacker).toBe(0)
  })

  test('the attacker’s part of a request is the time that it holds awaited packets, and the other parts stay', () => {
    const { attacker, cpu, propagation, ...others } = partsOf(
      'technique: delay, delay: 30ms, count: 2, match: { kind: data }',
    )
    expect(attacker).toBe(60_000_000)
    // Cores work while packets are held back, which counts for the attacker.
    expect(untouched.cpu + untouched.propagation - cpu - propagation).toBeLessThan(200_000)
    expect(others).toEqual({
      retransmission: 0,
      handshake: untouched.handshake,
      queueing: untouched.queueing,
      window: untouched.window,
      serialization: untouched.serialization,
    })
  })

  test('the attacker’s part of a request is the time from a drop until the replacement is acknowledged', () => {
    const { attacker, retransmission } = partsOf('technique: drop, count: 1, match: { kind: data, from: client }')
    expect(retransmission).toBe(0)
    // A probe of the only segment in flight waits for two round trips and for a delayed ACK of 200 ms; its ACK is due
    // 20 ms later, and comes with the response.
    expect(Math.round(attacker / 1e7)).toBe(25)
  })
})
