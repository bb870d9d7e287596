import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { AccountTable } from '../../../src/network/account.ts'
import { Cores } from '../../../src/network/cores.ts'
import { LinkDirectionTable } from '../../../src/network/link-direction.ts'
import { Network } from '../../../src/network/network.ts'
import { Receiver } from '../../../src/transport/receiving/receiver.ts'
import { Measurements } from '../../../src/workload/measurements.ts'
import { RequestTimes } from '../../../src/workload/request-times.ts'
import { anyScenario } from '../../fixtures/any-scenario.ts'
import { COSTLY_WORK, scenarioOf } from '../../fixtures/simulations.ts'
import { judge, withoutNoise } from './judge.ts'

/**
 * Two hosts with one core each over a link of 10 Mbps that loses packets, without noise, and two that take no time to send.
 */
const BUSY = `version: 1
hosts: { a: { cpu: go, cores: 1, noise: none }, b: { cpu: go, cores: 1, noise: none }, c: { cpu: instant }, d: { cpu: instant } }
links: { wan: { between: [a, b], delay: 5ms, rate: 10Mbps, loss: 1%, queue: 20 packets }, lan: { between: [c, d], delay: 2ms, rate: 20Mbps, queue: 30 packets } }
paths: { quick: { from: c, to: d }, plain: { from: a, to: b }, secret: { from: a, to: b, port: 443, tls: { version: 1.3 } } }
workloads:
  quick: { path: quick, requests: 4, concurrency: 2, response: 100KB }
  bodies: { path: plain, requests: 20, concurrency: 4, response: 100KB }
  small: { path: secret, requests: 20, concurrency: 8, response: 1KB, connection: per-request }
`

test('every law judges a busy link with losses, and none is violated', () => {
  const { breaches, times } = judge(scenarioOf(BUSY))
  expect(breaches).toEqual([])
  expect([...times].filter(([, count]) => count === 0)).toEqual([])
})

test('generated scenarios keep every law, and every law judges some of them', () => {
  const total = new Map<string, number>()
  fc.assert(
    fc.property(anyScenario, (scenario) => {
      const { breaches, times } = judge(withoutNoise(scenario))
      for (const [law, count] of times) total.set(law, (total.get(law) ?? 0) + count)
      expect(breaches).toEqual([])
    }),
    { numRuns: 10, endOnFailure: true },
  )
  expect([...total].filter(([, count]) => count === 0)).toEqual([])
})

/** Calls of private methods, which a planted bug replaces. */
type Methods = Record<string, (...values: never[]) => unknown>

/** Replaces a method of a class by what `planted` makes of the right one. */
function plant(
  owner: { readonly prototype: object },
  method: string,
  planted: (right: (...values: unknown[]) => unknown) => (this: unknown, ...values: never[]) => unknown,
): void {
  const methods = owner.prototype as Methods
  const right = methods[method] as (...values: unknown[]) => unknown
  vi.spyOn(methods, method).mockImplementation(planted(right))
}

describe('a planted bug breaks a law', () => {
  afterEach(() => void vi.restoreAllMocks())

  const lawsBroken = () => [...new Set(judge(scenarioOf(BUSY)).breaches.map((breach) => breach.split(':')[0]))]

  test('a law finds packets that stay in the queue longer than it is', () => {
    plant(
      Network,
      'arrivalTick',
      (right) =>
        function (this: unknown, ...values) {
          return (right.apply(this, values) as number) + 1_000
        },
    )
    expect(lawsBroken()).toContain('queue length')
  })

  test('a law finds a body that is delivered and not sent', () => {
    const note = Measurements.prototype.noteResponse
    vi.spyOn(Measurements.prototype, 'noteResponse').mockImplementation(function (this: Measurements, ...values) {
      const [workload, request, startTick, bodyBytes] = values
      return note.call(this, workload, request, startTick, 10 * bodyBytes)
    })
    expect(lawsBroken()).toContain('carried bytes')
  })

  test('a law finds packets that are sent and not charged', () => {
    vi.spyOn(AccountTable.prototype, 'charge').mockImplementation(() => undefined)
    vi.spyOn(AccountTable.prototype, 'chargeAll').mockImplementation(() => undefined)
    expect(lawsBroken()).toContain('carried bytes')
  })

  test('a law finds a packet that is lost without a cause', () => {
    plant(
      Network,
      'discard',
      () =>
        function (this: unknown) {
          return undefined
        },
    )
    expect(lawsBroken()).toContain('packet conservation')
  })

  test('a law finds a packet that is both dropped and delivered', () => {
    let count = 0
    plant(
      Network,
      'put',
      (right) =>
        function (this: unknown, ...values: never[]) {
          const network = this as Network
          const [direction] = values as unknown as [number]
          if (++count % 50 === 0) network.directions.lostPackets[network.directions.rowOf(direction)]++
          return right.apply(this, values)
        },
    )
    expect(lawsBroken()).toEqual(expect.arrayContaining(['packet conservation', 'seen and counted']))
  })

  test('a law finds a link that takes half the time for a packet', () => {
    const serialization = LinkDirectionTable.prototype.serializationNs
    vi.spyOn(LinkDirectionTable.prototype, 'serializationNs').mockImplementation(function (
      this: LinkDirectionTable,
      ...values
    ) {
      return Math.floor(serialization.apply(this, values) / 2)
    })
    expect(lawsBroken()).toEqual(expect.arrayContaining(['link rate', 'least transit']))
  })

  test('a law finds a link that forgets how long it is busy', () => {
    plant(
      Network,
      'put',
      (right) =>
        function (this: unknown, ...values: never[]) {
          const network = this as Network
          const [direction] = values as unknown as [number]
          network.directions.busyUntilTick[network.directions.rowOf(direction)] = 0
          return right.apply(this, values)
        },
    )
    expect(lawsBroken()).toContain('link rate')
  })

  test('a law finds packets that arrive before their signal', () => {
    plant(
      Network,
      'arrivalTick',
      () =>
        function (this: unknown) {
          return (this as { timeline: { now: number } }).timeline.now + 1
        },
    )
    expect(lawsBroken()).toEqual(expect.arrayContaining(['least transit', 'causality']))
  })

  test('a law finds bytes that are read and never arrived', () => {
    // Each segment in order brings a byte more than it has.
    plant(
      Receiver,
      'accept',
      (right) =>
        function (this: unknown, ...values: never[]) {
          const [connection, content, offset, lengthBytes] = values as readonly number[]
          return right.call(this, connection, content, offset, lengthBytes + 1)
        },
    )
    expect(lawsBroken()).toContain('carried content')
  })

  test('a law finds a byte that a link counts twice', () => {
    plant(
      Network,
      'deliver',
      (right) =>
        function (this: unknown, ...values: never[]) {
          const { directions } = this as Network
          const [direction] = values as unknown as [number]
          directions.deliveredBytes[directions.rowOf(direction)]++
          return right.apply(this, values)
        },
    )
    expect(lawsBroken()).toEqual(['seen and counted'])
  })

  test('a law finds a request that ends twice', () => {
    const end = Measurements.prototype.noteRequestEnd
    vi.spyOn(Measurements.prototype, 'noteRequestEnd').mockImplementation(function (this: Measurements, workload) {
      end.call(this, workload)
      end.call(this, workload)
    })
    expect(lawsBroken()).toContain('request conservation')
  })

  test('a law finds a nanosecond that belongs to two parts', () => {
    const note = RequestTimes.prototype.noteResponse
    vi.spyOn(RequestTimes.prototype, 'noteResponse').mockImplementation(function (this: RequestTimes, client) {
      note.call(this, client)
      note.call(this, client)
    })
    expect(lawsBroken()).toContain('time division')
  })

  test('a law finds a core that works on everything at once', () => {
    vi.spyOn(Cores.prototype, 'choose').mockImplementation(function (this: Cores, first, _count, readyTick) {
      this.chosenStart = readyTick
      return first
    })
    const { breaches } = judge(
      scenarioOf(BUSY, ['links.wan={ between: [a, b], delay: 1us, rate: 10Gbps }']),
      COSTLY_WORK,
    )
    expect(breaches.map((breach) => breach.split(':')[0])).toContain('busy time')
  })
})
