import { NONE } from '../engine/table.ts'
import type { PacketTable } from '../network/packet.ts'
import type { Packet } from '../network/rows.ts'
import type { Leg, PlannedAttackers } from './planned-attackers.ts'

/** A leg that a step concerns. */
export interface LegOfStep {
  readonly step: number
  readonly leg: Leg
}

const PORTS = 65_536
const NO_LEGS: readonly LegOfStep[] = []

/**
 * Finds the legs (TCP connections of attacked paths) that some steps concern, by the address and port of their server,
 * so that the cost of a look-up does not grow with the number of paths. Results are in the order of steps.
 */
export class LegIndex {
  private readonly byServer = new Map<number, LegOfStep[]>()
  private anyServers = 0
  /** The result of the last `find`, reused because nothing is allocated for a packet. */
  private readonly found: LegOfStep[] = []

  constructor(plan: PlannedAttackers, steps: readonly number[]) {
    for (const step of steps) for (const leg of plan.steps[step].legs) this.add(leg, step)
  }

  /** Returns the legs with a server at this address and port. */
  withServer(address: number, port: number): readonly LegOfStep[] {
    return this.byServer.get(address * PORTS + port) ?? NO_LEGS
  }

  /** True if the server of some leg may be at any address. */
  get hasAnyServer(): boolean {
    return this.anyServers > 0
  }

  /** Returns the legs whose server is at this port of any address. */
  withAnyServer(port: number): readonly LegOfStep[] {
    return this.withServer(NONE, port)
  }

  /**
   * The legs that the packet may be on, in either direction, once for each step and path. Valid until the next call.
   */
  find(packets: PacketTable, packet: Packet): readonly LegOfStep[] {
    const { source, sourcePort, destination, destinationPort } = packets
    this.found.length = 0
    this.collect(source[packet], destination[packet], destinationPort[packet])
    this.collect(destination[packet], source[packet], sourcePort[packet])
    return this.found
  }

  private collect(client: number, server: number, serverPort: number): void {
    this.collectFrom(this.withServer(server, serverPort), client)
    if (this.hasAnyServer) this.collectFrom(this.withAnyServer(serverPort), client)
  }

  private collectFrom(candidates: readonly LegOfStep[], client: number): void {
    for (let i = 0; i < candidates.length; i++) {
      const { clientAddress } = candidates[i].leg
      if (clientAddress !== NONE && clientAddress !== client) continue
      if (!this.isFound(candidates[i])) this.found.push(candidates[i])
    }
  }

  private isFound({ step, leg }: LegOfStep): boolean {
    for (let i = 0; i < this.found.length; i++)
      if (this.found[i].step === step && this.found[i].leg.path === leg.path) return true
    return false
  }

  private add(leg: Leg, step: number): void {
    if (leg.serverAddress === NONE) this.anyServers++
    const key = leg.serverAddress * PORTS + leg.serverPort
    const known = this.byServer.get(key)
    if (known === undefined) this.byServer.set(key, [{ step, leg }])
    else known.push({ step, leg })
  }
}
