import { assert } from './assert.ts'
import { KIND_LIMIT } from './pending-event-set.ts'

/*
 * The kinds of events. Events of one tick and target happen in the order of this list, so a new kind goes where its
 * events belong among the others of its target. The engine does not know what a kind means: `Simulation.dispatch` calls
 * the part that handles it.
 */
let count = 0

/** A packet arrives at the end of a link direction (the target). */
export const PACKET_ARRIVAL = count++
/** A piece of work on a host (the target) is done. */
export const WORK_DONE = count++
/** A step of an attack begins or ends; there is one target for all attackers. */
export const ATTACK_TURN = count++
/** A timer of a TCP connection on a host (the target) expires. */
export const CONNECTION_TIMER = count++
/** A TLS handshake on a host (the target) has timed out. */
export const TLS_HANDSHAKE_DEADLINE = count++
/** An HTTP/2 connection on a host (the target) must be checked with a PING, or the check has timed out. */
export const HTTP2_HEALTH_CHECK = count++
/** The ping of an upgraded connection of a client on a host (the target) is due. */
export const STREAM_PING = count++
/** A workload (the target) begins. */
export const WORKLOAD_START = count++
/** The next request of a workload (the target) is due. */
export const REQUEST_ARRIVAL = count++
/** A client of a closed loop of a workload (the target) continues after a failure. */
export const CLIENT_TURN = count++
/** The SSH login of a tunnel (the target) has timed out. */
export const LOGIN_DEADLINE = count++
/** An event of the scenario (the target) begins. */
export const SCENARIO_EVENT_BEGINS = count++
/** An event of the scenario (the target) ends. */
export const SCENARIO_EVENT_ENDS = count++
/** The next piece of a streamed response of a workload (the target) is due. */
export const CHUNK_DUE = count++
/** The client's timeout for a request of a workload (the target) has passed. */
export const REQUEST_TIMEOUT = count++
/** The SSH tunneler of a host (the target) checks its tunnels. */
export const TUNNELER_TURN = count++
/** The health check of a tunnel (the target) is due, or has timed out. */
export const TUNNEL_CHECK = count++
/** A connection that a host (the target) could not dial fails. */
export const DIAL_REFUSED = count++
/** The Konnectivity agent of a host (the target) checks its connections, and dials if one is missing. */
export const AGENT_SYNC = count++
/** An attempt to connect of the Konnectivity agent of a host (the target) has timed out. */
export const AGENT_CONNECT_DEADLINE = count++
/** A dial or a read on a tunnelled connection, at the host of one of its ends (the target), has timed out. */
export const TUNNELLED_DEADLINE = count++
/** A pooled connection of a host (the target) is closed because it has been idle. */
export const UPSTREAM_IDLE = count++
/** A kubelet on a host (the target) sends a review again, whose request was lost with its connection. */
export const REVIEW_RETRY = count++
/** The next step of a kubelet's heartbeat, which is a workload (the target), is due. */
export const HEARTBEAT_DUE = count++
/** The controller manager checks its nodes; the target is the scenario. */
export const NODE_MONITOR = count++
/** The controller manager looks whether it may evict; the target is the scenario. */
export const EVICTION_PASS = count++
/** Pods have tolerated the taint of a node for as long as they may; the target is the scenario. */
export const TOLERATION_END = count++
/** A middlebox before a host (the target) forgets connections that were idle for too long. */
export const MIDDLEBOX_SWEEP = count++
/** A side of a connection through a proxy on a host (the target) may have been idle for too long. */
export const PROXY_DEADLINE = count++
/** A program of a host (the target) that requests or signs certificates continues. */
export const CERTIFICATE_TURN = count++
/** A kubelet of a host (the target) that sets up volumes continues. */
export const VOLUME_TURN = count++
/** Any other program of a host (the target) continues. */
export const PROGRAM_TURN = count++

assert(count <= KIND_LIMIT, 'event kinds fit into KIND_BITS')
