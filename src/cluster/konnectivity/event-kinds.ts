/** What an event of Konnectivity asks for, all of hosts; see network/event-kinds.ts for how kinds are shared out. */

/** Of an agent's host: the agent looks whether it is connected, and dials if not. */
export const AGENT_SYNC = 19
/** Of an agent's host: its attempt to connect has taken too long. */
export const AGENT_CONNECT_DEADLINE = 20
/** Of a host at an end of a tunnelled connection: a dial or a reader has taken too long. */
export const TUNNELLED_DEADLINE = 21
