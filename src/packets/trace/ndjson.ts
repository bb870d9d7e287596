import { packetEntry } from '../describe/describe-packet.ts'
import type { TraceFormat } from './trace-format.ts'

/** Writes one JSON object a line: each packet on each link direction, then the acts of attackers. */
export const ndjson: TraceFormat = {
  meaning: 'a JSON object a line for each packet on each link',
  sampleEveryNs: null,
  mostPackets: 1_000_000,
  write: ({ packets, plan, acts, packetsLeftOut }) =>
    [
      ...packets.map((packet) => ({ kind: 'packet', ...packetEntry(packet, plan) })),
      ...acts.map((act) => ({ kind: 'attack', ...act })),
      ...(packetsLeftOut === 0 ? [] : [{ kind: 'left-out', packets: packetsLeftOut }]),
    ]
      .map((value) => `${JSON.stringify(value)}\n`)
      .join(''),
}
