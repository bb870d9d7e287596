/**
 * The sizes of Konnectivity's packets: konnectivity-client/proto/client/client.proto in proto3, where a field that
 * holds its default is left out, each with the prefix of a gRPC message. The frames around them are HTTP/2's.
 */

/** Compressed or not, and the length (gRPC over HTTP/2, Length-Prefixed-Message). */
const GRPC_PREFIX_BYTES = 5

/** The tag of a field whose number is below 16. */
const TAG_BYTES = 1
/** A type other than DIAL_REQ, which is 0. */
const TYPE_BYTES = TAG_BYTES + 1
/** A random int63 nearly always needs nine groups of seven bits. */
const DIAL_ID_BYTES = TAG_BYTES + 9

/** `address` is HOST:PORT. */
export function dialRequestBytes(address: string): number {
  return GRPC_PREFIX_BYTES + field(field('tcp'.length) + field(address.length) + DIAL_ID_BYTES)
}

export function dialResponseBytes(connectionId: number): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(idBytes(connectionId) + DIAL_ID_BYTES)
}

/** Of a dial that failed; `error` is what Go says. */
export function dialErrorBytes(error: string): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(field(error.length) + DIAL_ID_BYTES)
}

export function dialCloseBytes(): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(DIAL_ID_BYTES)
}

export function dataBytes(connectionId: number, lengthBytes: number): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(idBytes(connectionId) + field(lengthBytes))
}

/** CLOSE_REQ and CLOSE_RSP alike. */
export function closeBytes(connectionId: number): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(idBytes(connectionId))
}

function idBytes(connectionId: number): number {
  return TAG_BYTES + varintBytes(connectionId)
}

/** A string, bytes or a message: tag, length, content. */
function field(lengthBytes: number): number {
  return TAG_BYTES + varintBytes(lengthBytes) + lengthBytes
}

/** Seven bits a byte. */
function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
