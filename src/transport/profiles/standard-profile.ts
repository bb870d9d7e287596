import type { CongestionVariant } from '../congestion/congestion-control.ts'
import type { TcpProfile } from '../connections/tcp-profile.ts'
import type { LossRecoveryName } from '../recovery/loss-recoveries.ts'

/** An implementation of TCP that scenarios select by `tcp.profile`. */
export interface StandardProfile extends TcpProfile {
  readonly recovery: LossRecoveryName
  /** True for a profile of real machines, whose programs wait for a core now and then. */
  readonly isInterrupted: boolean
  /** The variant of a congestion control that its hosts use, where there is one; absent: the specified algorithm. */
  readonly congestionVariant?: CongestionVariant
}
