import { flag } from '../schema/scalars.ts'
import { tcpKey } from './tcp-key.ts'

export const timestamps = tcpKey({
  schema: () =>
    flag(
      'Whether TCP offers timestamps (RFC 7323; net.ipv4.tcp_timestamps). A connection has them where both ends offer them. Default: true.',
    ),
  override: (hasTimestamps) => ({ hasTimestamps }),
})

export const sack = tcpKey({
  schema: () =>
    flag(
      'Whether TCP offers selective acknowledgements (RFC 2018; net.ipv4.tcp_sack). Where an end does not, three duplicate acknowledgements show a loss (RFC 5681), one in each round trip. Default: true.',
    ),
  override: (hasSelectiveAcks) => ({ hasSelectiveAcks }),
})

export const windowScaling = tcpKey({
  schema: () =>
    flag(
      'Whether TCP offers a scaled receive window (RFC 7323; net.ipv4.tcp_window_scaling). Where an end does not, windows are at most 64 KiB. Default: true.',
    ),
  override: (hasWindowScaling) => ({ hasWindowScaling }),
})
