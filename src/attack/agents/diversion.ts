import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import { PASS } from '../../network/packet-rule.ts'
import type { Packet } from '../../network/rows.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { Observation } from './observation.ts'
import { isSyn } from './packet-match.ts'

/**
 * Decides which packets for other hosts are diverted to an attacker's own host. The attacker's steps decide on new
 * connections. Packets of a connection that ends on the attacker's host are always diverted there.
 */
export class Diversion {
  private readonly network: Network
  private readonly tcp: Tcp
  private readonly plan: PlannedAttackers

  constructor(network: Network, tcp: Tcp, plan: PlannedAttackers) {
    this.network = network
    this.tcp = tcp
    this.plan = plan
  }

  /** Returns whether the packet is for a connection that ends on the attacker's host under another host's address. */
  isOwn(attacker: number, packet: Packet): boolean {
    const { packets, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    if (addresses.hostOf(packets.destination[packet], host) === host) return false
    return this.tcp.hasReceiverOf(packet, host)
  }

  /** Returns whether the packet is from a connection end on the attacker's host, under any address. */
  isFromOwn(attacker: number, packet: Packet): boolean {
    return this.tcp.hasSenderOf(packet, this.plan.attackers[attacker].host)
  }

  /**
   * Returns whether the packet opens a connection to the server of a path on another host, and can be diverted to the
   * attacker's host.
   */
  canDivert({ attacker, diversion, isTowardServer, packet }: Observation): boolean {
    const { packets, addresses } = this.network
    if (diversion === PASS || !isTowardServer || !isSyn(packets, packet)) return false
    const { host } = this.plan.attackers[attacker]
    return addresses.hostOf(packets.destination[packet], host) !== host
  }

  /** Returns whether the attacker can get copies on its own host of the packets that pass on a direction. */
  canMirror(attacker: number, direction: number): boolean {
    return this.plan.attackers[attacker].tapOf[direction] !== NONE
  }

  /**
   * Sends a copy of a packet that passes to the attacker's host. Its TCP answers it in the name of the destination, in a
   * race with the real one.
   */
  mirror(attacker: number, direction: number, packet: Packet): void {
    const { network } = this
    const { packets, activities } = network
    const copy = network.copy(packet)
    activities.drop(packets.activity[copy])
    packets.activity[copy] = NONE
    packets.account[copy] = NONE
    network.transmit(this.plan.attackers[attacker].tapOf[direction], copy, 0)
  }

  /**
   * Returns whether the attacker's host opens the connection to forward data of others, as an sshd or a Konnectivity
   * agent does. The attacker's own requests are not diverted; they go to the real server.
   */
  isForwardedDial(attacker: number, packet: Packet): boolean {
    return this.tcp.isUnusedRelay(packet, this.plan.attackers[attacker].host)
  }
}
