import type { ConnectionTable } from '../connection.ts'
import { profileOf } from '../round-trip-time.ts'
import type { Scoreboard } from '../segment.ts'
import type { LossRecovery } from './loss-recovery.ts'
import { RackRecovery } from './rack-recovery.ts'
import { SackRecovery } from './sack-recovery.ts'

/** Each connection's recovery is that of its profile. */
export class LossRecoveries implements LossRecovery {
  readonly name = 'by profile'
  private readonly connections: ConnectionTable
  private readonly rack: RackRecovery
  private readonly sack: SackRecovery

  constructor(connections: ConnectionTable, scoreboard: Scoreboard) {
    this.connections = connections
    this.rack = new RackRecovery(connections, scoreboard)
    this.sack = new SackRecovery(connections, scoreboard)
  }

  detectLosses(connection: number, tick: number): boolean {
    return this.of(connection).detectLosses(connection, tick)
  }

  onTimeout(connection: number, tick: number): void {
    this.of(connection).onTimeout(connection, tick)
  }

  private of(connection: number): LossRecovery {
    return profileOf(this.connections, connection).recovery === 'rack' ? this.rack : this.sack
  }
}
