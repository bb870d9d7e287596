import { describe, expect, test } from 'vitest'
import { FAILURE_REASONS } from '../../src/transport/streams/failure.ts'
import { beginning, finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { smallCluster } from './small-cluster.ts'

const S = 1_000_000_000

/**
 * The tick from which an attacker silently drops what the kubelet and the apiserver exchange on the kubelet's
 * connection.
 */
const CUT_S = 10
/** The time for which kubelets keep a review that allowed a request. */
const KEPT_S = 20
const KEPT = `, webhook: { cacheAuthorizedTTL: ${KEPT_S}s, cacheUnauthorizedTTL: ${KEPT_S}s }`

interface Lost {
  readonly kubernetes?: string
  /** The times for which kubelets keep reviews, as YAML. */
  readonly kept?: string
  readonly workloads?: string
  readonly forS?: number
  /** What the attacker does to the connection, from CUT_S on. */
  readonly does?: string
}

/** Runs a kubelet that reviews its callers and has heartbeats, and returns how its requests ended, in seconds. */
function runLosing({
  kubernetes = '1.30',
  workloads = '',
  forS = 190,
  kept = KEPT,
  does = 'technique: drop',
}: Lost = {}) {
  const scenario = scenarioOf(
    smallCluster({
      kubernetes,
      config: `{ authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: Webhook${kept} } }`,
      paths: `{ logs: { kind: apiserver-kubelet }, kubelets: { kind: kubelet-apiserver },
        byToken: { kind: apiserver-kubelet, tls: { client: { token: app } } }, byStranger: { kind: apiserver-kubelet, tls: { client: { certificate: stranger } } } }`,
      workloads: `{ beats: { path: kubelets, kind: heartbeat },
        logs: { path: logs, kind: logs, rate: 1/s, for: ${forS}s, response: 100B }, ${workloads} }`,
      more: `duration: ${forS + 10}s
identities:
  app: { kind: service-account-token, account: default/app, expires: never }
  stranger: { kind: certificate, cn: stranger, usages: [client] }
attackers: { cut: { on: control-node-1, vantage: inline, plan: [{ at: ${CUT_S}s, ${does}, path: kubelets }] } }`,
    }),
  )
  const simulation = beginning(scenario)
  const result = finish(simulation, scenario)
  const { failures } = simulation.workloads.measurements
  const failed = (name: string) =>
    [...failures.everyRow()]
      .filter((row) => simulation.plan.workloads[failures.workload[row]].declared === name)
      .map((row) => ({
        startS: failures.startTick[row] / S,
        endS: failures.endTick[row] / S,
        reason: FAILURE_REASONS[failures.reason[row]],
      }))
  return { failed, of: (name: string) => workloadOf(result, name) }
}

describe('a kubelet whose connection to the apiserver is silently dropped', () => {
  test.each(['1.24', '1.30', '1.37'])(
    'a kubelet whose apiserver connection is dropped responds with 500 to requests that it cannot review, at %s',
    (kubernetes) => {
      const { failed, of } = runLosing({ kubernetes })
      const ends = failed('logs')
      // Reviews that wait at the cut are sent again when a PING has found the connection lost, and end with the dial.
      const lastReadS = CUT_S
      const [first] = ends
      expect(first.reason).toBe('server error')
      expect(Math.min(...ends.map(({ endS }) => endS))).toBeGreaterThan(lastReadS + 15)
      expect(Math.min(...ends.map(({ endS }) => endS))).toBeLessThanOrEqual(lastReadS + 45 + 0.6 + 30 + 0.1)
      // All others end with a dial, which takes 30 s at most.
      const foundS = Math.min(...ends.map(({ endS }) => endS))
      for (const { startS, endS } of ends) expect(endS - startS).toBeLessThanOrEqual(startS > foundS ? 30.1 : 76)
      expect(of('logs').unfinished).toBeLessThanOrEqual(31)
      expect(of('logs').completed + of('logs').failed + of('logs').unfinished).toBe(190)
    },
  )

  test('a kubelet whose apiserver connection is dropped allows what it has reviewed, for a time from the review, not the last use', () => {
    const { failed, of } = runLosing()
    // Requests come each second from 40 ms on; the first was reviewed a few milliseconds after it came.
    expect(of('logs').completed).toBe(KEPT_S + 1)
    expect(Math.min(...failed('logs').map(({ startS }) => startS))).toBe(KEPT_S + 1.04)
  })

  test('a kubelet whose apiserver connection is dropped reviews each verb by itself: logs are allowed and exec is not', () => {
    const exec = 'exec: { path: logs, kind: exec, start: 12s, requests: 1, response: 10B }'
    const { failed, of } = runLosing({ workloads: exec })
    expect(of('exec')).toMatchObject({ completed: 0, failed: 1 })
    expect(failed('exec')[0].reason).toBe('server error')
    expect(of('logs').completed).toBe(KEPT_S + 1)
  })

  test('a kubelet whose apiserver connection is dropped accepts no token that it cannot review', () => {
    const { failed } = runLosing({ workloads: 'tokens: { path: byToken, kind: logs, start: 12s, requests: 1 }' })
    expect(failed('tokens').map(({ reason }) => reason)).toEqual(['unauthorized'])
  })

  test('a kubelet whose apiserver connection is dropped refuses with 403 by a cached review, and with 500 later', () => {
    const { failed } = runLosing({
      workloads: 'denied: { path: byStranger, kind: logs, rate: 1/s, for: 100s, start: 5s }',
    })
    const ends = failed('denied')
    const forbidden = ends.filter(({ reason }) => reason === 'forbidden')
    // A refused client dials again, so that its last request in this time comes too late.
    expect(forbidden.map(({ startS }) => startS)).toEqual(Array.from({ length: KEPT_S }, (_, n) => 5.04 + n))
    expect(new Set(ends.slice(KEPT_S).map(({ reason }) => reason))).toEqual(new Set(['server error']))
  })
})

test.each(['1.20', '1.32'])(
  'a kubelet caches an allowed review 300 s, a refused one 30 s and a token 120 s by default, at %s',
  (kubernetes) => {
    const tokens = 'tokens: { path: byToken, kind: logs, rate: 1/s, for: 200s }'
    const { failed, of } = runLosing({ kubernetes, workloads: tokens, forS: 350, kept: '' })
    // Requests come each second from 40 ms on, and none renews the review before it.
    expect(of('logs').completed).toBe(301)
    const failures = failed('logs')
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['server error']))
    for (const { startS, endS } of failures) expect(endS - startS).toBeLessThanOrEqual(30.1)
    const spans = ['forbidden', 'server error', 'unauthorized'].map((wanted) => {
      const starts = failed('tokens').flatMap(({ startS, reason }) => (reason === wanted ? [startS] : []))
      return [Math.min(...starts), Math.max(...starts)]
    })
    expect(spans).toEqual([
      [0.04, 30.04],
      [31.04, 120.04],
      [121.04, 199.04],
    ])
  },
)

// client-go sends again what a PING has found lost (apimachinery pkg/util/net/http.go, IsHTTP2ConnectionLost).
test.each(['1.30', '1.37'])(
  'a review whose connection a PING finds lost is sent again, and succeeds if the network has recovered, at %s',
  (kubernetes) => {
    // The connection is found lost 45 s after the last heartbeat before the cut, and the next one is opened after it.
    const { of } = runLosing({ kubernetes, does: 'for: 42s, technique: drop', forS: 60 })
    expect(of('logs')).toMatchObject({ completed: 60, failed: 0, unfinished: 0 })
  },
)

// apiserver pkg/server/options/authentication.go, DefaultAuthWebhookRetryBackoff: 500 ms, factor 1.5, jitter 0.2, 5 steps.
test('a review whose connection is reset each time is sent five times, after four growing pauses', () => {
  const { failed } = runLosing({ does: 'technique: reset, match: { kind: data }', forS: 60 })
  const [least, most] = [0.5 * (1 + 1.5 + 2.25 + 3.375), 0.6 * (1 + 1.5 + 2.25 + 3.375)]
  const spans = failed('logs').map(({ startS, endS }) => endS - startS)
  expect(spans.length).toBeGreaterThan(20)
  expect(Math.min(...spans)).toBeGreaterThan(least)
  // A dial and a request of each attempt take a few round trips of 20 ms.
  expect(Math.max(...spans)).toBeLessThan(most + 5 * 0.15)
  // Each pause is drawn.
  expect(Math.max(...spans) - Math.min(...spans)).toBeGreaterThan((most - least) / 4)
})

// An error of the own end is no ECONNRESET (apimachinery pkg/util/net/util.go, IsConnectionReset).
test.each(['1.11', '1.23'])(
  'a review that is pending when the kubelet closes its connections is not sent again, at %s',
  (kubernetes) => {
    const exec = 'exec: { path: logs, kind: exec, start: 12s, requests: 1, response: 10B }'
    const { failed } = runLosing({ kubernetes, workloads: exec, forS: 60 })
    const [refused] = failed('exec')
    expect(refused.reason).toBe('server error')
    // It ends with the heartbeat that failed last, and the response travels for 10 ms.
    expect(failed('beats').map(({ endS }) => (endS + 0.01).toFixed(3))).toContain(refused.endS.toFixed(3))
  },
)

test('a kubelet without PINGs waits until TCP gives up', () => {
  expect(runLosing({ kubernetes: '1.10' }).of('logs')).toMatchObject({ completed: KEPT_S + 1, failed: 0 })
})
