import type { Network } from '../../network/network.ts'
import { queuedBytes, queuedPackets } from '../../network/queue-length.ts'
import type { ConnectionTable } from '../../transport/connections/connection.ts'
import type { Connection } from '../../transport/rows.ts'

const BITS_PER_BYTE = 8

/** A figure that is sampled. Its name ends with its unit. NaN means no value yet. */
interface Metric {
  /** A description, for the documentation. */
  readonly meaning: string
  /** True if the figure is the growth of a byte count since the previous sample, in bits per second. */
  readonly isRate?: true
}

interface ConnectionMetric extends Metric {
  readonly read: (connections: ConnectionTable, connection: Connection) => number
}

interface LinkMetric extends Metric {
  readonly read: (network: Network, direction: number, tick: number) => number
}

/** The figures of one end of a TCP connection. Adding one is an entry here. */
export const CONNECTION_METRICS = {
  congestionWindowSegments: {
    meaning: 'the congestion window',
    read: ({ congestionWindow }, connection) => congestionWindow[connection],
  },
  congestionWindowBytes: {
    meaning: 'the congestion window, as full segments',
    read: ({ congestionWindow, maximumSegmentBytes }, connection) =>
      congestionWindow[connection] * maximumSegmentBytes[connection],
  },
  slowStartThresholdBytes: {
    meaning: 'the slow-start threshold; none while it is infinite',
    read: ({ slowStartThreshold, maximumSegmentBytes }, connection) =>
      slowStartThreshold[connection] * maximumSegmentBytes[connection],
  },
  inFlightBytes: {
    meaning: 'data that were sent and are not acknowledged',
    read: (connections, connection) =>
      dataBefore(connections, connection, connections.sendNext[connection]) -
      dataBefore(connections, connection, connections.sendUnacknowledged[connection]),
  },
  inFlightSegments: {
    meaning: 'segments that are believed to be in the network (`pipe` of RFC 6675)',
    read: (connections, connection) => connections.segmentsInFlight(connection),
  },
  peerWindowBytes: {
    meaning: 'the window that the peer last advertised',
    read: ({ sendWindowBytes }, connection) => sendWindowBytes[connection],
  },
  smoothedRttNs: {
    meaning: 'the smoothed round-trip time (SRTT); none before the first sample',
    read: ({ smoothedRttNs }, connection) => smoothedRttNs[connection] || Number.NaN,
  },
  minimumRttNs: {
    meaning: 'the smallest round-trip time so far; none before the first sample',
    read: ({ minimumRttNs }, connection) => minimumRttNs[connection],
  },
  retransmittedSegments: {
    meaning: 'segments that were retransmitted since the connection began',
    read: ({ retransmittedSegments }, connection) => retransmittedSegments[connection],
  },
  pacingBps: {
    meaning: 'the rate at which the sender spaces its segments; none while it does not pace',
    read: ({ pacingBytesPerS }, connection) => BITS_PER_BYTE * pacingBytesPerS[connection] || Number.NaN,
  },
  acknowledgedBps: {
    meaning: 'data that the peer acknowledged since the sample before, a second',
    isRate: true,
    read: (connections, connection) => dataBefore(connections, connection, connections.sendUnacknowledged[connection]),
  },
  receivedBps: {
    meaning: 'data that arrived in order since the sample before, a second',
    isRate: true,
    read: ({ receiveNext, receivedFinOffset }, connection) =>
      Math.min(Math.max(receiveNext[connection], 0), receivedFinOffset[connection]),
  },
} as const satisfies Readonly<Record<string, ConnectionMetric>>

/** The figures of a link direction. Adding one is an entry here. */
export const LINK_METRICS = {
  queuedPackets: {
    meaning: 'packets that wait or are being sent',
    read: ({ directions, packets, inFlight }, direction, tick) =>
      queuedPackets(directions, packets, inFlight, direction, tick),
  },
  queuedBytes: {
    meaning: 'what is left to send of them, as the limit of the queue counts it',
    read: ({ directions }, direction, tick) => queuedBytes(directions, direction, tick),
  },
  queueDelayNs: {
    meaning: 'the time that a packet would wait that came now',
    read: ({ directions }, direction, tick) =>
      Math.max(0, directions.busyUntilTick[directions.rowOf(direction)] - tick),
  },
  deliveredBps: {
    meaning: 'IP bytes that arrived since the sample before, a second',
    isRate: true,
    read: ({ directions }, direction) => directions.deliveredBytes[directions.rowOf(direction)],
  },
  lostPackets: {
    meaning: 'packets that the link has lost so far',
    read: ({ directions }, direction) => directions.lostPackets[directions.rowOf(direction)],
  },
  droppedAtQueuePackets: {
    meaning: 'packets for which the queue had no room so far',
    read: ({ directions }, direction) => directions.droppedAtQueue[directions.rowOf(direction)],
  },
  markedPackets: {
    meaning: 'packets that were marked since they waited long in the queue (ECN), so far',
    read: ({ directions }, direction) => directions.markedPackets[directions.rowOf(direction)],
  },
} as const satisfies Readonly<Record<string, LinkMetric>>

export type ConnectionMetricName = keyof typeof CONNECTION_METRICS
export type LinkMetricName = keyof typeof LINK_METRICS

/** Returns the bytes of data before an offset in an end's stream. SYN and FIN are not data. */
function dataBefore({ finOffset }: ConnectionTable, connection: Connection, offset: number): number {
  return Math.min(Math.max(offset, 0), finOffset[connection])
}
