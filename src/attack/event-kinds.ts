/** Of attackers: a step begins or ends; see network/event-kinds.ts for how kinds are shared out. */
export const ATTACK_TURN = 2
