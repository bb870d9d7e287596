/** Sizes of HTTP/2 frames as they lie in the TLS or TCP stream (RFC 9113 sections 4.1 and 6). */

/** The size of a frame header: length, type, flags and stream (RFC 9113 section 4.1). */
export const FRAME_HEADER_BYTES = 9

/** The size of the bytes that a client sends before its first frame (RFC 9113 section 3.4). */
export const CLIENT_PREFACE_BYTES = 24

const SETTING_BYTES = 6

export const SETTINGS_ACK_BYTES = settingsBytes(0)
export const WINDOW_UPDATE_BYTES = FRAME_HEADER_BYTES + 4
export const PING_BYTES = FRAME_HEADER_BYTES + 8
export const RST_STREAM_BYTES = FRAME_HEADER_BYTES + 4

/** Returns the size of a SETTINGS frame with a number of settings. */
export function settingsBytes(settings: number): number {
  return FRAME_HEADER_BYTES + SETTING_BYTES * settings
}

/** Returns the size of a GOAWAY frame: last stream, error code and debug data (RFC 9113 section 6.8). */
export function goAwayBytes(debugBytes = 0): number {
  return FRAME_HEADER_BYTES + 8 + debugBytes
}

/** Returns the size of one DATA frame, which is empty when it only ends the stream. */
export function dataFrameBytes(payloadBytes: number): number {
  return FRAME_HEADER_BYTES + payloadBytes
}

/**
 * Returns the size of a HEADERS frame, and of CONTINUATION frames for bytes beyond `maxFrameBytes`; without priority
 * and padding, as Go sends them.
 */
export function headersBytes(blockBytes: number, maxFrameBytes: number): number {
  return blockBytes + FRAME_HEADER_BYTES * Math.max(1, Math.ceil(blockBytes / maxFrameBytes))
}
