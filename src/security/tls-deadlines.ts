import type { Arena } from '../engine/arena.ts'
import { TLS_HANDSHAKE_DEADLINE } from '../engine/event-kinds.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import { OrdinalTable } from '../transport/connections/ordinal.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { TlsSession } from './rows.ts'
import { READY, type TlsSessionTable } from './tls-session.ts'

/** Go's http.Transport waits so long for a handshake (TLSHandshakeTimeout, net/http/transport.go). */
const HANDSHAKE_PATIENCE_NS = 10 * NS_PER_S

/** Clients that have waited long enough for a server to finish its part of the handshake. */
export class TlsDeadlines {
  private readonly timeline: Timeline
  private readonly sessions: TlsSessionTable
  private readonly streams: ByteStreams
  private readonly ordinals: OrdinalTable
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
    this.ordinals = new OrdinalTable(arena, hostCount)
    this.firstHostTarget = firstHostTarget
  }

  begin(row: TlsSession): void {
    const { sessions, timeline } = this
    const host = this.hostOf(row)
    const ordinal = this.ordinals.take(host)
    sessions.ordinal[row] = ordinal
    timeline.schedule(
      timeline.now + HANDSHAKE_PATIENCE_NS,
      this.firstHostTarget + host,
      TLS_HANDSHAKE_DEADLINE,
      ordinal,
    )
  }

  /** The session that this deadline of a host is about, if it still waits; else NONE. */
  find(host: number, ordinal: number): TlsSession {
    const { sessions } = this
    for (const row of sessions.everyRow()) {
      const isIt = sessions.ordinal[row] === ordinal && sessions.isClient[row] === 1 && sessions.lower[row] !== NONE
      if (isIt && sessions.state[row] !== READY && this.hostOf(row) === host) return row
    }
    return NONE
  }

  private hostOf(row: TlsSession): number {
    return this.streams.table.host[this.sessions.upper[row]]
  }
}
