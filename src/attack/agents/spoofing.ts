import { NONE } from '../../engine/table.ts'
import type { Network } from '../../network/network.ts'
import type { AttackPlan, Leg } from '../attack-plan.ts'
import type { AttackState } from '../state/attack-state.ts'
import type { Tally } from '../state/tally.ts'

/** Longer than any way without a circle. */
const MOST_HOPS = 64

/**
 * Claims at ARP (RFC 826) to be the next host on the way, to both hosts between which a connection crosses the
 * attacker's segment: what they send each other comes to it. Where the segment is routed it says so to no avail, and
 * without raw sockets to nobody.
 */
export class Spoofing {
  private readonly network: Network
  private readonly plan: AttackPlan
  private readonly state: AttackState
  private readonly tally: Tally

  constructor(network: Network, plan: AttackPlan, state: AttackState, tally: Tally) {
    this.network = network
    this.plan = plan
    this.state = state
    this.tally = tally
  }

  begin(step: number): void {
    this.change(step, true)
  }

  end(step: number): void {
    this.change(step, false)
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
