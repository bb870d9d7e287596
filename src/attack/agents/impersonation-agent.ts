import { PASS } from '../../network/packet-rule.ts'
import { VANTAGES } from '../vantages.ts'
import { interceptionAgent } from './interception-agent.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import { isSyn } from './packet-match.ts'

/**
 * Diverts new connections to a path's server to the attacker's host. An attacker that cannot divert packets answers
 * SYNs in a race with the real server, which remains and resets the connection when it gets the client's ACK
 * (RFC 9293 section 3.10.7.4).
 */
export function impersonationAgent(tools: AgentTools): PacketAgent {
  const interception = interceptionAgent(tools)
  const { diversion, network, plan } = tools
  return {
    onPacket(step, observation) {
      const { attacker, direction, packet, isTowardServer } = observation
      if (VANTAGES[plan.attackers[attacker].vantage].intercepts) return interception.onPacket(step, observation)
      if (!isTowardServer || !isSyn(network.packets, packet) || !diversion.canMirror(attacker, direction)) return null
      diversion.mirror(attacker, direction, packet)
      return PASS
    },
  }
}
