import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Network } from '../../network/network.ts'
import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Forge } from '../forge.ts'
import type { ForgedMessages } from '../forged-messages.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { EventCounts } from '../state/event-counts.ts'
import type { Diversion } from './diversion.ts'
import type { ForgedPacketSender } from './forged-packet-sender.ts'
import type { Observation } from './observation.ts'

/** Acts on packets for the steps of one technique. Its state is in the arena, or derives from the plan. */
export interface PacketAgent {
  /**
   * Called for each packet of the step's paths that the step matches, while the step is active and its attacker has the
   * abilities that the technique needs. Returns null when the agent ignores the packet, and PASS when it has acted and
   * lets the packet pass.
   */
  onPacket(step: number, observation: Observation): RuleVerdict | null
  /** Called when the step begins, and again at the tick that the last call returned. Returns NONE to end the calls. */
  onTurn?(step: number): number
}

/** The parts of a simulation that the packet agent of a technique may use. */
export interface AgentTools {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly network: Network
  readonly contents: Contents
  readonly plan: PlannedAttackers
  readonly state: AttackState
  readonly events: EventCounts
  readonly forge: Forge
  readonly messages: ForgedMessages
  readonly sender: ForgedPacketSender
  readonly diversion: Diversion
}
