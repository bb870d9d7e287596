import type { FailureReason } from '../transport/streams/failure.ts'

/**
 * Somebody who looks on at sessions of TLS or of SSH, at both of their ends: `host` is where the end is, `session` its
 * row, which names it from its beginning to its end. Who is an end of a session has its keys, and the names of the two
 * contents of the stream below say what these open.
 */
export interface SessionObserver {
  /** An end begins; it will speak in the content of this name. */
  onSessionBegins(host: number, session: number, isClient: boolean, nameHigh: number, nameLow: number): void
  /** The other end has begun to speak, in the content of this name; nothing of it is opened yet. */
  onPeerHeard(host: number, session: number, isClient: boolean, nameHigh: number, nameLow: number): void
  /**
   * Both ends know each other by what they said, which was not verified yet: their parameters, indices of the directory
   * of TLS or SSH, tell version, key exchange, and the certificates or keys that either has to show.
   */
  onPeerKnown(host: number, session: number, isClient: boolean, client: number, server: number): void
  /** The handshake is done; what is opened from now on is what the user above reads. */
  onSessionReady(host: number, session: number, isClient: boolean): void
  /** This end ends the session: what it was shown does not verify, or what came does not open. */
  onRefused(host: number, session: number, isClient: boolean, reason: FailureReason): void
  onSessionEnds(host: number, session: number, isClient: boolean): void
}
