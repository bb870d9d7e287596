import { NONE } from '../../engine/table.ts'
import type { Tls } from '../../security/tls.ts'
import type { Connection, Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Tcp } from '../../transport/tcp.ts'

/** Returns the TCP connection that carries a stream, directly or under TLS; NONE where something else carries it. */
export function tcpBelow(stream: Stream, streams: ByteStreams, tls: Tls, tcp: Tcp): Connection {
  if (streams.isCarriedBy(stream, tcp)) return tcp.connections.rowAt(streams.table.carrier[stream])
  if (!streams.isCarriedBy(stream, tls)) return NONE
  const lower = tls.sessions.lower[streams.table.carrier[stream]]
  return streams.isCarriedBy(lower, tcp) ? tcp.connections.rowAt(streams.table.carrier[lower]) : NONE
}
