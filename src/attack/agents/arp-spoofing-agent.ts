import { NONE } from '../../engine/table.ts'
import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Leg } from '../planned-attackers.ts'
import { NEVER } from '../state/attack-state.ts'
import type { Observation } from './observation.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'

/** A limit on the hops of a route, larger than any route without a loop has. */
const MOST_HOPS = 64

/** A step that starts or stops to claim that its host is a next hop on a segment. */
interface Claim {
  readonly step: number
  readonly leg: Leg
  /** The attacker's host, and the segment that its ARP replies reach. */
  readonly host: number
  readonly segment: number
  readonly isClaimed: boolean
}

/**
 * Sends ARP replies (RFC 826) to the two hosts between which a connection crosses the attacker's segment, and claims to
 * be the next hop of each. Packets between them then come to the attacker. A routed segment ignores the replies, and an
 * attacker without raw sockets sends none.
 */
export class ArpSpoofingAgent implements PacketAgent {
  private readonly tools: AgentTools

  constructor(tools: AgentTools) {
    this.tools = tools
  }

  /** Starts the claims when the step starts, and withdraws them when it ends. */
  onTurn(step: number): number {
    const { plan, timeline } = this.tools
    const { endTick } = plan.steps[step]
    const isStart = timeline.now < endTick
    this.change(step, isStart)
    return isStart && endTick < Number.POSITIVE_INFINITY ? endTick : NONE
  }

  /** Diverts connections of others that arrive because of its claims. */
  onPacket(step: number, observation: Observation): RuleVerdict | null {
    const { diversion, state } = this.tools
    if (!diversion.canDivert(observation) || observation.isLeaving) return null
    return state.firstActTick(step) === NEVER ? null : observation.diversion
  }

  private change(step: number, isClaimed: boolean): void {
    const { plan, network } = this.tools
    const { attacker, legs } = plan.steps[step]
    const { directions } = network
    const { host } = plan.attackers[attacker]
    for (let direction = 0; direction < directions.count; direction++) {
      const segment = directions.endOf(direction)
      if (directions.startOf(direction) !== host || segment === host) continue
      for (const leg of legs) {
        const claim = { step, leg, host, segment, isClaimed }
        this.changeOnRoute(claim, leg.clientAddress, leg.serverAddress)
        this.changeOnRoute(claim, leg.serverAddress, leg.clientAddress)
      }
    }
  }

  /** Finds the host that sends over the segment on the route from one address to another, and changes its next hop. */
  private changeOnRoute(claim: Claim, from: number, to: number): void {
    if (from === NONE || to === NONE) return
    const { addresses, routing } = this.tools.network
    let at = addresses.hostOf(from, NONE)
    for (let hops = 0; at !== NONE && hops < MOST_HOPS; hops++) {
      const direction = routing.nextDirection(at, to)
      if (direction === NONE || routing.endOf(direction) === at) return
      const next = routing.endOf(direction)
      if (next === claim.segment) return this.changeFor(claim, at, to)
      at = next
    }
  }

  private changeFor({ step, leg, host, segment, isClaimed }: Claim, victim: number, to: number): void {
    const { plan, network, state, events } = this.tools
    const { addresses, routing, neighbours } = network
    const onward = routing.nextDirection(segment, to)
    if (onward === NONE) return
    const address = addresses.mainAddressOf(routing.endOf(onward))
    if (!isClaimed) {
      neighbours?.release(segment, victim, address)
      return
    }
    events.add(step, leg.path, 'sent', 1, NONE, NONE)
    if (!plan.attackers[plan.steps[step].attacker].hasRawSockets) return
    if (neighbours?.claim(segment, victim, address, host)) state.recordEffect(step)
  }
}
