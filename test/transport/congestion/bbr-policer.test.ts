import { describe, expect, test } from 'vitest'
import { Arena } from '../../../src/engine/arena.ts'
import { forgetPolicer, samplePolicer } from '../../../src/transport/congestion/bbr-policer.ts'
import {
  BANDWIDTH_UNIT,
  bandwidth,
  IS_POLICED,
  IS_ROUND_START,
  MODE,
  PROBE_BANDWIDTH,
} from '../../../src/transport/congestion/bbr-state.ts'
import { congestionStateAt } from '../../../src/transport/congestion/congestion-control.ts'
import { ConnectionTable } from '../../../src/transport/connections/connection.ts'

const ROUND_NS = 20_000_000

/** A sender behind a policer that passes so many segments per round trip, and drops so many. */
function policed() {
  const connections = new ConnectionTable(new Arena())
  const connection = connections.allocate()
  const at = congestionStateAt(connection)
  const state = connections.congestionState
  connections.maximumSegmentBytes[connection] = 1448
  state[at + MODE] = PROBE_BANDWIDTH
  forgetPolicer(connections, connection, at)
  const round = (delivered: number, lost: number, isAppLimited = false) => {
    connections.deliveredTick[connection] += ROUND_NS
    connections.deliveredSegments[connection] += delivered
    connections.lostSegments[connection] += lost
    state[at + IS_ROUND_START] = 1
    return samplePolicer(connections, connection, at, lost, isAppLimited)
  }
  return {
    round,
    rounds: (count: number, delivered: number, lost: number) => {
      for (let nth = 0; nth < count; nth++) round(delivered, lost)
    },
    isPoliced: () => state[at + IS_POLICED] === 1,
    segmentsInRound: () => (bandwidth(state, at) * (ROUND_NS / 1000)) / BANDWIDTH_UNIT,
  }
}

describe('BBR behind a policer', () => {
  test('BBR behind a policer limits its rate after two intervals of four rounds with a fifth lost and about the same rate', () => {
    const { rounds, isPoliced, segmentsInRound } = policed()
    // The first loss begins the first interval, in whose fourth round it ends; the next one has four rounds.
    rounds(7, 40, 10)
    expect(isPoliced()).toBe(false)
    rounds(1, 40, 10)
    expect(isPoliced()).toBe(true)
    expect(Math.round(segmentsInRound())).toBe(40)
  })

  test('BBR behind a policer does not limit its rate when fewer packets are lost or the second interval has another rate', () => {
    const few = policed()
    few.rounds(100, 40, 7)
    expect(few.isPoliced()).toBe(false)
    const other = policed()
    other.rounds(4, 40, 10)
    other.rounds(4, 60, 15)
    expect(other.isPoliced()).toBe(false)
    other.rounds(4, 60, 15)
    expect(other.isPoliced()).toBe(true)
  })

  test('BBR behind a policer restarts the interval when the program has nothing to send', () => {
    const { round, rounds, isPoliced } = policed()
    rounds(7, 40, 10)
    round(40, 10, true)
    rounds(7, 40, 10)
    expect(isPoliced()).toBe(false)
    rounds(1, 40, 10)
    expect(isPoliced()).toBe(true)
  })

  test('BBR behind a policer limits its rate for 48 rounds', () => {
    const { round, rounds, isPoliced } = policed()
    rounds(8, 40, 10)
    rounds(47, 40, 0)
    expect(isPoliced()).toBe(true)
    expect(round(40, 0)).toBe(true)
    expect(isPoliced()).toBe(false)
  })
})
