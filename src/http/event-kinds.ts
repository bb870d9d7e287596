/** What an event of HTTP asks for; see network/event-kinds.ts for how kinds are shared out. */
export const HTTP2_HEALTH_CHECK = 6
