import type { CongestionVariant } from '../congestion/congestion-control.ts'
import type { TcpProfile } from '../connections/tcp-profile.ts'
import type { LossRecoveryName } from '../recovery/loss-recoveries.ts'

/** An implementation of TCP that a scenario may name by `tcp.profile`. */
export interface StandardProfile extends TcpProfile {
  readonly recovery: LossRecoveryName
  /** Which variant of a congestion control its hosts use, where there is one; absent: what the specification says. */
  readonly congestionVariant?: CongestionVariant
}
