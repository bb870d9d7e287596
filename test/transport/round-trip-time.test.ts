import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { ConnectionTable } from '../../src/transport/connections/connection.ts'
import type { TcpProfile } from '../../src/transport/connections/tcp-profile.ts'
import { LINUX } from '../../src/transport/profiles/linux.ts'
import { NS3 } from '../../src/transport/profiles/ns3.ts'
import { RFC } from '../../src/transport/profiles/rfc.ts'
import {
  noteSmallest,
  sampleLikeNs3,
  sampleRoundTrip,
  updateTimeout,
} from '../../src/transport/timing/round-trip-time.ts'

const MS = 1_000_000

function aConnection(profile: TcpProfile) {
  const table = new ConnectionTable(new Arena())
  table.profiles = [profile]
  const connection = table.allocate()
  table.minimumRttNs[connection] = Number.POSITIVE_INFINITY
  return { table, connection }
}

/**
 * Returns the retransmission timeout in ms after each of these samples, all within one window of data or each in its
 * own.
 */
function timeoutsMs(profile: TcpProfile, samplesMs: readonly number[], isOneWindow = true): number[] {
  const { table, connection } = aConnection(profile)
  return samplesMs.map((sampleMs, i) => {
    table.sendNext[connection] = 100 * (i + 1)
    table.sendUnacknowledged[connection] = isOneWindow ? 0 : 100 * i + 1
    sampleRoundTrip(table, connection, sampleMs * MS, sampleMs * MS)
    return table.timeoutNs[connection] / MS
  })
}

describe('the retransmission timeout of RFC 6298', () => {
  const fine: TcpProfile = { ...RFC, timeoutFloorNs: 0 }

  test('the retransmission timeout of RFC 6298 starts with three times the first sample, then smooths deviations by 1/4 and samples by 1/8', () => {
    // SRTT 100, RTTVAR 50; then RTTVAR 0.75 * 50 + 0.25 * 100, SRTT 0.875 * 100 + 0.125 * 200; and so on.
    expect(timeoutsMs(fine, [100, 200, 20])).toEqual([
      300,
      112.5 + 4 * 62.5,
      100.9375 + 4 * (0.75 * 62.5 + 0.25 * 92.5),
    ])
  })

  test('the retransmission timeout of RFC 6298 has a floor, a ceiling and an initial value', () => {
    expect(timeoutsMs({ ...RFC, timeoutFloorNs: 301 * MS }, [100])).toEqual([301])
    expect(timeoutsMs({ ...RFC, timeoutFloorNs: 300 * MS }, [100])).toEqual([300])
    expect(timeoutsMs({ ...fine, maximumTimeoutNs: 299 * MS }, [100])).toEqual([299])
    const { table, connection } = aConnection(fine)
    updateTimeout(table, connection)
    expect(table.timeoutNs[connection]).toBe(1000 * MS)
  })

  test('the retransmission timeout of RFC 6298 equals the formulas in the words of the RFC, for any samples', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 30 }), (samples) => {
        const [first, ...others] = samples
        let srtt = first
        let rttvar = first / 2
        const expected = [srtt + 4 * rttvar]
        for (const r of others) {
          rttvar = (1 - 1 / 4) * rttvar + (1 / 4) * Math.abs(srtt - r)
          srtt = (1 - 1 / 8) * srtt + (1 / 8) * r
          expected.push(srtt + 4 * rttvar)
        }
        timeoutsMs({ ...fine, maximumTimeoutNs: Number.POSITIVE_INFINITY }, samples).forEach((timeout, i) => {
          expect(timeout).toBeCloseTo(expected[i], 4)
        })
      }),
    )
  })
})

describe('the retransmission timeout of Linux', () => {
  const fine: TcpProfile = { ...LINUX, timerTickNs: 0, timeoutFloorNs: 10 * MS, maximumTimeoutNs: 1e15 }

  /** tcp_rtt_estimator with srtt times 8, mdev times 4, as the kernel keeps them, in fractions. */
  class Kernel {
    srtt = 0
    mdev = 0
    mdevMax = 0
    rttvar = 0
    rttSeq = 0

    sample(m: number, floor: number, sndUna: number, sndNxt: number): number {
      if (this.srtt === 0) {
        this.srtt = 8 * m
        this.mdev = 2 * m
        this.rttvar = this.mdev > floor ? this.mdev : floor
        this.mdevMax = this.rttvar
        this.rttSeq = sndNxt
        return this.srtt / 8 + this.rttvar
      }
      let error = m - this.srtt / 8
      this.srtt += error
      if (error < 0) {
        error = -error - this.mdev / 4
        if (error > 0) error /= 8
      } else error -= this.mdev / 4
      this.mdev += error
      if (this.mdev > this.mdevMax) {
        this.mdevMax = this.mdev
        if (this.mdevMax > this.rttvar) this.rttvar = this.mdevMax
      }
      if (sndUna > this.rttSeq) {
        if (this.mdevMax < this.rttvar) this.rttvar -= (this.rttvar - this.mdevMax) / 4
        this.rttSeq = sndNxt
        this.mdevMax = floor
      }
      return this.srtt / 8 + this.rttvar
    }
  }

  test('the retransmission timeout of Linux equals the kernel’s estimator, for any samples and windows of data', () => {
    const step = fc.record({ rttMs: fc.integer({ min: 1, max: 1000 }), sent: fc.nat(300), acknowledged: fc.nat(300) })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const { table, connection } = aConnection(fine)
        const kernel = new Kernel()
        let sndNxt = 1
        let sndUna = 0
        for (const { rttMs, sent, acknowledged } of steps) {
          sndNxt += sent
          sndUna = Math.min(sndNxt, sndUna + acknowledged)
          table.sendNext[connection] = sndNxt
          table.sendUnacknowledged[connection] = sndUna
          sampleRoundTrip(table, connection, rttMs * MS, rttMs * MS)
          const expected = kernel.sample(rttMs, 10, sndUna, sndNxt)
          expect(table.timeoutNs[connection] / MS).toBeCloseTo(expected, 4)
        }
      }),
    )
  })

  test('the retransmission timeout of Linux never has a variance below its floor, and falls by a quarter with each window of data', () => {
    expect(timeoutsMs(fine, [100])).toEqual([300])
    expect(timeoutsMs(fine, [2])).toEqual([12])
    // The mean deviation falls from 200 by a quarter with each sample, the variance with each window of data.
    expect(timeoutsMs(fine, [100, 100, 100]).map(Math.round)).toEqual([300, 300, 300])
    const falling = timeoutsMs(fine, [100, 100, 100, 100], false)
    expect(falling[1]).toBe(300)
    expect(falling[2]).toBeLessThan(falling[1])
    expect(falling[3]).toBeLessThan(falling[2])
  })

  test('the retransmission timeout of Linux is a whole number of clock ticks, rounded up', () => {
    expect(timeoutsMs({ ...fine, timerTickNs: 4 * MS }, [101])).toEqual([304])
    expect(timeoutsMs({ ...fine, timerTickNs: 4 * MS }, [100])).toEqual([300])
  })
})

describe('the retransmission timeout of ns-3', () => {
  const fine: TcpProfile = { ...NS3, timeoutFloorNs: 0 }

  /** Returns smoothed time, variance and timeout in ms after samples of so many ms, echoed at 1 s. */
  function estimatesOf(...samplesMs: readonly number[]) {
    const { table, connection } = aConnection(fine)
    table.sendUnacknowledged[connection] = 1
    for (const sampleMs of samplesMs) sampleLikeNs3(table, connection, 1000, (999 + sampleMs) * MS)
    const of = (column: Float64Array) => column[connection] / MS
    return [of(table.smoothedRttNs), of(table.rttVarianceNs), of(table.timeoutNs)]
  }

  test('the retransmission timeout of ns-3 begins with the sample and half of it', () => {
    expect(estimatesOf(100)).toEqual([100, 200, 300])
  })

  test('the retransmission timeout of ns-3 moves by an eighth and a quarter, rounded down to nanoseconds', () => {
    expect(estimatesOf(100, 200)).toEqual([112.5, 250, 362.5])
    expect(estimatesOf(100, 20)).toEqual([90, 230, 320])
    expect(estimatesOf(100, 33)).toEqual([91.625, (4 * Math.floor((150 * MS + 67 * MS) / 4)) / MS, 91.625 + 217])
  })

  test('the retransmission timeout of ns-3 counts a sample of at least a microsecond if timestamps are equal', () => {
    expect(estimatesOf(0)).toEqual([0.001, 0.002, 0.003])
  })

  test('the retransmission timeout of ns-3 ignores segments without an echo, and those sent before the last timeout', () => {
    const { table, connection } = aConnection(fine)
    table.sendUnacknowledged[connection] = 5
    sampleLikeNs3(table, connection, 0, 100 * MS)
    table.sampleFloor[connection] = 5
    sampleLikeNs3(table, connection, 1, 100 * MS)
    expect(table.smoothedRttNs[connection]).toBe(0)
    table.sampleFloor[connection] = 4
    sampleLikeNs3(table, connection, 1, 100 * MS)
    expect(table.smoothedRttNs[connection]).toBe(100 * MS)
  })
})

test('the smallest round-trip time is that of the newest segments', () => {
  const { table, connection } = aConnection(RFC)
  sampleRoundTrip(table, connection, 100 * MS, 60 * MS)
  expect(table.minimumRttNs[connection]).toBe(60 * MS)
  sampleRoundTrip(table, connection, 50 * MS, 70 * MS)
  expect(table.minimumRttNs[connection]).toBe(60 * MS)
  noteSmallest(table, connection, 59 * MS)
  expect(table.minimumRttNs[connection]).toBe(59 * MS)
})
