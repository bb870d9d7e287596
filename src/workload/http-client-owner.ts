import type { FailureReason } from '../transport/streams/failure.ts'
import type { HttpClient } from './rows.ts'

/** Who gives clients their work, and hears how it went. */
export interface HttpClientOwner {
  /** `setupNs` is -1 where the connection stood already. */
  onConnected(client: HttpClient, setupNs: number): void
  /** The answer is there; the client is free again. */
  onAnswered(client: HttpClient, request: number, startTick: number): void
  /** A piece of an answer that goes on, said at `saidTick`. */
  onChunk(client: HttpClient, saidTick: number): void
  /** The upgraded connection is ready for keys. */
  onOpened(client: HttpClient): void
  onEcho(client: HttpClient, key: number): void
  /** The request failed, or (NO_REQUEST) the attempt to connect that began then; the client has no connection any more. */
  onFailed(client: HttpClient, request: number, startTick: number, reason: FailureReason): void
}
