import { namesOf } from '../../engine/registry.ts'
import { ECN_USES } from '../../transport/connections/tcp-profile.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { orList } from '../../values/kinds.ts'
import { choice, flag } from '../schema/scalars.ts'
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

export const ecn = tcpKey({
  schema: () =>
    choice(
      'Explicit congestion notification (RFC 3168; net.ipv4.tcp_ecn): links with a `ce-threshold` mark packets in the place of dropping them, and the sender reduces its window. offer: a SYN offers it; answer: only what the peer offers is used; off: never. Not with `profile: ns3`. Default: answer, and off for ns3.',
      ECN_USES,
    ),
  override: (ecn) => ({ ecn }),
  check(_, { profile }) {
    const able = namesOf(TCP_PROFILES).filter((name) => TCP_PROFILES[name].ecn !== 'off')
    return able.includes(profile) ? [] : [{ needs: `profile: ${orList(able)}`, has: `profile: ${profile}` }]
  },
})
