/** What an event of a workload asks for; see network/event-kinds.ts for how kinds are shared out. */
export const WORKLOAD_START = 8
export const REQUEST_ARRIVAL = 9
/** A client of a closed loop goes on after a failure. */
export const CLIENT_TURN = 10
/** A server's stream has something to say. */
export const CHUNK_DUE = 14
/** A kubelet's heartbeat goes on. */
export const HEARTBEAT_DUE = 27
/** A request has taken as long as its client waits. */
export const REQUEST_TIMEOUT = 15
