import type { Connection } from '../rows.ts'
import { ReceivingColumns } from './connection-receiving.ts'

/** `topSackedStart` where nothing counts as selectively acknowledged. */
export const NO_TOP = -1

/** State of the recovery that follows ns-3 (recovery/ns3-recovery.ts): columns of the table of connections. */
export abstract class Ns3Columns extends ReceivingColumns {
  /** ACKs in a row that selectively acknowledged something, outside recovery; more than none is CA_DISORDER. */
  readonly duplicateAcks = this.uint32()
  /** `recoveryPoint` still forbids that three duplicates begin another recovery. */
  readonly isRecoveryPointActive = this.uint8()
  /** The next partial ACK is the first of its recovery, which restarts the timer. */
  readonly awaitsPartialAck = this.uint8()
  /** Where the segment begins that counts as the highest selectively acknowledged one, and how many lie above it. */
  readonly topSackedStart = this.float64()
  readonly sackedAboveTop = this.int32()
  /** An ACK of no more than this gives no sample of the round-trip time. */
  readonly sampleFloor = this.float64()
  /** Segments in flight when fast recovery began. */
  readonly recoveryFlight = this.int32()

  initializeNs3(connection: Connection): void {
    this.topSackedStart[connection] = NO_TOP
    this.sampleFloor[connection] = NO_TOP
    this.awaitsPartialAck[connection] = 1
  }
}
