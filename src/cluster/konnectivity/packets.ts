/**
 * Sizes of Konnectivity's packets in bytes: the protobuf messages of apiserver-network-proxy,
 * konnectivity-client/proto/client/client.proto (proto3, where a field with its default value is left out), each with
 * the prefix of a gRPC message. HTTP/2 frames are not included.
 */

/** The prefix of a gRPC message: a flag for compression, and the length (gRPC over HTTP/2, Length-Prefixed-Message). */
const GRPC_PREFIX_BYTES = 5

/** The size of the tag of a field with a number below 16. */
const TAG_BYTES = 1
/** The size of the field `type`. It is left out in a DIAL_REQ, where its value is 0. */
const TYPE_BYTES = TAG_BYTES + 1
/** The size of a dial's identifier, a random int63, which nearly always takes nine groups of seven bits. */
const DIAL_ID_BYTES = TAG_BYTES + 9

/** The size of a DIAL_REQ; `address` is HOST:PORT. */
export function dialRequestBytes(address: string): number {
  return GRPC_PREFIX_BYTES + field(field('tcp'.length) + field(address.length) + DIAL_ID_BYTES)
}

export function dialResponseBytes(connectionId: number): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(idBytes(connectionId) + DIAL_ID_BYTES)
}

/** The size of a DIAL_RSP for a failed dial; `error` is Go's error text. */
export function dialErrorBytes(error: string): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(field(error.length) + DIAL_ID_BYTES)
}

export function dialCloseBytes(): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(DIAL_ID_BYTES)
}

export function dataBytes(connectionId: number, lengthBytes: number): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(idBytes(connectionId) + field(lengthBytes))
}

/** The size of a CLOSE_REQ or a CLOSE_RSP. */
export function closeBytes(connectionId: number): number {
  return GRPC_PREFIX_BYTES + TYPE_BYTES + field(idBytes(connectionId))
}

function idBytes(connectionId: number): number {
  return TAG_BYTES + varintBytes(connectionId)
}

/** The size of a field that is a string, bytes or a message: tag, length, content. */
function field(lengthBytes: number): number {
  return TAG_BYTES + varintBytes(lengthBytes) + lengthBytes
}

/** The size of an integer, which takes a byte for every seven bits. */
function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
