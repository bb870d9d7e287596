/** What an event of security asks for; see network/event-kinds.ts for how kinds are shared out. */
export const TLS_HANDSHAKE_DEADLINE = 5
