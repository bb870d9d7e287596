import { NONE } from '../../engine/table.ts'
import { NS_PER_MS } from '../../engine/ticks.ts'
import { noteImpliedRate } from '../congestion/burst-size.ts'
import { beginRateSample, microsecondsBetween, RateSample, takeRateSample } from '../congestion/rate-sample.ts'
import { isWindowLimited } from '../congestion/window-use.ts'
import { type ConnectionTable, ESTABLISHED, FAST_RECOVERY } from '../connections/connection.ts'
import { sendOffset } from '../connections/sequence-number.ts'
import { SYN } from '../flags.ts'
import { AcknowledgedNews } from '../recovery/acknowledged-news.ts'
import { reviewReordering, takeDuplicate } from '../recovery/duplicate-reports.ts'
import type { Ns3Recovery } from '../recovery/ns3-recovery.ts'
import type { Ns3States } from '../recovery/ns3-states.ts'
import { reduce } from '../recovery/proportional-rate-reduction.ts'
import type { RecoveryStates } from '../recovery/recovery-states.ts'
import type { TcpParts } from '../tcp-parts.ts'
import { noteSmallest, profileOf, sampleLikeNs3, sampleRoundTrip } from '../timing/round-trip-time.ts'
import { RETRANSMISSION_TIMER } from '../timing/timers.ts'
import { timestampAt } from '../timing/timestamps.ts'
import { RETRANSMITTED, SACKED } from './segment.ts'
import type { Sender } from './sender.ts'

const NO_SAMPLE = -1

/** Takes what an ACK tells the sender: what has arrived, and how much more may come. */
export class Acknowledgement {
  private readonly parts: TcpParts
  private readonly sender: Sender
  private readonly states: RecoveryStates
  private readonly ns3Recovery: Ns3Recovery
  private readonly ns3States: Ns3States
  private readonly news = new AcknowledgedNews()
  private readonly sample = new RateSample()

  constructor(parts: TcpParts, sender: Sender, states: RecoveryStates, ns3Recovery: Ns3Recovery, ns3States: Ns3States) {
    this.parts = parts
    this.sender = sender
    this.states = states
    this.ns3Recovery = ns3Recovery
    this.ns3States = ns3States
  }

  /** False for an ACK of what was never sent, or older than any that is on its way (RFC 5961 section 5.2). */
  take(connection: number, packet: number): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    const before = connections.sendUnacknowledged[connection]
    const acknowledged = sendOffset(connections, connection, packets.acknowledgementNumber[packet], before)
    if (acknowledged > connections.sendNext[connection]) return false
    if (acknowledged < before) return acknowledged >= this.oldest(connection)
    connections.lastHeardTick[connection] = this.parts.timeline.now
    connections.unansweredProbes[connection] = 0
    this.takeWindow(connection, packet, acknowledged > before)
    this.news.begin(before, packets.timestampEcho[packet])
    connections.priorHighestSacked[connection] = connections.highestSacked[connection]
    connections.priorDelivered[connection] = -1
    const outBefore = connections.segmentsOut[connection] - connections.segmentsSacked[connection]
    beginRateSample(connections, connection)
    this.sample.priorInFlight = connections.segmentsInFlight(connection)
    const lostBefore = connections.lostSegments[connection]
    if (packets.sackBlocks[packet] > 0) this.takeSackBlocks(connection, packet, acknowledged)
    if (acknowledged > before) this.advance(connection, acknowledged)
    if (this.isLikeNs3(connection)) {
      this.concludeLikeNs3(connection, outBefore, lostBefore)
      return true
    }
    this.takeRoundTrip(connection)
    reviewReordering(connections, connection)
    this.states.takeProbeAnswer(connection, this.news)
    this.states.onAck(connection, this.news)
    this.setTimer(connection)
    const arrived = outBefore - (connections.segmentsOut[connection] - connections.segmentsSacked[connection])
    const delivered = arrived + this.news.duplicateSegments
    this.control(connection, delivered, connections.lostSegments[connection] - lostBefore)
    return true
  }

  /** What ns-3 makes of it once the scoreboard is brought up to date. */
  private concludeLikeNs3(connection: number, outBefore: number, lostBefore: number): void {
    const { connections, timeline } = this.parts
    const { news } = this
    if (news.hasSacked) this.ns3Recovery.detectLosses(connection)
    if (news.isAdvance) {
      // A SYN's timestamp comes back in nobody's answer; what it would say follows from when it was sent.
      const isEchoed = news.echo !== 0 || news.oldestSentTick === NO_SAMPLE
      const echo = isEchoed ? news.echo : timestampAt(news.oldestSentTick)
      sampleLikeNs3(connections, connection, echo, timeline.now)
      this.ns3Recovery.noteAdvance(connection)
    }
    const delivered = outBefore - (connections.segmentsOut[connection] - connections.segmentsSacked[connection])
    this.ns3States.onAck(connection, news, delivered)
    if (this.sender.congestionControl(connection).control === undefined) return
    this.noteNewestRoundTrip(connection)
    this.control(connection, delivered, connections.lostSegments[connection] - lostBefore)
  }

  /** For a congestion control that goes by rates; ns-3's timeout goes by timestamps. */
  private noteNewestRoundTrip(connection: number): void {
    const { connections, timeline } = this.parts
    const newest = this.newestTick()
    this.sample.rttUs = newest === NO_SAMPLE ? NO_SAMPLE : microsecondsBetween(newest, timeline.now)
    if (newest !== NO_SAMPLE) noteSmallest(connections, connection, timeline.now - newest)
  }

  private isLikeNs3(connection: number): boolean {
    return profileOf(this.parts.connections, connection).recovery === 'ns3'
  }

  /** tcp_cong_control. */
  private control(connection: number, delivered: number, lost: number): void {
    const { connections, timeline } = this.parts
    const { isAdvance } = this.news
    const control = this.sender.congestionControl(connection)
    if (control.control !== undefined) {
      // The SYN is no sample.
      if (connections.state[connection] < ESTABLISHED) return
      takeRateSample(connections, connection, this.sample, delivered, lost, timeline.now)
      this.sample.mayBeDelayed = delivered === 1 && this.sample.delivered === 1 && this.isPartOfSegment(connection)
      control.control(connections, connection, this.sample, timeline.now)
      return
    }
    if (connections.recoveryState[connection] === FAST_RECOVERY) {
      if (delivered > 0) reduce(connections, connection, delivered, lost, isAdvance)
    } else if (isAdvance && delivered > 0 && isWindowLimited(connections, connection))
      control.onAcknowledged(connections, connection, delivered, timeline.now)
    noteImpliedRate(connections, connection)
  }

  private isPartOfSegment(connection: number): boolean {
    const { connections } = this.parts
    const bytes = connections.sendUnacknowledged[connection] - this.news.priorUnacknowledged
    return bytes > 0 && bytes < connections.maximumSegmentBytes[connection]
  }

  /** One sample an ACK, of what was sent once, else by the timestamp that comes back (tcp_ack_update_rtt). */
  private takeRoundTrip(connection: number): void {
    const { connections, timeline } = this.parts
    const { news } = this
    const oldest = this.oldestTick()
    let newest = this.newestTick()
    if (oldest !== NO_SAMPLE) sampleRoundTrip(connections, connection, timeline.now - oldest, timeline.now - newest)
    else if (news.isAdvance && news.echo !== 0) {
      const rttNs = Math.max((timestampAt(timeline.now) - news.echo) | 0, 1) * NS_PER_MS
      sampleRoundTrip(connections, connection, rttNs, rttNs)
      newest = timeline.now - rttNs
    }
    this.sample.rttUs = newest === NO_SAMPLE ? NO_SAMPLE : microsecondsBetween(newest, timeline.now)
    if (news.isAdvance && newest !== NO_SAMPLE)
      this.sender
        .congestionControl(connection)
        .onRoundTrip(connections, connection, timeline.now - newest, timeline.now)
  }

  /** When the oldest was sent of what the ACK gives a sample of, and the newest; -1: it gives none. */
  private oldestTick(): number {
    const { isAmbiguous, oldestSackedTick, oldestSentTick } = this.news
    return isAmbiguous || oldestSentTick === NO_SAMPLE ? oldestSackedTick : oldestSentTick
  }

  private newestTick(): number {
    const { isAmbiguous, newestSackedTick, newestSentTick } = this.news
    if (newestSackedTick !== NO_SAMPLE) return newestSackedTick
    return isAmbiguous ? NO_SAMPLE : newestSentTick
  }

  /** RFC 6298 section 5.2 and 5.3; a wait for what may only be out of order goes before. */
  private setTimer(connection: number): void {
    const { connections, timeline, timers } = this.parts
    if (connections.reorderingWaitNs[connection] > 0) return this.sender.armForReordering(connection)
    const oldest = connections.firstSegment[connection]
    if (oldest === NONE) timers.stop(connection, RETRANSMISSION_TIMER)
    else if (this.news.isAdvance || this.tellsOfBefore(oldest)) this.sender.armForTail(connection, timeline.now)
  }

  /** Whether what was selectively acknowledged had been sent before the oldest was, the last time (tcp_clean_rtx_queue). */
  private tellsOfBefore(oldest: number): boolean {
    const { oldestSackedTick } = this.news
    return oldestSackedTick !== NO_SAMPLE && oldestSackedTick < this.parts.scoreboard.segments.sentTick[oldest]
  }

  /** Linux does not count further back than to the first byte. */
  private oldest(connection: number): number {
    const { connections } = this.parts
    const unacknowledged = connections.sendUnacknowledged[connection]
    return unacknowledged - Math.min(connections.largestSendWindowBytes[connection], Math.max(unacknowledged, 0))
  }

  /** Windows do not shrink: of two ACKs that say the same, the one with the smaller window is the older. */
  private takeWindow(connection: number, packet: number, isNews: boolean): void {
    const { connections, network } = this.parts
    // A SYN's window is not scaled (RFC 7323 section 2.2).
    const scale = (network.packets.flags[packet] & SYN) === 0 ? connections.peerWindowScale[connection] : 0
    const windowBytes = network.packets.window[packet] * (1 << scale)
    if (isNews || windowBytes > connections.sendWindowBytes[connection])
      setSendWindow(connections, connection, windowBytes)
  }

  /** Drops what is acknowledged off the scoreboard. */
  private advance(connection: number, acknowledged: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    const { news } = this
    news.isAdvance = true
    connections.sendUnacknowledged[connection] = acknowledged
    connections.retries[connection] = 0
    let segment = connections.firstSegment[connection]
    while (segment !== NONE && segments.endOffset[segment] <= acknowledged) {
      if ((segments.flags[segment] & (RETRANSMITTED | SACKED)) === RETRANSMITTED) news.hasRepeated = true
      if (segments.transmissions[segment] > 1) news.isAmbiguous = true
      // Of several, the oldest: a delayed ACK's delay belongs to the estimate (tcp_clean_rtx_queue).
      else if ((segments.flags[segment] & SACKED) === 0) {
        news.newestSentTick = segments.sentTick[segment]
        if (news.oldestSentTick === NO_SAMPLE) news.oldestSentTick = news.newestSentTick
        if (segments.endOffset[segment] <= connections.recoveryPoint[connection]) news.hasOriginal = true
      }
      scoreboard.shift(connection, timeline.now)
      segment = connections.firstSegment[connection]
    }
    if (segment !== NONE && segments.startOffset[segment] < acknowledged) segments.startOffset[segment] = acknowledged
    this.endLoss(connection)
  }

  /** Marks segments that the blocks cover whole. */
  private takeSackBlocks(connection: number, packet: number, acknowledged: number): void {
    const { connections, network } = this.parts
    const { packets } = network
    const near = connections.sendUnacknowledged[connection]
    for (let block = 0; block < packets.sackBlocks[packet]; block++) {
      const left = sendOffset(connections, connection, packets.sackLeft(packet, block), near)
      const right = sendOffset(connections, connection, packets.sackRight(packet, block), near)
      if (block === 0 && this.isDuplicate(connection, packet, left, right, acknowledged)) {
        takeDuplicate(connections, this.parts.scoreboard, connection, this.news, left, right)
        continue
      }
      if (left > near && left < right && right <= connections.sendNext[connection])
        this.sackRange(connection, left, right)
    }
  }

  /** Whether the first block tells of what came twice (RFC 2883 section 4): acknowledged, or within the second block. */
  private isDuplicate(connection: number, packet: number, left: number, right: number, acknowledged: number): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    if (left < acknowledged) return true
    if (packets.sackBlocks[packet] < 2) return false
    const outerLeft = sendOffset(connections, connection, packets.sackLeft(packet, 1), left)
    return outerLeft <= left && right <= sendOffset(connections, connection, packets.sackRight(packet, 1), left)
  }

  /** A block that grew since the last ACK goes on where that one ended: ACKs of a burst tell the same again and again. */
  private sackRange(connection: number, left: number, right: number): void {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    const known = this.knownPart(connection, left, right)
    const isLikeNs3 = this.isLikeNs3(connection)
    let hasSacked = false
    let last = known
    let segment = known === NONE ? connections.firstSegment[connection] : segments.next[known]
    while (segment !== NONE && segments.endOffset[segment] <= right) {
      if (segments.startOffset[segment] >= left) {
        if ((segments.flags[segment] & SACKED) === 0) {
          if (segments.transmissions[segment] === 1) this.noteSackedOnce(connection, segment)
          if (isLikeNs3) this.ns3Recovery.markSacked(connection, segment, timeline.now)
          else scoreboard.markSacked(connection, segment, timeline.now)
          hasSacked = true
        }
        last = segment
      }
      segment = segments.next[segment]
    }
    if (hasSacked) {
      this.news.hasSacked = true
      connections.newestBlockLeft[connection] = left
      connections.newestBlockRight[connection] = right
      connections.newestBlockSegment[connection] = last
    }
  }

  private noteSackedOnce(connection: number, segment: number): void {
    const { connections, scoreboard } = this.parts
    const { news } = this
    const sentTick = scoreboard.segments.sentTick[segment]
    if (news.oldestSackedTick === NO_SAMPLE || sentTick < news.oldestSackedTick) news.oldestSackedTick = sentTick
    news.newestSackedTick = Math.max(news.newestSackedTick, sentTick)
    if (scoreboard.segments.endOffset[segment] <= connections.recoveryPoint[connection]) news.hasOriginal = true
  }

  /** The last segment of the block's part that was taken before, or NONE. */
  private knownPart(connection: number, left: number, right: number): number {
    const { newestBlockLeft, newestBlockRight, newestBlockSegment } = this.parts.connections
    const isGrown = newestBlockLeft[connection] === left && newestBlockRight[connection] <= right
    return isGrown ? newestBlockSegment[connection] : NONE
  }

  private endLoss(connection: number): void {
    const { connections, network } = this.parts
    if (connections.lossEndOffset[connection] < 0) return
    if (connections.sendUnacknowledged[connection] < connections.lossEndOffset[connection]) return
    connections.lossEndOffset[connection] = -1
    network.activities.changeLossRecoveries(connections.activity[connection], -1)
  }
}

export function setSendWindow(connections: ConnectionTable, connection: number, windowBytes: number): void {
  connections.sendWindowBytes[connection] = windowBytes
  if (windowBytes > connections.largestSendWindowBytes[connection])
    connections.largestSendWindowBytes[connection] = windowBytes
}
