import { NONE } from '../../engine/table.ts'
import type { AddressBook } from '../../network/address-book.ts'
import { ACK, FIN, RST, SYN } from '../../network/header-flags.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { PacketMatch } from '../planned-attackers.ts'

/** Returns whether a packet matches. `sender` is the host that has put it on the link. */
export function matchesPacket(
  match: PacketMatch,
  packets: PacketTable,
  packet: Packet,
  addresses: AddressBook,
  sender: number,
): boolean {
  if (match.kind !== 'any' && match.kind !== kindOf(packets, packet)) return false
  if (match.fromHost !== NONE && addresses.hostOf(packets.source[packet], sender) !== match.fromHost) return false
  return match.toHost === NONE || addresses.hostOf(packets.destination[packet], sender) === match.toHost
}

/** The kind of a packet. A packet with data and FIN is of kind data. */
function kindOf(packets: PacketTable, packet: Packet): PacketMatch['kind'] {
  const flags = packets.flags[packet]
  if ((flags & RST) !== 0) return 'rst'
  if ((flags & SYN) !== 0) return (flags & ACK) !== 0 ? 'syn-ack' : 'syn'
  if (packets.payloadBytes[packet] > 0) return 'data'
  return (flags & FIN) !== 0 ? 'fin' : 'ack'
}

/** Returns whether the packet opens a connection (SYN without ACK). */
export function isSyn(packets: PacketTable, packet: Packet): boolean {
  return (packets.flags[packet] & (SYN | ACK | RST)) === SYN
}

/** The sequence number that follows the packet's data, SYN and FIN. */
export function nextSequence(packets: PacketTable, packet: Packet): number {
  const flags = packets.flags[packet]
  const synAndFin = ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0)
  return (packets.sequenceNumber[packet] + packets.payloadBytes[packet] + synAndFin) >>> 0
}
