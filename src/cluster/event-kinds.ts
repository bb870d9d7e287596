/** What an event of the cluster asks for; see network/event-kinds.ts for how kinds are shared out. */

/** Of the scenario: the controller manager looks at its nodes. */
export const NODE_MONITOR = 28
/** Of a tunnel: the log-in takes too long. */
export const LOGIN_DEADLINE = 11
/** Of the host that keeps up tunnels: it looks after them. */
export const TUNNELER_TURN = 16
/** Of a tunnel: its health is to be checked, or the check has failed. */
export const TUNNEL_CHECK = 17
/** Of a host: a connection that could not even be dialled fails. */
export const DIAL_REFUSED = 18
/** Of a host, a turn of one of its programs' clients: of those that request or give certificates, */
export const CERTIFICATE_TURN = 29
/** of kubelets that set up volumes, */
export const VOLUME_TURN = 30
/** and of all other programs. */
export const PROGRAM_TURN = 31
