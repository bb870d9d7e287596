import { NONE } from '../../engine/table.ts'
import type { PacketTable } from '../../network/packet.ts'
import type { Packet } from '../../network/rows.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { Leg } from '../planned-attackers.ts'

/** A step that a packet is of interest to, because of a path whose connection the packet may be in. */
export interface LegMatch {
  readonly step: number
  readonly path: number
}

interface IndexedLeg extends LegMatch {
  readonly leg: Leg
}

/** Which paths the packets of a connection are of, for the steps of each attacker. Derived from the plan. */
export class PacketPaths {
  /** By attacker: the legs by their server's port. */
  private readonly byPort: readonly ReadonlyMap<number, readonly IndexedLeg[]>[]
  /** What `find` found last. */
  private readonly found: IndexedLeg[] = []

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

  /** Each step with each path once. The list is good until the next one is asked for. */
  find(attacker: number, packets: PacketTable, packet: Packet): readonly LegMatch[] {
    const source = packets.source[packet]
    const destination = packets.destination[packet]
    this.found.length = 0
    this.match(attacker, source, destination, packets.destinationPort[packet])
    this.match(attacker, destination, source, packets.sourcePort[packet])
    return this.found
  }

  private match(attacker: number, client: number, server: number, serverPort: number): void {
    const byPort = this.byPort[attacker]
    this.matchAmong(byPort.get(serverPort), client, server)
    if (serverPort !== NONE) this.matchAmong(byPort.get(NONE), client, server)
  }

  private matchAmong(legs: readonly IndexedLeg[] | undefined, client: number, server: number): void {
    if (legs === undefined) return
    for (let i = 0; i < legs.length; i++) {
      const { leg } = legs[i]
      if (leg.clientAddress !== NONE && leg.clientAddress !== client) continue
      if (leg.serverAddress !== NONE && leg.serverAddress !== server) continue
      if (!this.isFound(legs[i])) this.found.push(legs[i])
    }
  }

  private isFound({ step, path }: LegMatch): boolean {
    for (let i = 0; i < this.found.length; i++)
      if (this.found[i].step === step && this.found[i].path === path) return true
    return false
  }
}
