import { describe, expect, test } from 'vitest'
import { Arena } from '../../../src/engine/arena.ts'
import { namesOf } from '../../../src/engine/registry.ts'
import { restartIfIdle } from '../../../src/transport/congestion/idle-restart.ts'
import { RENO } from '../../../src/transport/congestion/reno.ts'
import { ConnectionTable, OPEN } from '../../../src/transport/connections/connection.ts'
import { TCP_PROFILES } from '../../../src/transport/profiles/tcp-profiles.ts'

const TIMEOUT = 200

/** Returns window and threshold of a connection that has sent nothing for so long. */
function silentFor(idle: number, window: number, profile: 'linux' | 'rfc' = 'linux', threshold = 50) {
  const connections = new ConnectionTable(new Arena())
  const connection = connections.allocate()
  connections.profiles = Object.values(TCP_PROFILES)
  connections.profile[connection] = namesOf(TCP_PROFILES).indexOf(profile)
  connections.timeoutNs[connection] = TIMEOUT
  connections.recoveryState[connection] = OPEN
  connections.lastDataSentTick[connection] = 0
  connections.congestionWindow[connection] = window
  connections.slowStartThreshold[connection] = threshold
  restartIfIdle(connections, connection, RENO.standard, idle)
  return [connections.congestionWindow[connection], connections.slowStartThreshold[connection]]
}

describe('the congestion window of an idle connection', () => {
  test('the congestion window of an idle connection keeps its size for one timeout', () => {
    expect(silentFor(TIMEOUT, 100)).toEqual([100, 50])
  })

  test('the congestion window of an idle connection is halved for each further timeout, while the threshold keeps three quarters of it', () => {
    expect(silentFor(TIMEOUT + 1, 100)).toEqual([50, 75])
    expect(silentFor(2 * TIMEOUT, 100)).toEqual([50, 75])
    expect(silentFor(2 * TIMEOUT + 1, 100)).toEqual([25, 75])
  })

  test('the congestion window of an idle connection never falls below the initial window, and is not raised to it', () => {
    expect(silentFor(100 * TIMEOUT, 100)).toEqual([10, 75])
    expect(silentFor(100 * TIMEOUT, 4)).toEqual([4, 50])
  })

  test('the congestion window of an idle connection keeps its size for any time when the TCP profile has no restart after idle', () => {
    expect(silentFor(100 * TIMEOUT, 100, 'rfc')).toEqual([100, 50])
  })
})
