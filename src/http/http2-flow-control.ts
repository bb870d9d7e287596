/** Smaller credits than this are held back. */
const GO_MIN_REFRESH_BYTES = 4096

/**
 * What a reader that runs Go puts into a WINDOW_UPDATE, of a stream or of the connection: 0 while it holds the credit
 * back. It grants when there is enough to be worth a frame, or when the grant at least doubles what the writer may
 * still send (x/net http2/flow.go, `inflow.add`, since January 2023). After a grant nothing is unsent, and that much
 * more is available.
 *
 * @param availableBytes what the writer may send without another grant
 * @param unsentBytes read by the application and not granted anew yet
 */
export function windowUpdateBytes(availableBytes: number, unsentBytes: number): number {
  return unsentBytes < GO_MIN_REFRESH_BYTES && unsentBytes < availableBytes ? 0 : unsentBytes
}

/** The same of gRPC-Go, which grants by quarters of the window (internal/transport/flowcontrol.go). */
export function grpcWindowUpdateBytes(windowBytes: number, unsentBytes: number): number {
  return unsentBytes < Math.floor(windowBytes / 4) ? 0 : unsentBytes
}
