import type { Columns } from '../../engine/arena.ts'
import { ReceivingColumns } from './connection-receiving.ts'

/** `topSackedStart` where nothing counts as selectively acknowledged. */
export const NO_TOP = -1

/** State of the recovery that follows ns-3 (recovery/ns3-recovery.ts): columns of the table of connections. */
export abstract class Ns3Columns extends ReceivingColumns {
  /** ACKs in a row that selectively acknowledged something, outside recovery; more than none is CA_DISORDER. */
  duplicateAcks!: Uint32Array
  /** `recoveryPoint` still forbids that three duplicates begin another recovery. */
  isRecoveryPointActive!: Uint8Array
  /** The next partial ACK is the first of its recovery, which restarts the timer. */
  awaitsPartialAck!: Uint8Array
  /** Where the segment begins that counts as the highest selectively acknowledged one, and how many lie above it. */
  topSackedStart!: Float64Array
  sackedAboveTop!: Int32Array
  /** An ACK of no more than this gives no sample of the round-trip time. */
  sampleFloor!: Float64Array
  /** Segments in flight when fast recovery began. */
  recoveryFlight!: Int32Array

  protected layOutNs3(columns: Columns): void {
    this.topSackedStart = columns.float64()
    this.sampleFloor = columns.float64()
    this.duplicateAcks = columns.uint32()
    this.sackedAboveTop = columns.int32()
    this.recoveryFlight = columns.int32()
    this.isRecoveryPointActive = columns.uint8()
    this.awaitsPartialAck = columns.uint8()
  }

  initializeNs3(connection: number): void {
    this.topSackedStart[connection] = NO_TOP
    this.sampleFloor[connection] = NO_TOP
    this.duplicateAcks[connection] = 0
    this.sackedAboveTop[connection] = 0
    this.recoveryFlight[connection] = 0
    this.isRecoveryPointActive[connection] = 0
    this.awaitsPartialAck[connection] = 1
  }
}
