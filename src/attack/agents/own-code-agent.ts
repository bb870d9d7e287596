import { PASS, type RuleVerdict } from '../../network/packet-rule.ts'
import { PacketView, showPacket } from '../../network/packet-view.ts'
import { type NamedNumbers, RememberedNumbers } from '../../network/remembered.ts'
import type { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import type { PacketCode } from './packet-code.ts'
import { ResetAgent } from './reset-agent.ts'
import { TamperingAgent } from './tampering-agent.ts'

interface CodeOfStep {
  readonly code: PacketCode
  readonly state: NamedNumbers
}

/** Passes packets to the code of a library user, and lets the agents of other techniques carry out its verdicts. */
export class OwnCodeAgent implements PacketAgent {
  private readonly codes: readonly CodeOfStep[]
  /** A view of its own: while it acts, packets that it sends are shown to rules. */
  private readonly view: PacketView
  private readonly tampering: TamperingAgent
  private readonly resets: ResetAgent

  /** @param codes the code of each step */
  constructor(tools: AgentTools, codes: readonly PacketCode[]) {
    const numbers = new RememberedNumbers(tools.arena)
    this.codes = codes.map((code) => ({ code, state: numbers.add(code.state ?? {}) }))
    this.view = new PacketView(tools.network)
    this.tampering = new TamperingAgent(tools)
    this.resets = new ResetAgent(
      tools,
      codes.map(() => 0),
    )
  }

  onPacket(step: number, observation: Observation): RuleVerdict | null {
    const own = this.codes[step]
    showPacket(this.view, observation.packet, observation.direction)
    const verdict = own.code.onPacket(this.view, own.state, observation.isTowardServer)
    switch (verdict.action) {
      case 'pass':
        return null
      case 'tamper':
        return this.tampering.onPacket(step, observation)
      case 'reset':
        return this.resets.onPacket(step, observation) === null ? null : PASS
      default:
        return verdict
    }
  }
}
