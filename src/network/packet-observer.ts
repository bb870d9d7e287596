import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** Where a packet was seen: put on a link direction, off its far end, or never to arrive, and why. */
export type PacketStage =
  | 'sent'
  | 'delivered'
  | 'lost'
  | 'dropped-at-queue'
  | 'dropped-while-down'
  | 'dropped-by-rule'
  /** It was delivered before, and kept out by the host there. */
  | 'dropped-by-firewall'

/** Looks on; must not touch. */
export interface PacketObserver {
  observe(stage: PacketStage, packets: PacketTable, packet: Packet, direction: number, tick: number): void
}
