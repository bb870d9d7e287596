import type { Network } from '../../network/network.ts'
import { PASS } from '../../network/packet-rule.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import { isDial } from './packet-match.ts'
import type { Sighting } from './sighting.ts'

/** What an attacker's host has of connections. Addresses are indices into the address book. */
export interface Ends {
  hasConnection(
    host: number,
    localAddress: number,
    localPort: number,
    remoteAddress: number,
    remotePort: number,
  ): boolean
  /** It was dialled to pass on what others say, and nothing of that has come yet. */
  isUnusedRelay(
    host: number,
    localAddress: number,
    localPort: number,
    remoteAddress: number,
    remotePort: number,
  ): boolean
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
  isOwn(attacker: number, packet: number): boolean {
    const { packets, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    if (addresses.hostOf(packets.destination[packet], host) === host) return false
    return this.ends.hasConnection(
      host,
      packets.destination[packet],
      packets.destinationPort[packet],
      packets.source[packet],
      packets.sourcePort[packet],
    )
  }

  /** The attacker's host has the end that sent it, under whatever address. */
  isFromOwn(attacker: number, packet: number): boolean {
    const { packets } = this.network
    return this.ends.hasConnection(
      this.plan.attackers[attacker].host,
      packets.source[packet],
      packets.sourcePort[packet],
      packets.destination[packet],
      packets.destinationPort[packet],
    )
  }

  /** The packet begins a connection to the server of a path, and can be brought to the attacker's host. */
  canTake({ diversion, isTowardServer, packet }: Sighting): boolean {
    return diversion !== PASS && isTowardServer && this.isDial(packet)
  }

  /** It begins a connection. */
  isDial(packet: number): boolean {
    return isDial(this.network.packets, packet)
  }

  /**
   * The attacker's host dials to pass on what others say, as an sshd or a Konnectivity agent does. What it asks a
   * server itself is none of that: it comes to the real one.
   */
  isForOthers(attacker: number, packet: number): boolean {
    const { packets } = this.network
    return this.ends.isUnusedRelay(
      this.plan.attackers[attacker].host,
      packets.source[packet],
      packets.sourcePort[packet],
      packets.destination[packet],
      packets.destinationPort[packet],
    )
  }
}
