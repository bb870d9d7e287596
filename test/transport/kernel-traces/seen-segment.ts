import type { TracedPacket } from '../../fixtures/trace.ts'

/** A segment as it left its sender: what the relay wrote down, or what onpath sent. */
export interface SeenSegment {
  readonly direction: 'a' | 'b'
  readonly sentUs: number
  readonly sequence: number
  readonly acknowledged: number | null
  readonly payloadBytes: number
  /** In the order S, F, R, P, A. */
  readonly flags: string
  readonly window: number
  readonly sack: string
}

/** A record of bench/fidelity/lab/packet-record.h; lines with `#` are about it. */
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
