import { NONE } from '../../engine/table.ts'
import type { Tls } from '../../security/tls.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Tcp } from '../../transport/tcp.ts'

/** The TCP connection that carries a stream, by itself or under TLS; NONE: something else does. */
export function tcpBelow(stream: number, streams: ByteStreams, tls: Tls, tcp: Tcp): number {
  if (streams.isCarriedBy(stream, tcp)) return streams.table.carrier[stream]
  if (!streams.isCarriedBy(stream, tls)) return NONE
  const lower = tls.sessions.lower[streams.table.carrier[stream]]
  return streams.isCarriedBy(lower, tcp) ? streams.table.carrier[lower] : NONE
}
