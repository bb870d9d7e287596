import type { ConnectionTable } from '../connections/connection.ts'

/** `timeoutDoubt`: the timeout was real, or nobody asks. */
export const NO_DOUBT = 0
/** What comes next will tell. */
export const IN_DOUBT = 1
/** Something new is to be sent before anything is sent again. */
export const SEND_NEW_FIRST = 2

/** What an ACK after a timeout says of it. */
export const IS_SPURIOUS = 1
const IS_OPEN = 0

/**
 * F-RTO (RFC 5682 section 3.1, with selective acknowledgements; Linux: net/ipv4/tcp_input.c, tcp_process_loss): after a
 * timeout and the first acknowledgement, new segments go out in place of retransmissions. If something that was sent
 * once arrives, all was only late, and the reduction is taken back. `mayRecover` says whether it did not all arrive.
 */
export function judgeTimeout(
  connections: ConnectionTable,
  connection: number,
  hasOriginal: boolean,
  hasSacked: boolean,
  isAdvance: boolean,
  hasNew: boolean,
): number {
  if (connections.timeoutDoubt[connection] === NO_DOUBT) return IS_OPEN
  if (hasOriginal) return IS_SPURIOUS
  const isRecovered = connections.sendUnacknowledged[connection] >= connections.recoveryPoint[connection]
  if (connections.sendNext[connection] > connections.recoveryPoint[connection]) {
    if (hasSacked) connections.timeoutDoubt[connection] = NO_DOUBT
  } else if (isAdvance && !isRecovered) {
    connections.recoveryPoint[connection] = connections.sendNext[connection]
    connections.timeoutDoubt[connection] = hasNew ? SEND_NEW_FIRST : NO_DOUBT
  }
  return IS_OPEN
}
