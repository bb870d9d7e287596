import type { FailureReason } from '../../transport/streams/failure.ts'

/** Observes the requests that the apiserver passes on to kubelets, nodes, pods and services for its users. */
export interface ProxyObserver {
  /**
   * Called before a request is passed on, with the index of the request to the far end. Returns the number by which
   * `onEnded` names it; NONE where the observer ignores it.
   */
  onSending(request: number): number
  /**
   * Called for each typed key, and each chunk of a streamed response, that belongs to an observed request, with the tick
   * at which it was sent on the connection to the far end.
   */
  onPiece(observed: number, sentTick: number): void
  /**
   * Called once when the request ends. `failure` is null where the far end has answered it with success. `isWithdrawn`:
   * the user no longer waits, so it ends for no reason of the far end.
   */
  onEnded(observed: number, failure: FailureReason | null, isWithdrawn: boolean): void
}
