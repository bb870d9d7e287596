import type { StreamKey } from '../../engine/streams.ts'
import { type CongestionControlName, congestionControlIndex } from '../congestion/congestion-controls.ts'
import { lossRecoveryIndex } from '../recovery/loss-recoveries.ts'
import type { TickingClock } from '../timing/timer-wheel.ts'
import type { TcpOverrides, TcpProfileName, TcpProfiles } from './tcp-profiles.ts'

/** How a host does TCP, and the randomness that it draws from. */
export interface TcpHost {
  readonly profile: TcpProfileName
  readonly overrides?: TcpOverrides
  readonly congestion: CongestionControlName
  /** For how long its clock has ticked when the simulation begins. */
  readonly uptimeNs: number
  readonly receiveBufferBytes: number | null
  readonly sendBufferBytes: number | null
  readonly portKey: StreamKey
  readonly sequenceKey: StreamKey
  readonly cycleKey: StreamKey
}

/** What all connections of a host use: values of the table's columns of the same names, and the clock of their timers. */
export interface TcpChoice {
  readonly host: TcpHost
  readonly profile: number
  readonly congestionControl: number
  readonly lossRecovery: number
  readonly clock: TickingClock
}

/** Decides, once, which implementations the connections of a host use; nothing later asks for a name. */
export function chooseTcp(host: TcpHost, profiles: TcpProfiles): TcpChoice {
  const profile = profiles.indexOf(host.profile, host.overrides)
  const { congestionVariant, recovery, timerTickNs } = profiles.all[profile]
  return {
    host,
    profile,
    congestionControl: congestionControlIndex(host.congestion, congestionVariant),
    lossRecovery: lossRecoveryIndex(recovery),
    clock: { tickNs: timerTickNs, uptimeNs: host.uptimeNs },
  }
}
