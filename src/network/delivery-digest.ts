import { foldHigh, foldLow, highWord } from '../engine/digest.ts'
import type { AddressBook } from './address-book.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** The words of the header that is being added. A loop over them is faster than a call for each word and lane. */
const words = new Int32Array(8)

/** Adds a packet that arrives at the end of a link direction to that direction's digest. */
export function digestDelivery(
  directions: LinkDirectionTable,
  packets: PacketTable,
  addresses: AddressBook,
  direction: number,
  packet: Packet,
  tick: number,
): void {
  const payloadBytes = packets.payloadBytes[packet]
  words[0] = tick
  words[1] = highWord(tick)
  words[2] = addresses.valueOf(packets.source[packet])
  words[3] = addresses.valueOf(packets.destination[packet])
  words[4] = (packets.sourcePort[packet] << 16) | packets.destinationPort[packet]
  words[5] = packets.sequenceNumber[packet]
  words[6] = packets.acknowledgementNumber[packet]
  words[7] = (packets.flags[packet] << 24) ^ payloadBytes
  let high = directions.digestHigh[direction]
  let low = directions.digestLow[direction]
  for (let i = 0; i < 8; i++) {
    high = foldHigh(high, words[i])
    low = foldLow(low, words[i])
  }
  if (payloadBytes > 0) {
    const offset = packets.contentOffset[packet]
    const offsetHigh = highWord(offset)
    high = foldHigh(foldHigh(foldHigh(high, packets.contentNameHigh[packet]), offset), offsetHigh)
    low = foldLow(foldLow(foldLow(low, packets.contentNameLow[packet]), offset), offsetHigh)
  }
  directions.digestHigh[direction] = high
  directions.digestLow[direction] = low
}
