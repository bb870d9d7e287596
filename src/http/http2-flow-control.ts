/** Go's receiver holds back smaller grants than this. */
const GO_MIN_REFRESH_BYTES = 4096

/**
 * Returns what a receiver that runs Go grants in a WINDOW_UPDATE, of a stream or of the connection; 0 while it holds
 * the grant back. It grants when there is enough to justify a frame, or when the grant at least doubles what the sender
 * may still send (x/net/http2/flow.go, `inflow.add`, since January 2023). A grant returns all unsent bytes at once.
 *
 * @param availableBytes what the sender may send without another grant
 * @param unsentBytes what the application has read and the receiver has not granted anew
 */
export function windowUpdateBytes(availableBytes: number, unsentBytes: number): number {
  return unsentBytes < GO_MIN_REFRESH_BYTES && unsentBytes < availableBytes ? 0 : unsentBytes
}

/**
 * Returns what a receiver that runs gRPC-Go grants, which waits for a quarter of the window
 * (internal/transport/flowcontrol.go, onRead).
 */
export function grpcWindowUpdateBytes(windowBytes: number, unsentBytes: number): number {
  return unsentBytes < Math.floor(windowBytes / 4) ? 0 : unsentBytes
}
