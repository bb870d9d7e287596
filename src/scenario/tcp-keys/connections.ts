import { TIME_WAIT_REUSES } from '../../transport/connections/tcp-profile.ts'
import { choice, count, flag, portRange } from '../schema/scalars.ts'
import { isWindowBased, needsControl, tcpKey } from './tcp-key.ts'

export const ephemeralPorts = tcpKey({
  schema: () =>
    portRange(
      'The ports from which TCP chooses its own when it dials; one destination can have so many connections, those in TIME_WAIT included (net.ipv4.ip_local_port_range). Default: 32768-60999.',
    ),
  override: (ephemeralPorts) => ({ ephemeralPorts }),
})

export const timeWaitReuse = tcpKey({
  schema: () =>
    choice(
      'Which connections may take the port of one that closed less than a minute ago, where one second has passed (net.ipv4.tcp_tw_reuse). never: none; loopback: those to 127.0.0.0/8; always: all. Default: the value of the profile.',
      TIME_WAIT_REUSES,
    ),
  override: (timeWaitReuse) => ({ timeWaitReuse }),
})

export const quickAcks = tcpKey({
  schema: () =>
    count(
      'The number of segments that TCP acknowledges at once at the start, after a pause and after a duplicate. Default: the value of the profile.',
      0,
      255,
    ),
  override: (quickAcks) => ({ quickAcks }),
})

export const slowStartAfterIdle = tcpKey({
  schema: () =>
    flag(
      'Whether the congestion window shrinks after a pause of one retransmission timeout. Default: the value of the profile.',
    ),
  override: (restarts) => ({ afterIdle: restarts ? 'decay' : 'keep' }),
  check: (_, settings) => needsControl(settings, isWindowBased),
})
