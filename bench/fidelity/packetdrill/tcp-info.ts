import { NS_PER_MS, NS_PER_US } from '../../../src/engine/ticks.ts'
import {
  type ConnectionTable,
  FAST_RECOVERY,
  TIMEOUT_RECOVERY,
  WINDOW_REDUCTION,
} from '../../../src/transport/connections/connection.ts'
import type { Connection } from '../../../src/transport/rows.ts'

/** TCP_INFINITE_SSTHRESH. */
const INFINITE_THRESHOLD = 0x7fffffff

/** Names that scripts compare fields with (enum tcp_ca_state, tcpi_state). */
export const CONSTANTS: Readonly<Record<string, number>> = {
  TCP_CA_Open: 0,
  TCP_CA_Disorder: 1,
  TCP_CA_CWR: 2,
  TCP_CA_Recovery: 3,
  TCP_CA_Loss: 4,
  TCP_INFINITE_SSTHRESH: INFINITE_THRESHOLD,
}

/** The fields of struct tcp_info that a connection has an equivalent of, by name. */
export const FIELDS: Readonly<Record<string, (table: ConnectionTable, row: Connection, now: number) => number>> = {
  tcpi_ca_state: (table, row) => recoveryState(table, row),
  tcpi_retransmits: (table, row) => table.retries[row],
  tcpi_backoff: (table, row) => table.retries[row],
  tcpi_probes: (table, row) => table.unansweredProbes[row],
  tcpi_snd_mss: (table, row) => table.maximumSegmentBytes[row],
  tcpi_rcv_mss: (table, row) => table.receiveSegmentBytes[row],
  tcpi_advmss: (table, row) => table.announcedSegmentBytes[row],
  tcpi_unacked: (table, row) => table.segmentsOut[row],
  tcpi_sacked: (table, row) => table.segmentsSacked[row],
  tcpi_lost: (table, row) => table.segmentsLost[row],
  tcpi_retrans: (table, row) => table.segmentsRetransmitted[row],
  tcpi_total_retrans: (table, row) => table.retransmittedSegments[row],
  tcpi_snd_cwnd: (table, row) => Math.floor(table.congestionWindow[row]),
  tcpi_snd_ssthresh: (table, row) => Math.min(Math.floor(table.slowStartThreshold[row]), INFINITE_THRESHOLD),
  tcpi_reord_seen: (table, row) => table.hasReordering[row],
  tcpi_reordering: (table, row) => table.reorderingSegments[row],
  tcpi_rtt: (table, row) => Math.floor(table.smoothedRttNs[row] / NS_PER_US),
  tcpi_rttvar: (table, row) => Math.floor(table.rttVarianceNs[row] / 4 / NS_PER_US),
  tcpi_min_rtt: (table, row) => Math.floor(table.minimumRttNs[row] / NS_PER_US),
  tcpi_rto: (table, row) => Math.floor(table.timeoutNs[row] / NS_PER_US),
  tcpi_last_data_recv: (table, row, now) =>
    Math.floor((now - Math.max(table.lastDataReceivedTick[row], table.lastDataSentTick[row])) / NS_PER_MS),
  tcpi_bytes_received: (table, row) => table.receiveNext[row],
  tcpi_bytes_acked: (table, row) => Math.max(table.sendUnacknowledged[row], 0),
  tcpi_delivered: (table, row) => table.deliveredSegments[row],
  tcpi_dsack_dups: (table, row) => table.duplicatesReported[row],
  tcpi_notsent_bytes: (table, row) => table.bufferedEnd[row] - table.sendNext[row],
  SK_MEMINFO_RCVBUF: (table, row) => table.bufferMemoryBytes[row],
  SK_MEMINFO_SNDBUF: (table, row) => table.sendBufferBytes[row],
}

function recoveryState(table: ConnectionTable, row: Connection): number {
  const state = table.recoveryState[row]
  if (state === FAST_RECOVERY) return CONSTANTS.TCP_CA_Recovery
  if (state === TIMEOUT_RECOVERY) return CONSTANTS.TCP_CA_Loss
  if (state === WINDOW_REDUCTION) return CONSTANTS.TCP_CA_CWR
  const hasDisorder =
    table.segmentsSacked[row] > 0 || table.segmentsRetransmitted[row] > 0 || table.segmentsLost[row] > 0
  return hasDisorder ? CONSTANTS.TCP_CA_Disorder : CONSTANTS.TCP_CA_Open
}
