import type { SshChannels } from '../../security/ssh-channels.ts'
import type { Tls } from '../../security/tls.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'

/** The stream, and those that carry it: of TLS, of an SSH connection, and what these go over. */
export function streamsBelow(stream: Stream, streams: ByteStreams, tls: Tls, channels: SshChannels): Stream[] {
  const { carrier } = streams.table
  const found = [stream]
  for (let at = stream; ; ) {
    if (streams.isCarriedBy(at, tls)) at = tls.sessions.lower[carrier[at]]
    else if (streams.isCarriedBy(at, channels))
      at = streams.table.rowAt(channels.lowerOf(channels.channels.rowAt(carrier[at])))
    else return found
    found.push(at)
  }
}
