import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import type { Packet } from '../../network/rows.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { EventCounts } from '../state/event-counts.ts'
import type { Observation } from './observation.ts'

/** Sends the packets that attackers forge, along the route from the attacker's host to the packet's destination. */
export class ForgedPacketSender {
  private readonly network: Network
  private readonly plan: PlannedAttackers
  private readonly events: EventCounts

  constructor(network: Network, plan: PlannedAttackers, tally: EventCounts) {
    this.network = network
    this.plan = plan
    this.events = tally
  }

  /**
   * Returns the size in bytes of the largest packet that the attacker can send to an address (an index into the address
   * book). It is smaller than a header if there is no route, and for a virtual address that the attacker's own host
   * translates, because forged packets are not translated.
   */
  mostBytes(step: number, address: number): number {
    const { network } = this
    const host = this.hostOf(step)
    return network.routing.nextDirection(host, address) === NONE ? NONE : network.smallestMtuBytes(host, address)
  }

  /** Returns whether a packet of `wireBytes` can be sent to the address. */
  reaches(step: number, address: number, wireBytes: number): boolean {
    return this.mostBytes(step, address) >= wireBytes
  }

  /** Sends a packet in reaction to an observed one, `delayNs` after the attacker has received that one. */
  send(step: number, observation: Observation, packet: Packet, delayNs: number): void {
    const direction = this.directionFor(step, packet)
    const { candidates } = observation
    for (let i = 0; i < candidates.length; i++) {
      const { step: other, leg } = candidates[i]
      if (other === step && observation.isOnLeg(leg)) this.note(step, leg.replica, direction)
    }
    this.network.transmit(direction, packet, observation.seenInNs + delayNs)
  }

  /** Sends a packet at once, not in reaction to another one. */
  sendNow(step: number, path: number, packet: Packet): void {
    const direction = this.directionFor(step, packet)
    this.note(step, path, direction)
    this.network.transmit(direction, packet, 0)
  }

  private note(step: number, path: number, direction: number): void {
    const { directions } = this.network
    this.events.add(step, path, 'sent', 1, direction, directions.nextSerial[directions.rowOf(direction)])
  }

  private directionFor(step: number, packet: Packet): number {
    const { routing, packets } = this.network
    return routing.nextDirection(this.hostOf(step), packets.destination[packet])
  }

  private hostOf(step: number): number {
    return this.plan.attackers[this.plan.steps[step].attacker].host
  }
}
