import { namesOf } from '../../engine/registry.ts'
import { NOISE_PROFILES } from '../../network/noise-profiles.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import { CONGESTION_CONTROLS } from '../../transport/congestion/congestion-controls.ts'
import { TIME_WAIT_REUSES } from '../../transport/connections/tcp-profile.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import { LOSS_RECOVERIES } from '../../transport/recovery/loss-recoveries.ts'
import { kubernetesVersion } from './kubernetes-version.ts'
import {
  choice,
  count,
  durationNs,
  durationOrOff,
  flag,
  lazily,
  listOf,
  openChoice,
  portRange,
  reference,
  section,
  sizeBytes,
  text,
} from './scalars.ts'
import type { z } from './zod.ts'

const delayedAckNs = durationOrOff(
  'How long TCP delays an acknowledgement; off: it sends every acknowledgement at once. Default: the value of the profile.',
  {
    from: '1us',
    to: '500ms',
    sinceTo: 'RFC 9293 section 3.8.6.3 allows no more',
  },
)

const timerTickNs = durationOrOff(
  'The resolution of TCP timers, in Linux 1/CONFIG_HZ. A timer fires up to one tick late, and a timer of more than 63 ticks up to eight ticks; off: timers are exact. Default: the value of the profile.',
  { from: '1ms', to: '10ms', since: 'kernels are built for 100 to 1000 ticks a second' },
)

/** The loss recoveries that a scenario can choose apart from a profile. */
const RECOVERIES = namesOf(LOSS_RECOVERIES).filter((name) => LOSS_RECOVERIES[name].description !== null)

/** Returns the keys about congestion and losses. */
const congestionKeys = () => ({
  congestion: openChoice(
    `The congestion control with which this host sends. ${namesOf(CONGESTION_CONTROLS)
      .map((name) => `${name}: ${CONGESTION_CONTROLS[name].description}`)
      .join('; ')}. Default: cubic.`,
    namesOf(CONGESTION_CONTROLS),
  ).optional(),
  profile: choice(
    'The TCP implementation that gives the defaults of timers, delayed acknowledgements, loss recovery and buffers. linux: the Linux kernel; rfc: the RFCs; ns3: the simulator ns-3. Default: linux.',
    namesOf(TCP_PROFILES),
  ).optional(),
  recovery: choice(
    `How TCP detects and repairs losses. ${RECOVERIES.map((name) => `${name}: ${LOSS_RECOVERIES[name].description}`).join('; ')}. Default: the value of the profile.`,
    RECOVERIES,
  ).optional(),
  undo: flag(
    'Whether TCP reports duplicates (D-SACK) and undoes a reduction of its window that was not caused by a loss (Eifel, F-RTO). Default: the value of the profile.',
  ).optional(),
  'limited-transmit': flag(
    'Whether the first duplicate acknowledgements let TCP send new data before it assumes a loss (RFC 3042). Default: true.',
  ).optional(),
  prr: flag(
    'Whether TCP spreads the reduction of its window over fast recovery (RFC 6937). false: the window shrinks at once (RFC 6675). Not for bbr. Default: true.',
  ).optional(),
  'tail-loss-probe': flag(
    'Whether TCP probes for a lost tail after two round trips (RFC 8985 section 7). Only with `recovery: rack`. Default: true.',
  ).optional(),
  hystart: flag(
    'Whether CUBIC leaves slow start when delays grow, before the queue overflows (HyStart). Default: the value of the profile.',
  ).optional(),
})

/** Returns the keys about segments and timers. */
const segmentKeys = () => ({
  'initial-window': count(
    'The number of segments that TCP sends before the first acknowledgement. Default: 10.',
    1,
    1000,
  ).optional(),
  'min-rto': durationNs(
    'The minimum of the retransmission timeout; with the profile linux, the minimum of the part that is added to the round-trip time. Default: the value of the profile.',
    { from: '1ms', to: '10s' },
  ).optional(),
  'window-probes': count(
    'The number of unanswered window probes after which TCP aborts a connection whose peer keeps its window closed. 0: TCP sends no probes, and a lost window update stalls the connection for ever. Default: 15.',
    0,
    15,
  ).optional(),
  nagle: flag(
    'Whether a segment that is not full waits until the small segment before it is acknowledged (RFC 896, with the change of Minshall). false is the socket option TCP_NODELAY, which Go and Node.js set. Default: false.',
  ).optional(),
  'delayed-ack': delayedAckNs.optional(),
  'timer-tick': timerTickNs.optional(),
})

/** Returns the keys about connections. */
const connectionKeys = () => ({
  'ephemeral-ports': portRange(
    'The ports from which TCP chooses its own when it dials; one destination can have so many connections, those in TIME_WAIT included (net.ipv4.ip_local_port_range). Default: 32768-60999.',
  ).optional(),
  'time-wait-reuse': choice(
    'Which connections may take the port of one that closed less than a minute ago, where one second has passed (net.ipv4.tcp_tw_reuse). never: none; loopback: those to 127.0.0.0/8; always: all. Default: the value of the profile.',
    TIME_WAIT_REUSES,
  ).optional(),
  'quick-acks': count(
    'The number of segments that TCP acknowledges at once at the start, after a pause and after a duplicate. Default: the value of the profile.',
    0,
    255,
  ).optional(),
  'slow-start-after-idle': flag(
    'Whether the congestion window shrinks after a pause of one retransmission timeout. Default: the value of the profile.',
  ).optional(),
  autotuning: flag(
    'Whether the receive buffer grows from 128 KiB on. Not with `receive-buffer`. Default: the value of the profile.',
  ).optional(),
})

/** Returns the keys about buffers. */
const bufferKeys = () => ({
  'receive-buffer': sizeBytes(
    'The fixed size of the receive buffer, which limits the receive window. Default: the value of the profile.',
    {
      from: '2KB',
      to: '1GiB',
      sinceTo: 'the window scale of RFC 7323 allows no more',
    },
  ).optional(),
  'send-buffer': sizeBytes(
    'The fixed size of the send buffer, which holds data until it is acknowledged. Default: the value of the profile.',
    { from: '2KB', to: '1GiB' },
  ).optional(),
  'send-buffer-limit': sizeBytes(
    'The maximum memory of a growing send buffer, counted as Linux does (third value of net.ipv4.tcp_wmem). Default: 4MiB.',
    {
      from: '16KiB',
      to: '1GiB',
      since: 'it is the initial value in net.ipv4.tcp_wmem',
      sinceTo: 'a Linux socket counts its memory in 31 bits',
    },
  ).optional(),
})

const tcp = lazily(() =>
  section({ ...congestionKeys(), ...segmentKeys(), ...connectionKeys(), ...bufferKeys() }, 'the defaults').meta({
    description: 'The settings of TCP on this host.',
  }),
)

const CPU_SUMMARIES = namesOf(CPU_PROFILES)
  .map((name) => `${name}: ${CPU_PROFILES[name].summary}`)
  .join('; ')

const NOISE_SUMMARIES = namesOf(NOISE_PROFILES)
  .map((name) => `${name}: ${NOISE_PROFILES[name].summary}`)
  .join('; ')

export const hostSchema = lazily(() =>
  section(
    {
      addresses: listOf(
        'The IPv4 addresses of the host, in dotted form. Default: one address in 10.0.0.0/8 that derives from the name of the host.',
        text('An IPv4 address.', '10.0.0.1', 'an IPv4 address'),
      )
        .min(1, 'at least one address; leave `addresses` out for an automatic one')
        .max(100, 'at most 100 addresses')
        .optional(),
      cpu: choice(
        `The CPU profile, which gives the time that cryptography and each byte take. ${CPU_SUMMARIES}. \`onpath list cpu\` shows the figures. Default: go.`,
        namesOf(CPU_PROFILES),
      ).optional(),
      noise: choice(
        `Whether the core that serves a connection does something else now and then, so that packets are taken up late. ${NOISE_SUMMARIES}. Default: linux, or none for a host with \`cpu: instant\` or another TCP profile than linux.`,
        namesOf(NOISE_PROFILES),
      ).optional(),
      cores: count('The number of CPU cores; work waits for a free core. Default: 2.', 1, 1024).optional(),
      'cores-of': reference(
        'Another host whose cores this host shares, as virtual machines do. Default: the host has cores of its own.',
      ).optional(),
      tcp: tcp.optional(),
      certificate: reference(
        'The certificate that TLS servers on this host present. Default: a certificate from the default CA.',
      ).optional(),
      zone: reference('The cloud zone of a node, or of the master. Default: that of the pool, or none.').optional(),
      kubernetes: kubernetesVersion(
        'The Kubernetes version of the kubelet on this node, or of the kubectl on the host of a user, which may be older or newer than the cluster. Default: the version of the pool, or of the cluster.',
      ).optional(),
    },
    'the defaults',
  ).meta({
    description:
      'A host. Every host also has a loopback interface with the link profile localhost, which carries paths within the host.',
  }),
)

export type HostSection = z.output<typeof hostSchema>
