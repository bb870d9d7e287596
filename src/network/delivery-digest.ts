import { foldHigh, foldLow, highWord } from '../engine/digest.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { AddressBook } from './address-book.ts'
import { CE } from './header-flags.ts'
import { LINK_PLACES, type LinkDirectionTable } from './link-direction.ts'
import { PACKET_PLACES, type PacketTable } from './packet.ts'
import type { LinkDirection, Packet } from './rows.ts'

const {
  source: SOURCE,
  destination: DESTINATION,
  sourcePort: SOURCE_PORT,
  destinationPort: DESTINATION_PORT,
  sequenceNumber: SEQUENCE_NUMBER,
  acknowledgementNumber: ACKNOWLEDGEMENT_NUMBER,
  flags: FLAGS,
  payloadBytes: PAYLOAD_BYTES,
  contentNameHigh: CONTENT_NAME_HIGH,
  contentNameLow: CONTENT_NAME_LOW,
} = PACKET_PLACES

const { digestHigh: DIGEST_HIGH, digestLow: DIGEST_LOW } = LINK_PLACES

/** The words of the header that is being added. A loop over them is faster than a call for each word and lane. */
const words = new Int32Array(8)

/**
 * Adds a packet that arrives now at the end of a link direction to that direction's digest. It takes the timeline, since
 * ticks beyond 2^31 are allocated where they are passed.
 */
export function digestDelivery(
  directions: LinkDirectionTable,
  packets: PacketTable,
  addresses: AddressBook,
  row: LinkDirection,
  packet: Packet,
  timeline: Timeline,
): void {
  const tick = timeline.now
  const header = packets.int32s
  const payloadBytes = header[packet + PAYLOAD_BYTES]
  words[0] = tick
  words[1] = highWord(tick)
  words[2] = addresses.valueOf(header[packet + SOURCE])
  words[3] = addresses.valueOf(header[packet + DESTINATION])
  words[4] = (header[packet + SOURCE_PORT] << 16) | header[packet + DESTINATION_PORT]
  words[5] = header[packet + SEQUENCE_NUMBER]
  words[6] = header[packet + ACKNOWLEDGEMENT_NUMBER]
  words[7] = (header[packet + FLAGS] << 24) ^ ((header[packet + FLAGS] & CE) << 14) ^ payloadBytes
  const { int32s: digests } = directions
  let high = digests[row + DIGEST_HIGH]
  let low = digests[row + DIGEST_LOW]
  for (let i = 0; i < 8; i++) {
    high = foldHigh(high, words[i])
    low = foldLow(low, words[i])
  }
  if (payloadBytes > 0) {
    const offset = packets.contentOffset[packet]
    const offsetHigh = highWord(offset)
    high = foldHigh(foldHigh(foldHigh(high, header[packet + CONTENT_NAME_HIGH]), offset), offsetHigh)
    low = foldLow(foldLow(foldLow(low, header[packet + CONTENT_NAME_LOW]), offset), offsetHigh)
  }
  digests[row + DIGEST_HIGH] = high
  digests[row + DIGEST_LOW] = low
}
