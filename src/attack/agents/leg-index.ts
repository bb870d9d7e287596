import { NONE } from '../../engine/table.ts'
import type { Leg, PlannedAttackers } from '../planned-attackers.ts'

/** A step, and a leg that it is about. */
export interface LegOfStep {
  readonly step: number
  readonly leg: Leg
}

const PORTS = 65_536
const NOBODY: readonly LegOfStep[] = []

/**
 * Which steps of an attacker a packet may concern, by where its connection's server is: what a packet is asked about
 * does not grow with the number of paths. Lists are in the order of steps. Immutable.
 */
export class LegIndex {
  private anyServers = 0
  private readonly byServer = new Map<number, LegOfStep[]>()

  constructor(plan: PlannedAttackers, attacker: number) {
    plan.steps.forEach((step, index) => {
      if (step.attacker !== attacker) return
      for (const leg of step.legs) this.add(leg, index)
    })
  }

  /** Those with a server at this address and port. */
  withServer(address: number, port: number): readonly LegOfStep[] {
    return this.byServer.get(address * PORTS + port) ?? NOBODY
  }

  get hasAnyServer(): boolean {
    return this.anyServers > 0
  }

  /** Those with a server at this port of any address. */
  withAnyServer(port: number): readonly LegOfStep[] {
    return this.withServer(NONE, port)
  }

  private add(leg: Leg, step: number): void {
    if (leg.serverAddress === NONE) this.anyServers++
    const key = leg.serverAddress * PORTS + leg.serverPort
    const known = this.byServer.get(key)
    if (known === undefined) this.byServer.set(key, [{ step, leg }])
    else known.push({ step, leg })
  }
}
