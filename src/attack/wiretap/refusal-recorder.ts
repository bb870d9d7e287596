import type { RowColumn } from '../../engine/table.ts'
import type { SessionObserver } from '../../security/session-observer.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { Refusals } from '../state/refusals.ts'

/** Sessions by row, each with the stream that carries it. */
interface Sessions {
  readonly lower: RowColumn<Stream>
}

/**
 * Records which ends of TCP connections refuse their peer. A session inside a tunnel is left out: its client reports
 * it.
 */
export class RefusalRecorder {
  private readonly refusals: Refusals
  private readonly streams: ByteStreams
  private readonly tcp: Tcp

  constructor(refusals: Refusals, streams: ByteStreams, tcp: Tcp) {
    this.refusals = refusals
    this.streams = streams
    this.tcp = tcp
  }

  /** Returns an observer that records refusals and then calls `observer`. */
  around(observer: SessionObserver, sessions: Sessions): SessionObserver {
    return {
      ...observer,
      onRefused: (host, session, isClient, reason) => {
        this.record(sessions.lower[session], host, isClient, reason)
        observer.onRefused(host, session, isClient, reason)
      },
    }
  }

  private record(stream: Stream, host: number, isClient: boolean, reason: FailureReason): void {
    const { streams, tcp } = this
    if (!streams.isCarriedBy(stream, tcp)) return
    const { connections } = tcp
    const connection = connections.rowAt(streams.table.carrier[stream])
    const local = connections.localAddress[connection]
    const remote = connections.remoteAddress[connection]
    this.refusals.add({
      host,
      reason,
      clientAddress: isClient ? local : remote,
      serverAddress: isClient ? remote : local,
      serverPort: isClient ? connections.remotePort[connection] : connections.localPort[connection],
    })
  }
}
