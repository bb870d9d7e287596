/** What an event of the simulation itself asks for; see network/event-kinds.ts for how kinds are shared out. */
export const SCENARIO_EVENT_BEGINS = 12
export const SCENARIO_EVENT_ENDS = 13
