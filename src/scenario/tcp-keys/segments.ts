import { count, durationNs, durationOrOff, flag } from '../schema/scalars.ts'
import { tcpKey } from './tcp-key.ts'

export const initialWindow = tcpKey({
  schema: () => count('The number of segments that TCP sends before the first acknowledgement. Default: 10.', 1, 1000),
  override: (initialWindow) => ({ initialWindow }),
})

export const minRto = tcpKey({
  schema: () =>
    durationNs(
      'The minimum of the retransmission timeout; with the profile linux, the minimum of the part that is added to the round-trip time. Default: the value of the profile.',
      { from: '1ms', to: '10s' },
    ),
  override: (timeoutFloorNs) => ({ timeoutFloorNs }),
})

export const windowProbes = tcpKey({
  schema: () =>
    count(
      'The number of unanswered window probes after which TCP aborts a connection whose peer keeps its window closed. 0: TCP sends no probes, and a lost window update stalls the connection for ever. Default: 15.',
      0,
      15,
    ),
  override: (windowProbes) => ({ windowProbes }),
})

export const nagle = tcpKey({
  schema: () =>
    flag(
      'Whether a segment that is not full waits until the small segment before it is acknowledged (RFC 896, with the change of Minshall). false is the socket option TCP_NODELAY, which Go and Node.js set. Default: false.',
    ),
  override: (hasNagle) => ({ hasNagle }),
})

export const delayedAck = tcpKey({
  schema: () =>
    durationOrOff(
      'How long TCP delays an acknowledgement; off: it sends every acknowledgement at once. Default: the value of the profile.',
      {
        from: '1us',
        to: '500ms',
        sinceTo: 'RFC 9293 section 3.8.6.3 allows no more',
      },
    ),
  override: (delayedAckNs) => ({ delayedAckNs }),
})

export const timerTick = tcpKey({
  schema: () =>
    durationOrOff(
      'The resolution of TCP timers, in Linux 1/CONFIG_HZ. A timer fires up to one tick late, and a timer of more than 63 ticks up to eight ticks; off: timers are exact. Default: the value of the profile.',
      { from: '1ms', to: '10ms', since: 'kernels are built for 100 to 1000 ticks a second' },
    ),
  override: (timerTickNs) => ({ timerTickNs }),
})
