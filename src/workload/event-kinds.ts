/** What an event of a workload asks for; see network/event-kinds.ts for how kinds are shared out. */
export const WORKLOAD_START = 8
export const REQUEST_ARRIVAL = 9
/** A client of a closed loop goes on after a failure. */
export const CLIENT_TURN = 10
