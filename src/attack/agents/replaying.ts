import type { Network } from '../../network/network.ts'
import type { Forge } from '../forge.ts'
import type { Sender } from './sender.ts'
import type { Sighting } from './sighting.ts'

/** Sends a packet that was seen once more, as it was. */
export class Replaying {
  private readonly network: Network
  private readonly forge: Forge
  private readonly sender: Sender

  constructor(network: Network, forge: Forge, sender: Sender) {
    this.network = network
    this.forge = forge
    this.sender = sender
  }

  /** Whether it did. */
  act(step: number, sighting: Sighting): boolean {
    const { packets } = this.network
    const { packet } = sighting
    if (!this.sender.reaches(step, packets.destination[packet], packets.wireBytes(packet))) return false
    this.sender.send(step, sighting, this.forge.copy(step, packet))
    return true
  }
}
