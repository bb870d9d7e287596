import { type ConnectionTable, ESTABLISHED } from '../../../src/transport/connections/connection.ts'
import type { Connection } from '../../../src/transport/rows.ts'

/** Fields of struct tcp_info that say for how long a connection had something to send, and what it waited for. */
export const BUSY_FIELDS = ['tcpi_busy_time', 'tcpi_rwnd_limited', 'tcpi_sndbuf_limited'] as const

type Condition = 'idle' | 'busy' | 'window' | 'buffer'

/** Adds up what a connection waits for (tcp_chrono_start), which changes with events and calls only. */
export class BusyTimes {
  private readonly totalsNs: Record<Condition, number> = { idle: 0, busy: 0, window: 0, buffer: 0 }
  private condition: Condition = 'idle'
  private tick = 0

  /** Notes what the connection does from now on. */
  note(table: ConnectionTable, row: Connection | null, tick: number): void {
    this.totalsNs[this.condition] += tick - this.tick
    this.tick = tick
    this.condition = row === null ? 'idle' : conditionOf(table, row)
  }

  nsOf(field: string): number {
    const { busy, window, buffer } = this.totalsNs
    if (field === 'tcpi_rwnd_limited') return window
    return field === 'tcpi_sndbuf_limited' ? buffer : busy + window + buffer
  }
}

function conditionOf(table: ConnectionTable, row: Connection): Condition {
  if (table.state[row] < ESTABLISHED) return 'idle'
  const unsentBytes = table.bufferedEnd[row] - table.sendNext[row]
  if (unsentBytes > 0) {
    const hasWindow = table.segmentsInFlight(row) < Math.floor(table.congestionWindow[row])
    return hasWindow && Math.min(unsentBytes, table.maximumSegmentBytes[row]) > table.peerRoomBytes(row)
      ? 'window'
      : 'busy'
  }
  if (table.segmentsOut[row] === 0) return 'idle'
  return table.isWriterHeldBack[row] === 1 ? 'buffer' : 'busy'
}
