import type { SshChannels } from '../../security/ssh-channels.ts'
import type { Tls } from '../../security/tls.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'

/** Returns the stream and all streams that carry it, through TLS sessions and SSH channels, from the top down. */
export function streamsBelow(stream: Stream, streams: ByteStreams, tls: Tls, channels: SshChannels): Stream[] {
  const { carrier } = streams.table
  const found = [stream]
  for (let at = stream; ; ) {
    if (streams.isCarriedBy(at, tls)) at = tls.sessions.lower[carrier[at]]
    else if (streams.isCarriedBy(at, channels)) at = channels.lowerOf(channels.channels.rowAt(carrier[at]))
    else return found
    found.push(at)
  }
}
