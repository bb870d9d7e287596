import type { FailureReason } from '../../transport/streams/failure.ts'

/** Observes the requests that the apiserver forwards to kubelets, nodes, pods and services for its users. */
export interface ProxyObserver {
  /**
   * Called before a request is forwarded, with the index of the request to the far end. Returns a number that
   * identifies it in later calls; NONE if the observer ignores it.
   */
  onSending(request: number): number
  /**
   * Called for each typed key, and each chunk of a streamed response, that belongs to an observed request, with the tick
   * at which it was sent on the connection to the far end.
   */
  onPiece(observed: number, sentTick: number): void
  /**
   * Called once when the request ends. `failure` is null if the far end answered with success. `isWithdrawn`: the user
   * no longer waits, so the far end is not the reason.
   */
  onEnded(observed: number, failure: FailureReason | null, isWithdrawn: boolean): void
}
