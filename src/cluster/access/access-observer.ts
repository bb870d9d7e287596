import type { Exchange } from '../../http/rows.ts'
import type { Identity } from './identity.ts'

/**
 * Observes the access decisions of a cluster's servers: of the API server on its secure and insecure port, and of
 * kubelets on all their ports. The server's host is that of the exchange's stream, its port the service of the
 * exchange's connection.
 */
export interface AccessObserver {
  /**
   * Called once for each request, before the response.
   *
   * @param identity null: no identity was authenticated, because the port does not authenticate or because it refused
   * @param status the status of the refusal; NOT_REFUSED when the request is allowed, then the exchange has the status
   */
  onDecided(exchange: Exchange, identity: Identity | null, isAllowed: boolean, status: number): void
  /**
   * Called when the API server could not forward an allowed request, before the response.
   *
   * @param code the number of the message; see proxy-error.ts
   */
  onNotPassedOn(exchange: Exchange, code: number): void
}

/** The `status` of a request that is allowed. */
export const NOT_REFUSED = 0
