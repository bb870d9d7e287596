import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Network } from '../../network/network.ts'
import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Contents } from '../../transport/streams/content.ts'
import type { Forge } from '../forge.ts'
import type { ForgedMessages } from '../forged-messages.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'
import type { Diverting } from './diverting.ts'
import type { Sender } from './sender.ts'
import type { Sighting } from './sighting.ts'

/** Acts on packets for the steps of one technique. Its state is in the arena, or derived from the plan. */
export interface PacketAgent {
  /**
   * Called for each packet of the step's paths that the step matches, while it is at work and its attacker able to.
   * Returns null where it does nothing with this one, PASS where it has acted and lets the packet pass.
   */
  onPacket(step: number, sighting: Sighting): RuleVerdict | null
  /** Called when the step begins, and again at the tick that it returned last; NONE: not again. */
  onTurn?(step: number): number
}

/** The parts of a simulation that a packet agent may use. */
export interface AgentTools {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly network: Network
  readonly contents: Contents
  readonly plan: PlannedAttackers
  readonly state: AttackState
  readonly tally: Tally
  readonly forge: Forge
  readonly messages: ForgedMessages
  readonly sender: Sender
  readonly diverting: Diverting
}
