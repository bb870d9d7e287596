import { PASS } from '../../network/packet-rule.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'

/**
 * Diverts new connections to a path's server to the attacker's host, where a server of the attacker accepts them. Of
 * the connections that a compromised host opens, it diverts only those that the host opens as the end of a tunnel, and
 * that the step does not pass on.
 */
export function interceptionAgent({ diversion: diverting, plan }: AgentTools): PacketAgent {
  return {
    onPacket(step, observation) {
      const { attacker, packet, diversion, isLeaving, candidates } = observation
      if (!diverting.canDivert(observation)) return null
      if (!isLeaving) return diversion
      if (!diverting.isForwardedDial(attacker, packet)) return null
      const { passedPaths } = plan.steps[step]
      const isPassed = candidates.some(
        (each) => each.step === step && observation.isOnLeg(each.leg) && passedPaths.includes(each.leg.path),
      )
      return isPassed ? PASS : diversion
    },
  }
}
