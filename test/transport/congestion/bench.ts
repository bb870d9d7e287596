import { Arena } from '../../../src/engine/arena.ts'
import { namesOf } from '../../../src/engine/registry.ts'
import type { CongestionControlDescriptor } from '../../../src/transport/congestion/congestion-control.ts'
import type { CongestionControl } from '../../../src/transport/connections/congestion-control.ts'
import { ConnectionTable, OPEN } from '../../../src/transport/connections/connection.ts'
import { RateSample } from '../../../src/transport/connections/rate-sample.ts'
import type { StandardProfile } from '../../../src/transport/profiles/standard-profile.ts'
import { TCP_PROFILES, type TcpProfileName } from '../../../src/transport/profiles/tcp-profiles.ts'
import type { Connection } from '../../../src/transport/rows.ts'

const S = 1_000_000_000

/**
 * A sender that consists of a window only: it counts round trips, and reports ACKs and losses to its congestion
 * control.
 */
export class WindowBench {
  readonly connections: ConnectionTable
  readonly connection: Connection
  nowS = 0
  private readonly control: CongestionControl
  private readonly sample = new RateSample()

  constructor(
    { standard, variants = {} }: CongestionControlDescriptor,
    rttS = 0.1,
    connections = new ConnectionTable(new Arena()),
    profile: TcpProfileName = 'linux',
  ) {
    const { congestionVariant }: StandardProfile = TCP_PROFILES[profile]
    this.control = (congestionVariant && variants[congestionVariant]) ?? standard
    this.connections = connections
    this.connection = connections.allocate()
    connections.congestionWindow[this.connection] = 10
    connections.slowStartThreshold[this.connection] = Number.POSITIVE_INFINITY
    connections.smoothedRttNs[this.connection] = rttS * S
    connections.maximumSegmentBytes[this.connection] = 1448
    connections.isWindowLimited[this.connection] = 1
    for (const column of ['segmentsSacked', 'segmentsLost', 'segmentsRetransmitted'] as const)
      connections[column][this.connection] = 0
    connections.profiles = Object.values(TCP_PROFILES)
    connections.profile[this.connection] = namesOf(TCP_PROFILES).indexOf(profile)
    connections.minimumRttNs[this.connection] = rttS * S
    connections.deliveredSegments[this.connection] = 0
    connections.cycleChance[this.connection] = 1
    connections.recoveryState[this.connection] = OPEN
    this.control.initialize(connections, this.connection, 0)
  }

  get window(): number {
    return this.connections.congestionWindow[this.connection]
  }

  set window(segments: number) {
    this.connections.congestionWindow[this.connection] = segments
  }

  get threshold(): number {
    return this.connections.slowStartThreshold[this.connection]
  }

  set threshold(segments: number) {
    this.connections.slowStartThreshold[this.connection] = segments
  }

  get pacingBytesPerS(): number {
    return this.connections.pacingBytesPerS[this.connection]
  }

  get rttS(): number {
    return this.connections.smoothedRttNs[this.connection] / S
  }

  acknowledge(segments: number): void {
    this.control.onAcknowledged(this.connections, this.connection, segments, Math.round(this.nowS * S))
  }

  /**
   * Acknowledges a whole window, evenly over a round trip, two segments at a time as a receiver with delayed ACKs does.
   */
  roundTrip(): void {
    const acks = Math.max(1, Math.floor(this.window / 2))
    for (let ack = 0; ack < acks; ack++) {
      this.nowS += this.rttS / acks
      this.acknowledge(2)
    }
  }

  /** Puts the whole window in flight. */
  private fill(): void {
    this.connections.segmentsOut[this.connection] = Math.floor(this.window)
  }

  /** Reports an ACK to a control that uses rates: so many segments arrived at an even rate within a round trip. */
  sampleRate(segments: number, lost: number): void {
    const { connections, connection, sample } = this
    const tick = Math.round(this.nowS * S)
    sample.priorDelivered = connections.deliveredSegments[connection]
    sample.priorInFlight = segments
    connections.deliveredSegments[connection] += segments
    connections.deliveredTick[connection] = tick
    Object.assign(sample, { delivered: segments, acknowledged: segments, lost })
    sample.rttUs = Math.round(this.rttS * 1e6)
    sample.intervalUs = Math.max(1, sample.rttUs)
    this.control.control?.(connections, connection, sample, tick)
  }

  /** Reports a loss, and sets the window as after fast recovery. */
  lose(): void {
    this.fill()
    this.threshold = this.control.thresholdAfterLoss(this.connections, this.connection, Math.round(this.nowS * S))
    this.window = this.threshold
  }

  timeOut(): void {
    this.fill()
    this.threshold = this.control.thresholdAfterLoss(this.connections, this.connection, Math.round(this.nowS * S))
    this.control.onTimeout(this.connections, this.connection, Math.round(this.nowS * S))
    this.window = 1
  }
}
