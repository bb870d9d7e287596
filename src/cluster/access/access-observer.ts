import type { Exchange } from '../../http/rows.ts'
import type { Identity } from './identity.ts'

/**
 * Somebody who looks on at what the servers of a cluster decide about requests: the apiserver at its secure and its
 * insecure port, kubelets at all of theirs. A server's host is that of the exchange's stream, its port the service of
 * the exchange's connection.
 */
export interface AccessObserver {
  /**
   * Who asked is known, or nobody is, and whether they may: once for each request, before anything is answered.
   *
   * @param identity null: nobody was authenticated, because the server asks nobody or because it refused
   * @param status of the refusal; 0: allowed, and what is answered shows in the exchange
   */
  onDecided(exchange: Exchange, identity: Identity | null, isAllowed: boolean, status: number): void
}

/** `status` of what is allowed. */
export const NOT_REFUSED = 0
