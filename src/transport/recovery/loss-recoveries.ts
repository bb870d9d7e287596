import type { ConnectionTable } from '../connections/connection.ts'
import type { Scoreboard } from '../sending/segment.ts'
import { profileOf } from '../timing/round-trip-time.ts'
import type { LossRecovery } from './loss-recovery.ts'
import { Ns3Recovery } from './ns3-recovery.ts'
import { RackRecovery } from './rack-recovery.ts'
import { SackRecovery } from './sack-recovery.ts'

/** Each connection's recovery is that of its profile. */
export class LossRecoveries implements LossRecovery {
  readonly name = 'by profile'
  private readonly connections: ConnectionTable
  private readonly rack: RackRecovery
  private readonly sack: SackRecovery
  readonly ns3: Ns3Recovery

  constructor(connections: ConnectionTable, scoreboard: Scoreboard) {
    this.connections = connections
    this.rack = new RackRecovery(connections, scoreboard)
    this.sack = new SackRecovery(connections, scoreboard)
    this.ns3 = new Ns3Recovery(connections, scoreboard)
  }

  detectLosses(connection: number, tick: number): boolean {
    return this.of(connection).detectLosses(connection, tick)
  }

  nextLost(connection: number): number {
    return this.of(connection).nextLost(connection)
  }

  nextDoubtful(connection: number): number {
    return this.of(connection).nextDoubtful(connection)
  }

  onTimeout(connection: number, tick: number): void {
    this.of(connection).onTimeout(connection, tick)
  }

  private of(connection: number): LossRecovery {
    return this[profileOf(this.connections, connection).recovery]
  }
}
