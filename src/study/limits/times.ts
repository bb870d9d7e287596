import { NS_PER_S } from '../../engine/ticks.ts'

/** The length of a run with a constantly bad network. */
export const STEADY_NS = 600 * NS_PER_S

/** The time at which outages begin. By then, connections are established and nodes have sent heartbeats. */
export const OUTAGE_AT_NS = 60 * NS_PER_S

/**
 * The time for recovery after an outage. TCP retransmits after 120 s at the latest (TCP_RTO_MAX), and connections that
 * are then found to be lost are dialled again.
 */
export const RECOVERY_NS = 240 * NS_PER_S

/** The time before the end of a run without new requests, so that slow responses can still arrive. */
export const TAIL_NS = 100 * NS_PER_S
