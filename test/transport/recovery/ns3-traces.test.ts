import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FAST_RECOVERY, OPEN } from '../../../src/transport/connections/connection.ts'
import type { Connection } from '../../../src/transport/rows.ts'
import { Lab, ms } from '../../fixtures/lab.ts'

/** TcpSocketState::TcpCongState_t. */
const CA_OPEN = 0
const CA_DISORDER = 1
const CA_RECOVERY = 3
const CA_LOSS = 4

const CONTROLS = { TcpCubic: 'cubic', TcpLinuxReno: 'reno', TcpNewReno: 'newreno' } as const
const MAX_UINT32 = 4_294_967_295

interface Sent {
  readonly ns: number
  readonly sequence: number
  readonly window: number
  readonly threshold: number
  readonly state: number
}

interface Trace {
  readonly cc: keyof typeof CONTROLS
  readonly drops: readonly number[]
  readonly sent: Sent[]
}

/**
 * Reads what ns-3.43 sent over 25 ms and 100 Mbps, with window and threshold (bytes) and state at each segment:
 * bench/fidelity/ns3/flow.cc with --trace. The packets in `drops` were lost, counted from 0 as they arrive at the sink,
 * with the SYN and the handshake's ACK.
 */
function readTraces(): Trace[] {
  const [, ...lines] = readFileSync(new URL('./ns3-traces.csv', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const traces = new Map<string, Trace>()
  for (const line of lines) {
    const [cc, drops, ...numbers] = line.split(',')
    const [ns, sequence, window, threshold, state] = numbers.map(Number)
    const key = `${cc} ${drops}`
    const trace = traces.get(key) ?? { cc: cc as keyof typeof CONTROLS, drops: drops.split(' ').map(Number), sent: [] }
    trace.sent.push({ ns, sequence, window, threshold, state })
    traces.set(key, trace)
  }
  return [...traces.values()]
}

/** The link loses nothing; packets are lost behind it, as by the receiving device. */
function send({ cc, drops, sent }: Trace): Sent[] {
  const tcp = {
    profile: 'ns3',
    congestion: CONTROLS[cc],
    receiveBufferBytes: 2 ** 25,
    sendBufferBytes: 2 ** 25,
  } as const
  const lab = new Lab({
    link: 'delay: 0ms',
    network: {
      hosts: [{ name: 'a', tcp }, { name: 'b', tcp }, 'far'],
      links: [
        // 100 Mbps of frames, of which PPP takes 2 bytes in 1502.
        { name: 'line', between: ['a', 'far'], line: 'delay: 25ms, rate: 99.867Mbps, queue: 1000 packets' },
        { name: 'device', between: ['far', 'b'], line: 'delay: 0ms' },
      ],
    },
  })
  let ordinal = 0
  lab.script('far>b', [() => (drops.includes(ordinal++) ? { action: 'drop' } : null)])
  const { connections } = lab.tcp
  const inBytes = (segments: number) =>
    segments === Number.POSITIVE_INFINITY ? MAX_UINT32 : Math.round(segments * 1448)
  const stateOf = (connection: Connection) => {
    const state = connections.recoveryState[connection]
    if (state === OPEN) return connections.duplicateAcks[connection] === 0 ? CA_OPEN : CA_DISORDER
    return state === FAST_RECOVERY ? CA_RECOVERY : CA_LOSS
  }
  const mine: Sent[] = []
  lab.network.observer = {
    observe(stage, packet) {
      const { direction, tickNs: ns } = packet
      if (stage !== 'sent' || lab.ways[direction] !== 'a>far' || packet.payloadBytes === 0) return
      const sequence = lab.reader.read(packet.row).sequence - 1
      const window = inBytes(connections.congestionWindow[0])
      mine.push({
        ns,
        sequence,
        window,
        threshold: inBytes(connections.slowStartThreshold[0]),
        state: stateOf(connections.rowAt(0)),
      })
    },
  }
  lab.connect({ sends: 20_000_000 }, { finishes: 'when-ended' })
  lab.run(sent[sent.length - 1].ns + ms(1))
  return mine.slice(0, sent.length)
}

describe('profile ns3 sends what ns-3 sends, with the same window, threshold and state', () => {
  test.each(readTraces().map((trace) => [trace.cc, trace.drops.join(', '), trace] as const))(
    'the profile ns3 sends the same as ns-3, with the same window, threshold and state, with %s, when packets %s are lost',
    (_, __, trace) => {
      const mine = send(trace)
      const withoutTime = ({ sequence, window, threshold, state }: Sent) =>
        `${sequence}: window ${window}, threshold ${threshold}, state ${state}`
      expect(mine.map(withoutTime)).toEqual(trace.sent.map(withoutTime))
      // A SYN and an ACK differ by a few bytes there.
      const apartNs = mine.map(({ ns }, nth) => Math.abs(ns - trace.sent[nth].ns))
      expect(Math.max(...apartNs)).toBeLessThan(ms(0.02))
    },
  )
})
