import type { Network } from '../../network/network.ts'
import { PASS } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import { isDial } from './packet-match.ts'
import type { Sighting } from './sighting.ts'

/** Tells which connections an attacker's host has. */
export interface Ends {
  /** The host has the end that the packet is for. */
  hasReceiverOf(packet: Packet, host: number): boolean
  /** The host has the end that sent the packet. */
  hasSenderOf(packet: Packet, host: number): boolean
  /** Whether that end was dialled to relay a connection, and no data of it has come yet. */
  isUnusedRelay(packet: Packet, host: number): boolean
}

/**
 * Which packets an attacker's own host is to have, though they are for another. New connections are for its steps to
 * say; what belongs to one that its host has an end of comes to it for as long as it has.
 */
export class Diverting {
  private readonly network: Network
  private readonly ends: Ends
  private readonly plan: PlannedAttackers

  constructor(network: Network, ends: Ends, plan: PlannedAttackers) {
    this.network = network
    this.ends = ends
    this.plan = plan
  }

  /** The packet is of a connection with an end on the attacker's host, under whatever address. */
  isOwn(attacker: number, packet: Packet): boolean {
    const { packets, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    if (addresses.hostOf(packets.destination[packet], host) === host) return false
    return this.ends.hasReceiverOf(packet, host)
  }

  /** The attacker's host has the end that sent it, under whatever address. */
  isFromOwn(attacker: number, packet: Packet): boolean {
    return this.ends.hasSenderOf(packet, this.plan.attackers[attacker].host)
  }

  /** The packet begins a connection to the server of a path, and can be brought to the attacker's host. */
  canTake({ diversion, isTowardServer, packet }: Sighting): boolean {
    return diversion !== PASS && isTowardServer && this.isDial(packet)
  }

  /** It begins a connection. */
  isDial(packet: Packet): boolean {
    return isDial(this.network.packets, packet)
  }

  /**
   * The attacker's host dials to pass on what others say, as an sshd or a Konnectivity agent does. What it asks a
   * server itself is none of that: it comes to the real one.
   */
  isForOthers(attacker: number, packet: Packet): boolean {
    return this.ends.isUnusedRelay(packet, this.plan.attackers[attacker].host)
  }
}
