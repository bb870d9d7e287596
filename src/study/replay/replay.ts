import type { Result } from '../../measure/result.ts'
import { firstDifference } from '../../report/first-difference.ts'
import { jsonDocument } from '../../report/json.ts'
import { encodePacketDigests, strideOf } from '../../report/packet-digests.ts'
import type { Run } from '../../simulation/run.ts'

/** A run that was recorded: its result, the text of its summary, and its packet digests. */
export interface RecordedRun {
  readonly result: Result
  readonly summary: string
  readonly digests: Uint8Array
}

/** Simulates the scenario of a recorded run, and describes the packet of a number if there is one. */
export type RunAgain = (perInstance: boolean, describePacket?: number) => Promise<Run>

/** The new run, and the first difference from the recorded one; null when nothing differs. */
export interface Replayed {
  readonly digest: string
  readonly packets: number
  readonly difference: string | null
}

/**
 * Simulates a recorded run again and compares all bytes.
 * @param tableDifference returns how the tables that were recorded differ from those of the result, or null
 */
export async function replay(
  { result, summary, digests }: RecordedRun,
  runAgain: RunAgain,
  tableDifference: (result: Result) => string | null,
): Promise<Replayed> {
  const run = await runAgain(result.instances !== undefined)
  const { digest, packets } = run.result
  const place = firstDifferentDigest(digests, encodePacketDigests(run.packetDigests))
  if (place !== null) return { digest, packets, difference: await describePacketAt(place, run, runAgain) }
  const difference =
    jsonDocument(run.result) === summary
      ? tableDifference(run.result)
      : (firstDifference(result, run.result) ?? 'the text of the result, although its values are equal')
  if (difference === null) return { digest, packets, difference }
  return { digest, packets, difference: `all packets are identical, but the result differs: ${difference}` }
}

/** Returns the index of the first digest that differs, or null. */
function firstDifferentDigest(was: Uint8Array, is: Uint8Array): number | null {
  for (let i = 0; i < Math.max(was.length, is.length); i += 4)
    for (let byte = i; byte < i + 4; byte++) if (was[byte] !== is[byte]) return i / 4
  return null
}

/** Describes the first packet that differs. Of long runs, only every thousandth digest is recorded. */
async function describePacketAt(place: number, { packetDigests }: Run, runAgain: RunAgain): Promise<string> {
  const stride = strideOf(packetDigests.length)
  const number = (place + 1) * stride - 1
  if (number >= packetDigests.length)
    return `it ends after packet ${packetDigests.length}, and the recorded run has more packets`
  const { describedPacket } = await runAgain(false, number)
  const which = stride === 1 ? `packet ${number + 1}` : `one of the packets ${number + 2 - stride} to ${number + 1}`
  if (describedPacket == null) return `${which} is the first difference`
  const { atNs, link, from, to, sequenceNumber, acknowledgementNumber, flags, payloadBytes } = describedPacket
  const header = `${from} > ${to}, seq ${sequenceNumber}, ack ${acknowledgementNumber}, ${flagNames(flags)}, ${payloadBytes} bytes`
  return `${which} is the first difference. It is now ${header}, on ${link} at ${atNs} ns`
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

function flagNames(flags: number): string {
  return FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).join(' ')
}
