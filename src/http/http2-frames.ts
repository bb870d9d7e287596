/** Sizes of HTTP/2 frames as they lie in the TLS or TCP stream (RFC 9113 sections 4.1 and 6). */

/** Length, type, flags, stream. */
export const FRAME_HEADER_BYTES = 9

/** What a client sends before its first frame (RFC 9113 3.4). */
export const CLIENT_PREFACE_BYTES = 24

const SETTING_BYTES = 6

export const SETTINGS_ACK_BYTES = settingsBytes(0)
export const WINDOW_UPDATE_BYTES = FRAME_HEADER_BYTES + 4
export const PING_BYTES = FRAME_HEADER_BYTES + 8
export const RST_STREAM_BYTES = FRAME_HEADER_BYTES + 4

export function settingsBytes(settings: number): number {
  return FRAME_HEADER_BYTES + SETTING_BYTES * settings
}

/** The last stream and an error code come before the debug data. */
export function goAwayBytes(debugBytes = 0): number {
  return FRAME_HEADER_BYTES + 8 + debugBytes
}

/** One frame of DATA, empty where it only ends the stream. */
export function dataFrameBytes(payloadBytes: number): number {
  return FRAME_HEADER_BYTES + payloadBytes
}

/** HEADERS and, for what does not fit `maxFrameBytes`, CONTINUATION; no priority, no padding, as Go sends them. */
export function headersBytes(blockBytes: number, maxFrameBytes: number): number {
  return blockBytes + FRAME_HEADER_BYTES * Math.max(1, Math.ceil(blockBytes / maxFrameBytes))
}
