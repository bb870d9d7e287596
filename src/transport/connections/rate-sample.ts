/**
 * The delivery rate by one ACK (draft-ietf-ccwg-bbr, delivery rate estimation; net/ipv4/tcp_rate.c): the segments that
 * arrived since the latest-sent of the acknowledged segments was sent, divided by the longer of the times for sending
 * and for arriving.
 */
export class RateSample {
  /** Segments, and their time by a clock of whole microseconds; -1: the ACK gives no sample. */
  delivered = -1
  intervalUs = -1
  /** `deliveredSegments` when that segment was sent. */
  priorDelivered = 0
  isAppLimited = false
  /** Round-trip time of the newest acknowledged segment; -1: unknown. */
  rttUs = -1
  /** The ACK is for one partial segment, so that the peer may have delayed it. */
  isAckDelayed = false
  /** Segments that the ACK newly acknowledges, that are marked lost by it, and that were in flight before it. */
  acknowledged = 0
  lost = 0
  priorInFlight = 0
}
