import type { PacketView } from './packet-view.ts'

/**
 * An event of a packet: it was put on a link direction, arrived at its end, or was discarded, and why. The packet has the
 * serial number of this direction.
 */
export type PacketStage =
  | 'sent'
  | 'delivered'
  | 'lost'
  | 'dropped-at-queue'
  | 'dropped-while-down'
  | 'dropped-by-rule'
  /** A rule put the packet on another direction instead, before it was sent on this one or after its arrival. */
  | 'diverted'
  /** The packet was delivered, and then dropped by the firewall of the host. */
  | 'dropped-by-firewall'

/** Observes packets. An observer changes nothing: the view can only be read, and shows another packet at the next call. */
export interface PacketObserver {
  observe(stage: PacketStage, packet: PacketView): void
}

/** Returns an observer that passes each event to both; the other one where one is null. */
export function bothPacketObservers(first: PacketObserver | null, second: PacketObserver): PacketObserver {
  if (first === null) return second
  return {
    observe(stage, packet) {
      first.observe(stage, packet)
      second.observe(stage, packet)
    },
  }
}
