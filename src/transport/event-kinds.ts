/** What an event of the transport asks for; see network/event-kinds.ts for how kinds are shared out. */
export const CONNECTION_TIMER = 4
