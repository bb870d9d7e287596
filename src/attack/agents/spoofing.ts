import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Network } from '../../network/network.ts'
import type { RuleVerdict } from '../../network/packet-rule.ts'
import type { Leg, PlannedAttackers } from '../planned-attackers.ts'
import { type AttackState, NEVER } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'
import type { Diverting } from './diverting.ts'
import type { AgentTools, PacketAgent } from './packet-agent.ts'
import type { Sighting } from './sighting.ts'

/** Longer than any way without a circle. */
const MOST_HOPS = 64

/**
 * Claims in ARP replies (RFC 826) to be the next hop, to both hosts between which a connection crosses the attacker's
 * segment, so that what they send each other comes to it. A routed segment ignores the replies, and without raw
 * sockets none are sent.
 */
export class Spoofing implements PacketAgent {
  private readonly timeline: Timeline
  private readonly network: Network
  private readonly plan: PlannedAttackers
  private readonly state: AttackState
  private readonly tally: Tally
  private readonly diverting: Diverting

  constructor({ timeline, network, plan, state, tally, diverting }: AgentTools) {
    this.timeline = timeline
    this.network = network
    this.plan = plan
    this.state = state
    this.tally = tally
    this.diverting = diverting
  }

  /** Claims from the step's start to its end. */
  onTurn(step: number): number {
    const { startTick, endTick } = this.plan.steps[step]
    const { now } = this.timeline
    if (now >= endTick) this.change(step, false)
    else if (now === startTick && this.state.isAtWork(step)) this.change(step, true)
    else return NONE
    return now < endTick && endTick < Number.POSITIVE_INFINITY ? endTick : NONE
  }

  /** Takes connections of others that have come because of its claims. */
  onPacket(step: number, sighting: Sighting): RuleVerdict | null {
    if (!this.diverting.canTake(sighting) || sighting.isLeaving) return null
    return this.hasComeBecause(step, sighting) ? sighting.diversion : null
  }

  private hasComeBecause(step: number, { attacker, packet }: Sighting): boolean {
    const { packets, addresses } = this.network
    const { host } = this.plan.attackers[attacker]
    return this.state.firstActTick(step) !== NEVER && addresses.hostOf(packets.destination[packet], host) !== host
  }

  private change(step: number, isClaimed: boolean): void {
    const { attacker, legs } = this.plan.steps[step]
    const { directions } = this.network
    const { host } = this.plan.attackers[attacker]
    for (let direction = 0; direction < directions.count; direction++) {
      const place = directions.toHost[direction]
      if (directions.fromHost[direction] !== host || place === host) continue
      for (const leg of legs) {
        this.changeOnWay(step, leg, place, leg.clientAddress, leg.serverAddress, isClaimed)
        this.changeOnWay(step, leg, place, leg.serverAddress, leg.clientAddress, isClaimed)
      }
    }
  }

  /** On the way from one address to the other, for the host that sends over the segment. */
  private changeOnWay(step: number, leg: Leg, place: number, from: number, to: number, isClaimed: boolean): void {
    if (from === NONE || to === NONE) return
    const { addresses, routing } = this.network
    const { host } = this.plan.attackers[this.plan.steps[step].attacker]
    let at = addresses.hostOf(from, NONE)
    for (let hops = 0; at !== NONE && hops < MOST_HOPS; hops++) {
      const direction = routing.nextDirection(at, to)
      if (direction === NONE || routing.endOf(direction) === at) return
      const next = routing.endOf(direction)
      if (next === place) return this.changeFor(step, leg, place, at, to, host, isClaimed)
      at = next
    }
  }

  private changeFor(
    step: number,
    leg: Leg,
    place: number,
    victim: number,
    to: number,
    host: number,
    isClaimed: boolean,
  ): void {
    const { addresses, routing, neighbours } = this.network
    const onward = routing.nextDirection(place, to)
    if (onward === NONE) return
    const address = addresses.mainAddressOf(routing.endOf(onward))
    if (!isClaimed) {
      neighbours?.release(place, victim, address)
      return
    }
    this.tally.note(step, leg.path, 'sent', 1, NONE, NONE)
    if (!this.plan.attackers[this.plan.steps[step].attacker].hasRawSockets) return
    if (neighbours?.claim(place, victim, address, host)) this.state.noteEffect(step)
  }
}
