import { foldHigh, foldHighNumber, foldLow, foldLowNumber } from '../engine/digest.ts'
import type { AddressBook } from './address-book.ts'
import type { LinkDirectionTable } from './link-direction.ts'
import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** Adds a packet that arrives at the end of a link direction to that direction's digest. */
export function digestDelivery(
  directions: LinkDirectionTable,
  packets: PacketTable,
  addresses: AddressBook,
  direction: number,
  packet: Packet,
  tick: number,
): void {
  const source = addresses.valueOf(packets.source[packet])
  const destination = addresses.valueOf(packets.destination[packet])
  const ports = (packets.sourcePort[packet] << 16) | packets.destinationPort[packet]
  const flagsAndLength = (packets.flags[packet] << 24) ^ packets.payloadBytes[packet]
  let high = foldHighNumber(directions.digestHigh[direction], tick)
  let low = foldLowNumber(directions.digestLow[direction], tick)
  high = foldHigh(foldHigh(foldHigh(high, source), destination), ports)
  low = foldLow(foldLow(foldLow(low, source), destination), ports)
  high = foldHigh(
    foldHigh(foldHigh(high, packets.sequenceNumber[packet]), packets.acknowledgementNumber[packet]),
    flagsAndLength,
  )
  low = foldLow(
    foldLow(foldLow(low, packets.sequenceNumber[packet]), packets.acknowledgementNumber[packet]),
    flagsAndLength,
  )
  if (packets.payloadBytes[packet] > 0) {
    high = foldHighNumber(foldHigh(high, packets.contentNameHigh[packet]), packets.contentOffset[packet])
    low = foldLowNumber(foldLow(low, packets.contentNameLow[packet]), packets.contentOffset[packet])
  }
  directions.digestHigh[direction] = high
  directions.digestLow[direction] = low
}
