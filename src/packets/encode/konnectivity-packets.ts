import {
  CLOSE_REQUEST,
  CLOSE_RESPONSE,
  DATA,
  DIAL_CLOSE,
  DIAL_REQUEST,
  DIAL_RESPONSE,
} from '../../cluster/konnectivity/tunnel-tables.ts'
import type { StreamMessage } from '../record/stream-content.ts'
import { ByteWriter } from './byte-writer.ts'
import { fillerOf } from './filler.ts'

/**
 * Packets of Konnectivity: protobuf messages of apiserver-network-proxy (konnectivity-client/proto/client/client.proto)
 * after the prefix of a gRPC message. The sizes equal those in src/cluster/konnectivity/packets.ts.
 */

/** Wire types of protobuf, in the low three bits of a tag. */
const VARINT = 0
const LENGTH_DELIMITED = 2

/** The PacketType of each message, and its field in Packet. */
const TYPES: Readonly<Record<number, readonly [type: number, field: number]>> = {
  [DIAL_REQUEST]: [0, 2],
  [DIAL_RESPONSE]: [1, 3],
  [CLOSE_REQUEST]: [2, 5],
  [CLOSE_RESPONSE]: [3, 6],
  [DATA]: [4, 4],
  [DIAL_CLOSE]: [5, 7],
}

function varint(writer: ByteWriter, value: number): void {
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) writer.number((rest % 128) | 0x80, 1)
  writer.number(rest, 1)
}

function varintField(writer: ByteWriter, field: number, value: number): void {
  writer.number((field << 3) | VARINT, 1)
  varint(writer, value)
}

function bytesField(writer: ByteWriter, field: number, content: Uint8Array): void {
  writer.number((field << 3) | LENGTH_DELIMITED, 1)
  varint(writer, content.length)
  writer.bytes(content)
}

/** A random identifier of a dial: an int63 of nine groups of seven bits. */
function dialId(writer: ByteWriter, field: number, name: string): void {
  const groups = fillerOf(name, 9)
  writer.number((field << 3) | VARINT, 1)
  for (const [i, octet] of groups.entries()) writer.number(i < 8 ? octet | 0x80 : (octet & 0x3f) | 0x40, 1)
}

/** Returns a packet up to the data that it carries. A packet without data is returned whole. */
export function konnectivityPacket({ kind, value, detail, start, end, content }: StreamMessage): Uint8Array {
  const bytes = end - start
  const [type, field] = TYPES[kind]
  const body = new ByteWriter()
  if (type > 0) varintField(body, 1, type)
  if (kind === DATA) {
    const inner = new ByteWriter()
    varintField(inner, 1, detail)
    inner.number((3 << 3) | LENGTH_DELIMITED, 1)
    varint(inner, value)
    body.number((field << 3) | LENGTH_DELIMITED, 1)
    varint(body, inner.length + value)
    return new ByteWriter()
      .number(0, 1)
      .number(bytes - 5, 4)
      .bytes(body.take())
      .bytes(inner.take())
      .take()
  }
  bytesField(body, field, innerOf(kind, value, detail, bytes - 5 - body.length, `${content.name}/${start}`))
  return new ByteWriter()
    .number(0, 1)
    .number(bytes - 5, 4)
    .bytes(body.take())
    .take()
}

/** Returns the message inside a packet. `roomBytes`: its size with tag and length, below 128 bytes. */
function innerOf(kind: number, value: number, detail: number, roomBytes: number, name: string): Uint8Array {
  const inner = new ByteWriter()
  const lengthBytes = roomBytes > 129 ? roomBytes - 3 : roomBytes - 2
  const dial = `dial/${detail}`
  switch (kind) {
    case DIAL_REQUEST: {
      const addressBytes = lengthBytes - 5 - 10 - 2
      bytesField(inner, 1, new TextEncoder().encode('tcp'))
      bytesField(inner, 2, new TextEncoder().encode(addressOf(addressBytes)))
      dialId(inner, 3, dial)
      break
    }
    case DIAL_RESPONSE: {
      const errorBytes = lengthBytes - 10 - 2
      if (value < 0) bytesField(inner, 1, new TextEncoder().encode('x'.repeat(Math.max(0, errorBytes))))
      else varintField(inner, 2, value)
      dialId(inner, 3, dial)
      break
    }
    case DIAL_CLOSE:
      dialId(inner, 1, dial)
      break
    default:
      varintField(inner, 1, detail)
  }
  const rest = lengthBytes - inner.length
  return rest === 0
    ? inner.take()
    : inner
        .bytes(fillerOf(name, Math.max(0, rest)))
        .take()
        .subarray(0, lengthBytes)
}

/** Returns text in place of the dialled address, of which only the size is recorded. */
function addressOf(bytes: number): string {
  return `${'host'.repeat(Math.ceil(bytes / 4))}`
    .slice(0, Math.max(0, bytes - 6))
    .concat(':10250')
    .slice(-bytes)
}
