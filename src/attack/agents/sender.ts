import type { Network } from '../../network/network.ts'
import type { Packet } from '../../network/rows.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { Tally } from '../state/tally.ts'
import type { Sighting } from './sighting.ts'

/** Sends what attackers forge, by the way that their own hosts have to where it goes. */
export class Sender {
  private readonly network: Network
  private readonly plan: PlannedAttackers
  private readonly tally: Tally

  constructor(network: Network, plan: PlannedAttackers, tally: Tally) {
    this.network = network
    this.plan = plan
    this.tally = tally
  }

  /** The largest packet that the attacker gets to an address; less than a header where no way leads there. */
  mostBytes(step: number, address: number): number {
    return this.network.smallestMtuBytes(this.hostOf(step), address)
  }

  reaches(step: number, address: number, wireBytes: number): boolean {
    return this.mostBytes(step, address) >= wireBytes
  }

  /** `sighting` is what it answers; it leaves when the attacker has seen that and thought about it. */
  send(step: number, sighting: Sighting, packet: Packet): void {
    const direction = this.directionFor(step, packet)
    const { candidates } = sighting
    for (let i = 0; i < candidates.length; i++) {
      const { step: other, leg } = candidates[i]
      if (other === step && sighting.isAbout(leg)) this.note(step, leg.path, direction)
    }
    this.network.transmit(direction, packet, sighting.seenInNs + this.plan.steps[step].delayNs)
  }

  /** Of its own accord. */
  sendNow(step: number, path: number, packet: Packet): void {
    const direction = this.directionFor(step, packet)
    this.note(step, path, direction)
    this.network.transmit(direction, packet, 0)
  }

  private note(step: number, path: number, direction: number): void {
    this.tally.note(step, path, 'sent', 1, direction, this.network.directions.nextSerial[direction])
  }

  private directionFor(step: number, packet: Packet): number {
    const { routing, packets } = this.network
    return routing.nextDirection(this.hostOf(step), packets.destination[packet])
  }

  private hostOf(step: number): number {
    return this.plan.attackers[this.plan.steps[step].attacker].host
  }
}
