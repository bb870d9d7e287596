import type { Arena } from '../engine/arena.ts'
import { EventKind } from '../engine/event-kind.ts'
import { NumberedRows } from '../engine/numbered-rows.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { TlsSession } from './rows.ts'
import { READY, type TlsSessionTable } from './tls-session.ts'

/** A TLS handshake on a host (the target) has timed out. */
export const TLS_HANDSHAKE_DEADLINE = new EventKind('tls handshake deadline')

/** The handshake timeout of Go's http.Transport (net/http/transport.go, TLSHandshakeTimeout). */
const HANDSHAKE_PATIENCE_NS = 10 * NS_PER_S

/** The deadlines of clients for the TLS handshake. */
export class TlsDeadlines {
  private readonly timeline: Timeline
  private readonly sessions: TlsSessionTable
  private readonly streams: ByteStreams
  private readonly numbers: NumberedRows<TlsSession>
  private readonly firstHostTarget: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    sessions: TlsSessionTable,
    streams: ByteStreams,
    hostCount: number,
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.sessions = sessions
    this.streams = streams
    this.numbers = new NumberedRows(arena, hostCount)
    this.firstHostTarget = firstHostTarget
  }

  begin(row: TlsSession): void {
    const { sessions, timeline } = this
    const host = this.hostOf(row)
    const ordinal = this.numbers.add(host, row)
    sessions.ordinal[row] = ordinal
    timeline.schedule(
      timeline.now + HANDSHAKE_PATIENCE_NS,
      this.firstHostTarget + host,
      TLS_HANDSHAKE_DEADLINE,
      ordinal,
    )
  }

  /**
   * Returns the client's session whose deadline an event is, or NONE when its handshake is over: then the event is an idle
   * wake-up.
   */
  find(host: number, ordinal: number): TlsSession {
    const { sessions, timeline } = this
    const row = this.numbers.find(host, ordinal)
    if (row !== NONE && sessions.lower[row] !== NONE && sessions.state[row] !== READY) return row
    timeline.noteIdleWakeUp()
    return NONE
  }

  /** Removes the deadline of a session that is about to be released. */
  forget(row: TlsSession): void {
    const ordinal = this.sessions.ordinal[row]
    if (ordinal !== NONE) this.numbers.remove(this.hostOf(row), ordinal)
  }

  private hostOf(row: TlsSession): number {
    return this.streams.table.host[this.sessions.upper[row]]
  }
}
