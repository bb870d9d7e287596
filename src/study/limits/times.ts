import { NS_PER_S } from '../../engine/ticks.ts'

/** The length of a run in which the network is equally bad all the time. */
export const STEADY_NS = 600 * NS_PER_S

/** The time at which outages begin, when connections stand and nodes have sent heartbeats. */
export const OUTAGE_AT_NS = 60 * NS_PER_S

/**
 * The time after an outage in which everything recovers that can: TCP sends again at the latest after 120 s
 * (TCP_RTO_MAX), and what it then finds lost is dialled again.
 */
export const RECOVERY_NS = 240 * NS_PER_S

/** The time before the end of a run in which nothing new is requested, so that slow responses still come. */
export const TAIL_NS = 100 * NS_PER_S
