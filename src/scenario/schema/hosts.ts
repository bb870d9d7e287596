import { z } from 'zod'
import { namesOf } from '../../engine/registry.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import { CONGESTION_CONTROLS } from '../../transport/congestion/congestion-controls.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { LOSS_RECOVERIES } from '../../transport/recovery/loss-recoveries.ts'
import { kubernetesVersion } from './kubernetes-version.ts'
import { choice, count, durationNs, durationOrOff, flag, listOf, reference, section, sizeBytes } from './scalars.ts'

const delayedAckNs = durationOrOff(
  'How long an acknowledgement waits for company; off: not at all. Default: as the profile has it.',
  {
    from: '1us',
    to: '500ms',
    sinceTo: 'RFC 9293 section 3.8.6.3 allows no more',
  },
)

const timerTickNs = durationOrOff(
  'The tick of the clock that timers of TCP go off with: they come up to a tick late, and those of more than 63 ticks up to eight (Linux: 1/CONFIG_HZ); off: to the nanosecond. Default: as the profile has it.',
  { from: '1ms', to: '10ms', since: 'kernels are built for 100 to 1000 ticks a second' },
)

/** Those that may be chosen apart from a profile. */
const RECOVERIES = namesOf(LOSS_RECOVERIES).filter((name) => LOSS_RECOVERIES[name].description !== null)

const tcp = section(
  {
    congestion: choice(
      `Congestion control of connections that this host sends on. ${namesOf(CONGESTION_CONTROLS)
        .map((name) => `${name}: ${CONGESTION_CONTROLS[name].description}`)
        .join('; ')}. Default: cubic.`,
      namesOf(CONGESTION_CONTROLS),
    ).optional(),
    profile: choice(
      'Timer minima, delayed acknowledgements, recovery and buffers: as Linux has them, as the RFCs say, or as ns-3 has them. Default: linux.',
      namesOf(TCP_PROFILES),
    ).optional(),
    recovery: choice(
      `How losses are found. ${RECOVERIES.map((name) => `${name}: ${LOSS_RECOVERIES[name].description}`).join('; ')}. Default: as the profile has it.`,
      RECOVERIES,
    ).optional(),
    undo: flag(
      'Whether duplicates are reported (D-SACK), and a reduction of the window is taken back that had no cause (Eifel, F-RTO). Default: as the profile has it.',
    ).optional(),
    'limited-transmit': flag(
      'Whether what arrives out of order lets something new out before anything is believed lost (RFC 3042). Default: true.',
    ).optional(),
    prr: flag(
      'Whether a reduction is spread over fast recovery (RFC 6937); else the window falls at once (RFC 6675). Not for bbr. Default: true.',
    ).optional(),
    'tail-loss-probe': flag(
      'Whether a tail that may be lost is probed after two round trips (RFC 8985 section 7), with `recovery: rack`. Default: true.',
    ).optional(),
    hystart: flag(
      'Whether CUBIC leaves slow start before the queue overflows. Default: as the profile has it.',
    ).optional(),
    'initial-window': count(
      'Segments that may be sent before anything is acknowledged. Default: 10.',
      1,
      1000,
    ).optional(),
    'min-rto': durationNs(
      'The retransmission timeout is no shorter (profile linux: no shorter than the round-trip time and this). Default: as the profile has it.',
      { from: '1ms', to: '10s' },
    ).optional(),
    'window-probes': count(
      'A far end that keeps its window closed and answers none of so many probes is given up; 0: none is sent, and a lost update of the window stalls both for ever. Default: 15.',
      0,
      15,
    ).optional(),
    nagle: flag(
      'Whether what does not fill a segment waits while a small one before it is unacknowledged (RFC 896, as Minshall changed it; false: TCP_NODELAY). Default: false, as Go and Node.js have it.',
    ).optional(),
    'delayed-ack': delayedAckNs.optional(),
    'timer-tick': timerTickNs.optional(),
    'quick-acks': count(
      'So many segments are acknowledged one by one at the start, after a pause and after a duplicate. Default: as the profile has it.',
      0,
      255,
    ).optional(),
    'slow-start-after-idle': flag(
      'Whether a window that nothing was sent in for a timeout shrinks. Default: as the profile has it.',
    ).optional(),
    autotuning: flag(
      'Whether the receive buffer grows from 128 KiB on, where `receive-buffer` does not fix it. Default: as the profile has it.',
    ).optional(),
    'receive-buffer': sizeBytes(
      'Bytes that a connection holds for a slow reader; bounds the receive window. Default: as the profile has it.',
      {
        from: '2KB',
        to: '1GiB',
        sinceTo: 'the window scale of RFC 7323 ends there',
      },
    ).optional(),
    'send-buffer': sizeBytes(
      'Bytes that a connection holds until they are acknowledged. Default: as the profile has it.',
      { from: '2KB', to: '1GiB' },
    ).optional(),
    'send-buffer-limit': sizeBytes(
      'So much memory, as Linux counts it, the send buffer takes at most as it grows (net.ipv4.tcp_wmem). Default: 4MiB.',
      {
        from: '16KiB',
        to: '1GiB',
        since: 'net.ipv4.tcp_wmem begins there',
        sinceTo: 'a socket counts its memory in 31 bits',
      },
    ).optional(),
  },
  'the defaults',
).meta({ description: 'TCP of this host.' })

const CPU_SUMMARIES = namesOf(CPU_PROFILES)
  .map((name) => `${name}: ${CPU_PROFILES[name].summary}`)
  .join('; ')

export const hostSchema = section(
  {
    addresses: listOf(
      'IPv4 addresses in dotted form. Default: one in 10.0.0.0/8 that derives from the name.',
      z.string('expected an IPv4 address').max(45),
    )
      .min(1, 'at least one address; leave `addresses` out for an automatic one')
      .max(100, 'at most 100 addresses')
      .optional(),
    cpu: choice(
      `What cryptography and each byte cost. ${CPU_SUMMARIES}; \`onpath list cpu\` shows the figures. Default: go.`,
      namesOf(CPU_PROFILES),
    ).optional(),
    cores: count('Work waits for a free core. Default: 2.', 1, 1024).optional(),
    'cores-of': reference(
      'The host whose cores it shares, as virtual machines and test beds do. Default: it has its own.',
    ).optional(),
    tcp: tcp.optional(),
    certificate: reference(
      'The identity that servers on this host present over TLS. Default: one that the default CA issued.',
    ).optional(),
    zone: reference('The zone of a cloud that it is in. Default: none.').optional(),
    kubernetes: kubernetesVersion(
      'Version of the kubelet on this node, where it differs from that of the cluster. Default: that of its pool.',
    ).optional(),
  },
  'the defaults',
).meta({
  description:
    'A machine. Every host also has a loopback of profile localhost, used where `from` and `to` are one host.',
})

export type HostSection = z.output<typeof hostSchema>
