import type { FailureReason } from '../transport/streams/failure.ts'

/**
 * Observes TLS or SSH sessions at both of their ends. `host` is the host of an end; `session` is its row, which
 * identifies it until it ends. A host with an end has the session's keys. The names of the two contents of the stream
 * below identify what the keys decrypt.
 */
export interface SessionObserver {
  /** An end begins; it will write the content with this name. */
  onSessionBegins(host: number, session: number, isClient: boolean, nameHigh: number, nameLow: number): void
  /** The first bytes from the other end have arrived, of the content with this name. No record is decrypted yet. */
  onPeerData(host: number, session: number, isClient: boolean, nameHigh: number, nameLow: number): void
  /**
   * This end knows the parameters of both ends, which are not verified yet. They are indices of the directory of TLS or
   * SSH, and determine the version, the key exchange, and the certificates or keys that both ends present.
   */
  onPeerKnown(host: number, session: number, isClient: boolean, client: number, server: number): void
  /** Called when the handshake is complete. Data decrypted from now on belongs to the user above. */
  onSessionReady(host: number, session: number, isClient: boolean): void
  /** This end ends the session, because a certificate or key does not verify or a record does not decrypt. */
  onRefused(host: number, session: number, isClient: boolean, reason: FailureReason): void
  onSessionEnds(host: number, session: number, isClient: boolean): void
}

/** Returns an observer that passes each call to both observers; if one is null, returns the other one. */
export function bothObservers(first: SessionObserver | null, second: SessionObserver): SessionObserver {
  if (first === null) return second
  return {
    onSessionBegins(...event) {
      first.onSessionBegins(...event)
      second.onSessionBegins(...event)
    },
    onPeerData(...event) {
      first.onPeerData(...event)
      second.onPeerData(...event)
    },
    onPeerKnown(...event) {
      first.onPeerKnown(...event)
      second.onPeerKnown(...event)
    },
    onSessionReady(...event) {
      first.onSessionReady(...event)
      second.onSessionReady(...event)
    },
    onRefused(...event) {
      first.onRefused(...event)
      second.onRefused(...event)
    },
    onSessionEnds(...event) {
      first.onSessionEnds(...event)
      second.onSessionEnds(...event)
    },
  }
}
