import fc from 'fast-check'
import { expect } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import { CONGESTION_CONTROLS, type CongestionControlName } from '../../src/transport/congestion/congestion-controls.ts'
import { TCP_PROFILES, type TcpOverrides, type TcpProfileName } from '../../src/transport/profiles/tcp-profiles.ts'
import { anyTcpOverrides } from '../fixtures/any-tcp-overrides.ts'
import type { Behaviour, Endpoint } from '../fixtures/endpoint.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { Lab } from '../fixtures/lab.ts'
import { type NetworkFaults, UnreliableRule } from '../fixtures/unreliable.ts'

const MS = 1_000_000

/** A connection, and what the network does to it. */
export interface TcpCase {
  readonly seed: number
  readonly delayNs: number
  readonly rateBps: number | null
  readonly mtuBytes: number
  readonly queueBytes: number | null
  readonly toB: NetworkFaults
  readonly toA: NetworkFaults
  readonly hosts: readonly [HostCase, HostCase]
  readonly a: Behaviour
  readonly b: Behaviour
}

interface HostCase {
  readonly profile: TcpProfileName
  readonly congestion: CongestionControlName
  readonly overrides: TcpOverrides
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
}

const ratio = (most: number) => fc.integer({ min: 0, max: 1000 }).map((permille) => (permille * most) / 1000)

/** Usually seconds; sometimes so many minutes that both ends give up. */
const outage = fc
  .tuple(
    fc.integer({ min: 0, max: 3_000 }),
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 5_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 1_200_000 }) },
    ),
  )
  .map(([fromMs, lengthMs]) => [fromMs * MS, (fromMs + lengthMs) * MS] as const)

/**
 * Some packets pass. The network is bad enough for every kind of recovery, and good enough for most connections to end
 * well.
 */
const mistreatment: fc.Arbitrary<NetworkFaults> = fc.record({
  seed: fc.nat(),
  dropRatio: fc.oneof(fc.constant(0), ratio(0.05), ratio(0.4)),
  delayRatio: fc.oneof(fc.constant(0), ratio(0.3)),
  duplicateRatio: fc.oneof(fc.constant(0), ratio(0.3)),
  longestDelayNs: fc.constantFrom(1 * MS, 30 * MS, 500 * MS),
  outages: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(outage, { maxLength: 2 }) },
  ),
})

const host: fc.Arbitrary<HostCase> = fc.record({
  profile: fc.constantFrom(...namesOf(TCP_PROFILES)),
  congestion: fc.constantFrom(...namesOf(CONGESTION_CONTROLS)),
  overrides: anyTcpOverrides,
  receiveBufferBytes: fc.constantFrom(null, 2_000, 3_000, 20_000, 100_001),
  sendBufferBytes: fc.constantFrom(null, 2_000, 5_000, 40_000),
})

const conduct = (mostBytes: number): fc.Arbitrary<Behaviour> =>
  fc.record({
    sends: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: mostBytes })),
    chunk: fc.constantFrom(700, 10_000, 1_000_000),
    finishes: fc.constantFrom('when-sent', 'when-ended'),
  })

export function tcpCases(mostBytes: number): fc.Arbitrary<TcpCase> {
  return fc.record({
    seed: fc.nat(),
    delayNs: fc.constantFrom(1_000, 1 * MS, 20 * MS),
    rateBps: fc.constantFrom(null, 10_000_000, 1_000_000_000),
    mtuBytes: fc.constantFrom(576, 1_500, 9_000, 65_535),
    queueBytes: fc.constantFrom(null, 30_000),
    toB: mistreatment,
    toA: mistreatment,
    hosts: fc.tuple(host, host),
    a: conduct(mostBytes),
    // If both waited for the other's end, they would wait without end.
    b: conduct(mostBytes).map((b) => ({ ...b, finishes: 'when-sent' as const })),
  })
}

/** Ten times the most events of 12,000 cases. */
const MOST_EVENTS = 60_000

/**
 * Runs a case. Whatever the network does, a stream arrives complete and in order at both ends, or each remaining end
 * has received a correct prefix, and an error if it had data outstanding.
 */
export function runCase(tcpCase: TcpCase): Outcome {
  const { seed, delayNs, rateBps, mtuBytes, queueBytes } = tcpCase
  const link = {
    delayNs,
    rateBps,
    mtuBytes,
    queueBytes,
    lossRatio: 0,
    lossBursts: null,
    jitter: { kind: 'none' },
  } as const
  const lab = new Lab({ link, seed, a: tcpCase.hosts[0], b: tcpCase.hosts[1] })
  lab.network.observer = null
  lab.network.rules.setRule(lab.direction('a>b'), new UnreliableRule(tcpCase.toB))
  lab.network.rules.setRule(lab.direction('b>a'), new UnreliableRule(tcpCase.toA))
  lab.afterEvent = () => checkInvariants(lab)
  const { a, b } = lab.connect(tcpCase.a, tcpCase.b)
  lab.run(Number.POSITIVE_INFINITY, MOST_EVENTS)

  expectPrefix(a, 'b', tcpCase.b.sends ?? 0)
  expectPrefix(b, 'a', tcpCase.a.sends ?? 0)
  const isWhole = isComplete(a, tcpCase.b) && isComplete(b, tcpCase.a)
  if (!isWhole) expectErrors(lab, [a, b])
  expect(lab.leftovers()).toEqual({})
  return isWhole ? 'whole' : 'broken off'
}

export type Outcome = 'whole' | 'broken off'

function isComplete(endpoint: Endpoint, peer: Behaviour): boolean {
  return endpoint.receivedBytes === peer.sends && endpoint.hasEnded
}

/** Expects that what arrived is what the other end sent, from the start, without gap or repetition. */
function expectPrefix(endpoint: Endpoint, peer: string, mostBytes: number): void {
  expect(endpoint.receivedBytes).toBeLessThanOrEqual(mostBytes)
  expect(endpoint.pieces).toEqual(
    endpoint.receivedBytes === 0 ? [] : [{ by: peer, offset: 0, lengthBytes: endpoint.receivedBytes }],
  )
}

/**
 * Expects an error at each end that waits for a reply that cannot come. An end with a reply to all that it sent waits
 * for nothing and stays open (keepalive would end it); it is aborted here, to see what is still held afterwards.
 */
function expectErrors(lab: Lab, ends: readonly Endpoint[]): void {
  const { connections } = lab.tcp
  for (const end of ends) {
    if (end.openTick === null || end.failure !== null || lab.hasGone(end)) continue
    const connection = lab.connectionOf(end)
    expect(connections.sendUnacknowledged[connection], `${end.name} waits for an answer, and heard of no failure`).toBe(
      connections.sendNext[connection],
    )
    end.abort()
  }
  lab.run()
}
