import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Diverting } from './diverting.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import type { Sighting } from './sighting.ts'

/** Brings new connections to a path's server to the attacker's host, where a server of its own accepts them. */
export class TakingConnections implements PacketAgent {
  private readonly diverting: Diverting

  constructor({ diverting }: AgentTools) {
    this.diverting = diverting
  }

  /** Takes, of the connections that a compromised host dials, only those that it dials as the end of a tunnel. */
  onPacket(_step: number, sighting: Sighting): RuleVerdict | null {
    const { attacker, packet, diversion } = sighting
    if (!this.diverting.canTake(sighting)) return null
    return !sighting.isLeaving || this.diverting.isForOthers(attacker, packet) ? diversion : null
  }
}
