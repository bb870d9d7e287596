import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simulateText } from '../../src/index.ts'
import { failureLines } from '../../src/report/run/requests.ts'

const FULL = 'cannot assign requested address'

/** Runs a client that opens a connection for each request, and returns how many requests completed and failed. */
function visits({
  tcp = '',
  perS = 10,
  forS = 4,
  path = 'custom, from: client, to: server, port: 80',
  extra = '',
  duration = '30s',
} = {}) {
  const result = simulateText(`
version: 1
hosts: { client: { tcp: { ${tcp} } }, server: {} }
links: { wan: { between: [client, server], delay: 1ms } }
paths:
  web: { kind: ${path} }
  other: { kind: custom, from: client, to: server, port: 81 }
workloads:
  visits: { path: web, connection: per-request, rate: ${perS}/s, for: ${forS}s, response: 100B }
  ${extra}
duration: ${duration}
`)
  return result.workloads.map(({ completed, failures }) => ({ completed, failures }))
}

describe('a client whose ports are taken', () => {
  it('a client whose ports are taken fails requests with the kernel’s reason, one for each port in TIME_WAIT', () => {
    expect(visits({ tcp: 'ephemeral-ports: 40000-40009' })).toEqual([
      { completed: 10, failures: [{ reason: FULL, count: 30 }] },
    ])
  })

  it('a client whose ports are taken continues when TIME_WAIT has ended after a minute', () => {
    const [{ completed }] = visits({ tcp: 'ephemeral-ports: 40000-40009', perS: 1, forS: 75, duration: '80s' })
    expect(completed).toBe(10 + 10)
  })

  it('a client whose ports are taken can dial another destination from the same ports', () => {
    const extra =
      'more: { path: other, connection: per-request, requests: 10, concurrency: 1, start: 10s, response: 100B }'
    expect(visits({ tcp: 'ephemeral-ports: 40000-40009', extra })[0]).toEqual({ completed: 10, failures: [] })
  })

  it('a client whose ports are taken reuses a port in TIME_WAIT after a second if the host allows it', () => {
    const tcp = 'ephemeral-ports: 40000-40009, time-wait-reuse: always'
    expect(visits({ tcp, perS: 9, forS: 10 })).toEqual([{ completed: 90, failures: [] }])
    // Eleven requests a second need an eleventh port within the second.
    expect(visits({ tcp, perS: 11, forS: 10 })[0].failures).toEqual([{ reason: FULL, count: expect.any(Number) }])
  })

  it('a client whose ports are taken reuses TIME_WAIT by default only on its loopback, as Linux does', () => {
    const tcp = 'ephemeral-ports: 40000-40009'
    // Components reach the insecure port at 127.0.0.1.
    const local = { path: 'component-apiserver, from: client, to: client, port: 8080', perS: 9 }
    expect(visits({ tcp, ...local })).toEqual([{ completed: 36, failures: [] }])
    expect(visits({ tcp: `${tcp}, time-wait-reuse: never`, ...local })[0].completed).toBe(10)
  })

  it('a client whose ports are taken fails with a hint on how to have more', () => {
    const failures = [{ reason: FULL, count: 3 } as const]
    expect(failureLines({ workloads: [{ name: 'visits', failures, unfinished: 0 } as never] })).toEqual([
      `visits: 3 failed: ${FULL} (all ports to this destination are taken, most by connections that closed less than a minute ago; keep connections alive, or set tcp.ephemeral-ports or tcp.time-wait-reuse of the client)`,
    ])
  })
})

// From 64 taken ports on a dial looks at a map of all ports: the number of requests that find one must not change.
it('a client can use exactly all ports of its range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65_000 }), fc.integer({ min: 1, max: 300 }), (first, count) => {
      const tcp = `ephemeral-ports: ${first}-${first + count - 1}`
      const [{ completed, failures }] = visits({ tcp, perS: 100, forS: 3 })
      expect([completed, failures]).toEqual([count, count === 300 ? [] : [{ reason: FULL, count: 300 - count }]])
    }),
    { numRuns: 6 },
  )
})
