import type { AttackPlan } from '../../attack/attack-plan.ts'
import type { Leg } from '../../attack/planned-attackers.ts'
import { NONE } from '../../engine/table.ts'
import { routeTo } from '../network/route-to.ts'
import type { Plan } from '../plan.ts'

/** The index of 127.0.0.1 in the address book. */
const LOOPBACK = 0

/** Returns whether packets of a path can cross the place where a step's attacker observes, even if none did. */
export function canObserve(plan: Plan, attack: AttackPlan, step: number, path: number): boolean {
  const { attacker, legs } = attack.steps[step]
  const watched = new Set(attack.attackers[attacker].watched.map(({ direction }) => direction))
  return legs.some((leg) => {
    // The packets of another tunnel show nothing of this path.
    if (leg.path !== path || leg.isSpare || plan.routing.isVirtual(leg.serverAddress)) return false
    return directionsOf(plan, leg).some((direction) => watched.has(direction))
  })
}

/** The directions that a connection's packets take, in both directions. */
function directionsOf(plan: Plan, { path, clientAddress, serverAddress }: Leg): number[] {
  const { addresses, paths } = plan
  const isUnknown = clientAddress === NONE || clientAddress === LOOPBACK
  const client = isUnknown ? paths[path].fromHost : addresses.hostOf(clientAddress, NONE)
  const back = isUnknown ? addresses.mainAddressOf(client) : clientAddress
  if (serverAddress === NONE) return []
  return [...routeTo(plan, client, serverAddress), ...routeTo(plan, addresses.hostOf(serverAddress, client), back)]
}
