import { NONE } from '../../engine/table.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { AttackPlan, Leg } from '../attack-plan.ts'

/** A step that a packet is of interest to, because of a path whose connection the packet may be in. */
export interface LegMatch {
  readonly step: number
  readonly path: number
}

interface IndexedLeg extends LegMatch {
  readonly leg: Leg
}

/** Which paths the packets of a connection are of, for the steps of each attacker. Immutable; derived from the plan. */
export class LegIndex {
  /** By attacker: the legs by their server's port. */
  private readonly byPort: readonly ReadonlyMap<number, readonly IndexedLeg[]>[]

  constructor(plan: AttackPlan, steps: readonly (readonly number[])[]) {
    this.byPort = steps.map((ofAttacker) => {
      const byPort = new Map<number, IndexedLeg[]>()
      for (const step of ofAttacker) {
        for (const leg of plan.steps[step].legs) {
          const known = byPort.get(leg.serverPort)
          const indexed = { step, path: leg.path, leg }
          if (known === undefined) byPort.set(leg.serverPort, [indexed])
          else known.push(indexed)
        }
      }
      return byPort
    })
  }

  /** Each step with each path once. */
  find(attacker: number, packets: PacketTable, packet: number): readonly LegMatch[] {
    const found: LegMatch[] = []
    const [source, destination] = [packets.source[packet], packets.destination[packet]]
    this.match(found, attacker, source, destination, packets.destinationPort[packet])
    this.match(found, attacker, destination, source, packets.sourcePort[packet])
    return found
  }

  private match(found: LegMatch[], attacker: number, client: number, server: number, serverPort: number): void {
    const byPort = this.byPort[attacker]
    const ofAnyPort = serverPort === NONE ? undefined : byPort.get(NONE)
    for (const legs of [byPort.get(serverPort), ofAnyPort]) {
      if (legs === undefined) continue
      for (const { step, path, leg } of legs) {
        if (leg.clientAddress !== NONE && leg.clientAddress !== client) continue
        if (leg.serverAddress !== NONE && leg.serverAddress !== server) continue
        if (!found.some((other) => other.step === step && other.path === path)) found.push({ step, path })
      }
    }
  }
}
