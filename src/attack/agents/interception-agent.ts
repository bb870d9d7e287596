import type { AgentTools, PacketAgent } from './packet-agent.ts'

/**
 * Diverts new connections to a path's server to the attacker's host, where a server of the attacker accepts them. Of
 * the connections that a compromised host opens, it diverts only those that the host opens as the end of a tunnel.
 */
export function interceptionAgent({ diversion: diverting }: AgentTools): PacketAgent {
  return {
    onPacket(_step, observation) {
      const { attacker, packet, diversion, isLeaving } = observation
      if (!diverting.canDivert(observation)) return null
      return !isLeaving || diverting.isForwardedDial(attacker, packet) ? diversion : null
    },
  }
}
