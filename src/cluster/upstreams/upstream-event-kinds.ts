/** Of a host: a connection that nobody used for a while is closed. See network/event-kinds.ts. */
export const UPSTREAM_IDLE = 23
