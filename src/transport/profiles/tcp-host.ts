import type { StreamKey } from '../../engine/streams.ts'
import type { CongestionControls } from '../congestion/congestion-controls.ts'
import { lossRecoveryIndex } from '../recovery/loss-recoveries.ts'
import type { TickingClock } from '../timing/timer-wheel.ts'
import type { TcpOverrides, TcpProfileName, TcpProfiles } from './tcp-profiles.ts'

/** TCP settings of a host, and the keys of its random numbers. */
export interface TcpHost {
  readonly profile: TcpProfileName
  readonly overrides?: TcpOverrides
  /** The name of its congestion control. */
  readonly congestion: string
  /** Time from the start of the host's clock to the beginning of the simulation. */
  readonly uptimeNs: number
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
  readonly portKey: StreamKey
  readonly sequenceKey: StreamKey
  readonly cycleKey: StreamKey
}

/** The settings of all connections of a host: values of the columns with the same names, and the clock of their timers. */
export interface TcpChoice {
  readonly host: TcpHost
  readonly profile: number
  readonly congestionControl: number
  readonly lossRecovery: number
  readonly clock: TickingClock
}

/** Chooses once which implementations a host's connections use, so that no name is compared later. */
export function chooseTcp(host: TcpHost, profiles: TcpProfiles, controls: CongestionControls): TcpChoice {
  const profile = profiles.indexOf(host.profile, host.overrides)
  const { congestionVariant, recovery, timerTickNs } = profiles.all[profile]
  return {
    host,
    profile,
    congestionControl: controls.indexOf(host.congestion, congestionVariant),
    lossRecovery: lossRecoveryIndex(recovery),
    clock: { tickNs: timerTickNs, uptimeNs: host.uptimeNs },
  }
}
