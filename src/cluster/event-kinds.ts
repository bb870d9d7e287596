/** What an event of a tunnel asks for; see network/event-kinds.ts for how kinds are shared out. */
export const LOGIN_DEADLINE = 11
