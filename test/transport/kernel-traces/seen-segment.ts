import type { TracedPacket } from '../../fixtures/trace.ts'

/** A segment as it was sent: recorded by the relay, or sent by onpath. */
export interface SeenSegment {
  readonly direction: 'a' | 'b'
  readonly sentUs: number
  readonly sequence: number
  readonly acknowledged: number | null
  readonly payloadBytes: number
  /** Letters in the order S, F, R, P, A. */
  readonly flags: string
  readonly window: number
  readonly sack: string
}

/** Reads records of bench/fidelity/lab/packet-record.h. Lines with `#` are comments. */
export function readSegments(csv: string): SeenSegment[] {
  const lines = csv.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.slice(1).map((line) => {
    const [sentUs, , direction, sequence, acknowledged, payloadBytes, flags, window, sack] = line.split(',')
    return {
      direction: direction === 'a' ? 'a' : 'b',
      sentUs: Number(sentUs),
      sequence: Number(sequence),
      acknowledged: acknowledged === '' ? null : Number(acknowledged),
      payloadBytes: Number(payloadBytes),
      flags,
      window: Number(window),
      sack,
    }
  })
}

export function asSeen(packet: TracedPacket): SeenSegment {
  const { isSyn, isFin, isRst, isPush, isAck, sack } = packet
  return {
    direction: packet.direction === 'a>b' ? 'a' : 'b',
    sentUs: packet.sentTick / 1_000,
    sequence: packet.sequence,
    acknowledged: packet.acknowledged,
    payloadBytes: packet.payloadBytes,
    flags: `${isSyn ? 'S' : ''}${isFin ? 'F' : ''}${isRst ? 'R' : ''}${isPush ? 'P' : ''}${isAck ? 'A' : ''}`,
    window: packet.window,
    sack: sack.map(([left, right]) => `${left}-${right}`).join(' '),
  }
}
