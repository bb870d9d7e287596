import { NONE } from '../engine/table.ts'
import { type ConnectionTable, FAST_RECOVERY, OPEN } from './connection.ts'
import { SYN } from './flags.ts'
import { reduce } from './recovery/proportional-rate-reduction.ts'
import { NO_PROBE } from './recovery/tail-loss-probe.ts'
import { sampleRoundTrip, updateTimeout } from './round-trip-time.ts'
import { SACKED } from './segment.ts'
import type { Sender } from './sender.ts'
import { sendOffset } from './sequence-number.ts'
import type { TcpParts } from './tcp-parts.ts'
import { RETRANSMISSION_TIMER } from './timers.ts'

const NO_SAMPLE = -1

/** Takes what an ACK tells the sender: what has arrived, and how much more may come. */
export class Acknowledgement {
  private readonly parts: TcpParts
  private readonly sender: Sender

  constructor(parts: TcpParts, sender: Sender) {
    this.parts = parts
    this.sender = sender
  }

  /** False for an ACK of what was never sent, or older than any that is on its way (RFC 5961 section 5.2). */
  take(connection: number, packet: number): boolean {
    const { connections, network, recovery } = this.parts
    const { packets } = network
    const before = connections.sendUnacknowledged[connection]
    const acknowledged = sendOffset(connections, connection, packets.acknowledgementNumber[packet], before)
    if (acknowledged > connections.sendNext[connection]) return false
    if (acknowledged < before) return acknowledged >= this.oldest(connection)
    connections.lastHeardTick[connection] = this.parts.timeline.now
    connections.unansweredProbes[connection] = 0
    this.takeWindow(connection, packet, acknowledged > before)
    connections.priorHighestSacked[connection] = connections.highestSacked[connection]
    const outBefore = connections.segmentsOut[connection] - connections.segmentsSacked[connection]
    const hasSacked = packets.sackBlocks[packet] > 0 && this.takeSackBlocks(connection, packet)
    const segments = acknowledged > before ? this.advance(connection, acknowledged) : 0
    if (acknowledged > before) this.endRecovery(connection)
    if (
      segments > 0 &&
      connections.recoveryState[connection] !== FAST_RECOVERY &&
      this.sender.isWindowLimited(connection)
    ) {
      this.sender
        .congestionControl(connection)
        .onAcknowledged(connections, connection, segments, this.parts.timeline.now)
    }
    if (connections.probeEnd[connection] !== NO_PROBE && acknowledged >= connections.probeEnd[connection])
      this.sender.takeProbeAnswer(
        connection,
        acknowledged > connections.probeEnd[connection],
        segments > 0 || hasSacked,
      )
    if (acknowledged > before) this.restartTimer(connection)
    if ((hasSacked || segments > 0) && this.mayHaveLost(connection)) {
      if (recovery.detectLosses(connection, this.parts.timeline.now)) this.sender.enterFastRecovery(connection)
      if (connections.reorderingWaitNs[connection] > 0) this.sender.armForReordering(connection)
    }
    if (connections.recoveryState[connection] === FAST_RECOVERY) {
      const delivered = outBefore - (connections.segmentsOut[connection] - connections.segmentsSacked[connection])
      if (delivered > 0) reduce(connections, connection, delivered)
    }
    return true
  }

  /** Linux does not count further back than to the first byte. */
  private oldest(connection: number): number {
    const { connections } = this.parts
    const unacknowledged = connections.sendUnacknowledged[connection]
    return unacknowledged - Math.min(connections.largestSendWindowBytes[connection], Math.max(unacknowledged, 0))
  }

  /** Losses show by what has arrived out of order, or in place of what was sent again. */
  private mayHaveLost(connection: number): boolean {
    const { connections } = this.parts
    return connections.segmentsSacked[connection] > 0 || connections.recoveryState[connection] !== OPEN
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

  /** Drops what is acknowledged off the scoreboard; returns how many whole segments that were news. */
  private advance(connection: number, acknowledged: number): number {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    connections.sendUnacknowledged[connection] = acknowledged
    connections.retries[connection] = 0
    let count = 0
    let sampleNs = NO_SAMPLE
    let newestNs = NO_SAMPLE
    let isAmbiguous = false
    let segment = connections.firstSegment[connection]
    while (segment !== NONE && segments.endOffset[segment] <= acknowledged) {
      if ((segments.flags[segment] & SACKED) === 0) {
        count++
        if (segments.transmissions[segment] > 1) isAmbiguous = true
        // Of several, the oldest: a delayed ACK's delay belongs to the estimate (Linux: tcp_clean_rtx_queue).
        else {
          newestNs = timeline.now - segments.sentTick[segment]
          if (sampleNs === NO_SAMPLE) sampleNs = newestNs
        }
      }
      scoreboard.shift(connection, timeline.now)
      segment = connections.firstSegment[connection]
    }
    if (segment !== NONE && segments.startOffset[segment] < acknowledged) segments.startOffset[segment] = acknowledged
    if (sampleNs !== NO_SAMPLE && !isAmbiguous) {
      sampleRoundTrip(connections, connection, sampleNs)
      this.sender.congestionControl(connection).onRoundTrip(connections, connection, newestNs, timeline.now)
    } else updateTimeout(connections, connection)
    this.endLoss(connection)
    return count
  }

  /** RFC 6298 section 5.2 and 5.3. */
  private restartTimer(connection: number): void {
    const { connections, timeline, timers } = this.parts
    if (connections.firstSegment[connection] === NONE) timers.stop(connection, RETRANSMISSION_TIMER)
    else this.sender.armForTail(connection, timeline.now)
  }

  private endRecovery(connection: number): void {
    const { connections } = this.parts
    if (connections.recoveryState[connection] === OPEN) return
    if (connections.sendUnacknowledged[connection] < connections.recoveryPoint[connection]) return
    if (connections.recoveryState[connection] === FAST_RECOVERY) {
      connections.congestionWindow[connection] = connections.slowStartThreshold[connection]
    }
    connections.recoveryState[connection] = OPEN
  }

  /** Marks segments that the blocks cover whole; true when any was news. */
  private takeSackBlocks(connection: number, packet: number): boolean {
    const { connections, network } = this.parts
    const { packets } = network
    const near = connections.sendUnacknowledged[connection]
    let hasSacked = false
    for (let block = 0; block < packets.sackBlocks[packet]; block++) {
      const left = sendOffset(connections, connection, packets.sackLeft(packet, block), near)
      const right = sendOffset(connections, connection, packets.sackRight(packet, block), near)
      if (left > near && left < right && right <= connections.sendNext[connection]) {
        hasSacked = this.sackRange(connection, left, right) || hasSacked
      }
    }
    return hasSacked
  }

  /** A block that grew since the last ACK goes on where that one ended: ACKs of a burst tell the same again and again. */
  private sackRange(connection: number, left: number, right: number): boolean {
    const { connections, scoreboard, timeline } = this.parts
    const { segments } = scoreboard
    const known = this.knownPart(connection, left, right)
    let hasSacked = false
    let last = known
    let segment = known === NONE ? connections.firstSegment[connection] : segments.next[known]
    while (segment !== NONE && segments.endOffset[segment] <= right) {
      if (segments.startOffset[segment] >= left) {
        if ((segments.flags[segment] & SACKED) === 0) {
          if (segments.transmissions[segment] === 1)
            sampleRoundTrip(connections, connection, timeline.now - segments.sentTick[segment])
          scoreboard.markSacked(connection, segment, timeline.now)
          hasSacked = true
        }
        last = segment
      }
      segment = segments.next[segment]
    }
    if (hasSacked) {
      connections.newestBlockLeft[connection] = left
      connections.newestBlockRight[connection] = right
      connections.newestBlockSegment[connection] = last
    }
    return hasSacked
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
