import { assert } from './assert.ts'
import { KIND_LIMIT } from './pending-event-set.ts'

/*
 * What an event asks for. Of one tick and target, events happen in the order of this list, so a new kind goes where its
 * events belong among the others of its target. The engine does not know what any of them means;
 * `Simulation.dispatch` does.
 */
let count = 0

/** Of a link direction: a packet arrives at its end. */
export const PACKET_ARRIVAL = count++
/** Of a host: a core has finished a piece of work. */
export const WORK_DONE = count++
/** Of attackers: a step begins or ends. */
export const ATTACK_TURN = count++
/** Of a host: a timer of a TCP connection. */
export const CONNECTION_TIMER = count++
/** Of a host: a TLS handshake has taken too long. */
export const TLS_HANDSHAKE_DEADLINE = count++
/** Of a host: an HTTP/2 connection is to be checked with a PING, or the check has failed. */
export const HTTP2_HEALTH_CHECK = count++
/** Of a workload: it begins. */
export const WORKLOAD_START = count++
/** Of a workload: its next request is due. */
export const REQUEST_ARRIVAL = count++
/** Of a workload: a client of a closed loop continues after a failure. */
export const CLIENT_TURN = count++
/** Of a tunnel: the log-in has taken too long. */
export const LOGIN_DEADLINE = count++
/** Of the scenario: one of its events begins, */
export const SCENARIO_EVENT_BEGINS = count++
/** or ends. */
export const SCENARIO_EVENT_ENDS = count++
/** Of a workload: a server's stream is to send its next piece. */
export const CHUNK_DUE = count++
/** Of a workload: a request has taken as long as its client waits. */
export const REQUEST_TIMEOUT = count++
/** Of the host that keeps up tunnels: it looks after them. */
export const TUNNELER_TURN = count++
/** Of a tunnel: its health is to be checked, or the check has failed. */
export const TUNNEL_CHECK = count++
/** Of a host: a connection that could not even be dialled fails. */
export const DIAL_REFUSED = count++
/** Of a Konnectivity agent's host: the agent checks whether it is connected, and dials if not. */
export const AGENT_SYNC = count++
/** Of a Konnectivity agent's host: its attempt to connect has taken too long. */
export const AGENT_CONNECT_DEADLINE = count++
/** Of a host at an end of a tunnelled connection: a dial or a reader has taken too long. */
export const TUNNELLED_DEADLINE = count++
/** Of a host: a pooled connection that has been idle is closed. */
export const UPSTREAM_IDLE = count++
/** Of a workload: the next step of a kubelet's heartbeat. */
export const HEARTBEAT_DUE = count++
/** Of the scenario: the controller manager checks its nodes. */
export const NODE_MONITOR = count++
/** Of a host, a turn of one of its programs' clients: of those that request or give certificates, */
export const CERTIFICATE_TURN = count++
/** of kubelets that set up volumes, */
export const VOLUME_TURN = count++
/** and of all other programs. */
export const PROGRAM_TURN = count++

assert(count <= KIND_LIMIT, 'event kinds fit into KIND_BITS')
