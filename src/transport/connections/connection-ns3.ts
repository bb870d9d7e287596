import type { Connection } from '../rows.ts'
import { ReceivingColumns } from './connection-receiving.ts'

/** Value of `topSackedStart` while no segment counts as selectively acknowledged. */
export const NO_TOP = -1

/** Columns of the connection table for the loss recovery of ns-3 (recovery/ns3-recovery.ts). */
export abstract class Ns3Columns extends ReceivingColumns {
  /**
   * Consecutive ACKs outside recovery that selectively acknowledged something. Above 0, ns-3's state is CA_DISORDER.
   */
  readonly duplicateAcks = this.uint32()
  /** 1 while three duplicate ACKs below `recoveryPoint` may not begin another recovery. */
  readonly isRecoveryPointActive = this.int32()
  /** 1 while the next partial ACK is the first of its recovery; only that one restarts the timer. */
  readonly awaitsPartialAck = this.int32()
  /**
   * Start of the segment that counts as the highest selectively acknowledged one, and the number of such segments above
   * it.
   */
  readonly topSackedStart = this.float64()
  readonly sackedAboveTop = this.int32()
  /** An ACK up to this offset gives no sample of the round-trip time. */
  readonly sampleFloor = this.float64()
  /** Segments in flight when fast recovery began. */
  readonly recoveryFlight = this.int32()

  initializeNs3(connection: Connection): void {
    this.topSackedStart[connection] = NO_TOP
    this.sampleFloor[connection] = NO_TOP
    this.awaitsPartialAck[connection] = 1
  }
}
