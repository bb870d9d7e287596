import { ACK, CE, SYN, TCP_FLAGS } from '../../network/header-flags.ts'
import { HAS_SCALE, HAS_TIMESTAMPS, PERMITS_SACK } from '../../network/syn-options.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'

const IP_HEADER_BYTES = 20
const TCP_HEADER_BYTES = 20
const PROTOCOL_TCP = 6
const DO_NOT_FRAGMENT = 0x4000
/** The initial value of Linux (net.ipv4.ip_default_ttl). */
const TIME_TO_LIVE = 64

/** Kinds of TCP options (RFC 9293 section 3.1, RFC 7323, RFC 2018). */
const NO_OPERATION = 1
const MAXIMUM_SEGMENT_SIZE = 2
const WINDOW_SCALE = 3
const SACK_PERMITTED = 4
const SACK = 5
const TIMESTAMPS = 8

const TIMESTAMPS_BYTES = 12
/** The MSS option of a forged SYN for which the attacker chose none. */
const DEFAULT_SEGMENT_BYTES = 1460

/** The fields that a header needs. They come from a recorded packet, or from one that shows decrypted plaintext. */
export type TcpFields = Pick<
  RecordedPacket,
  | 'source'
  | 'destination'
  | 'sourcePort'
  | 'destinationPort'
  | 'sequenceNumber'
  | 'acknowledgementNumber'
  | 'flags'
  | 'window'
  | 'headerBytes'
  | 'maximumSegmentBytes'
  | 'windowScale'
  | 'synOptions'
  | 'timestamp'
  | 'timestampEcho'
  | 'sackEdges'
  | 'identity'
>

/** Returns an IPv4 packet with a TCP segment (RFC 791, RFC 9293), with its options and checksums. */
export function encodePacket(fields: TcpFields, payload: Uint8Array, timeToLive = TIME_TO_LIVE): Uint8Array {
  const packet = new Uint8Array(fields.headerBytes + payload.length)
  packet.set(payload, fields.headerBytes)
  const view = new DataView(packet.buffer)
  writeIp(view, fields, packet.length, timeToLive)
  writeTcp(view, fields)
  view.setUint16(10, checksum(packet, 0, IP_HEADER_BYTES, 0))
  view.setUint16(IP_HEADER_BYTES + 16, tcpChecksum(packet, fields))
  return packet
}

function writeIp(view: DataView, fields: TcpFields, length: number, timeToLive: number): void {
  view.setUint8(0, 0x45)
  view.setUint8(1, (fields.flags & CE) >> 8)
  view.setUint16(2, length)
  view.setUint16(4, fields.identity & 0xffff)
  view.setUint16(6, DO_NOT_FRAGMENT)
  view.setUint8(8, timeToLive)
  view.setUint8(9, PROTOCOL_TCP)
  view.setUint32(12, fields.source)
  view.setUint32(16, fields.destination)
}

function writeTcp(view: DataView, fields: TcpFields): void {
  const { flags, headerBytes } = fields
  view.setUint16(20, fields.sourcePort)
  view.setUint16(22, fields.destinationPort)
  view.setUint32(24, fields.sequenceNumber)
  view.setUint32(28, (flags & ACK) === 0 ? 0 : fields.acknowledgementNumber)
  view.setUint8(32, ((headerBytes - IP_HEADER_BYTES) / 4) << 4)
  view.setUint8(33, flags & TCP_FLAGS)
  view.setUint16(34, fields.window)
  const options = optionsOf(fields)
  for (let i = 0; i < headerBytes - IP_HEADER_BYTES - TCP_HEADER_BYTES; i++)
    view.setUint8(IP_HEADER_BYTES + TCP_HEADER_BYTES + i, options[i] ?? NO_OPERATION)
}

/** Returns the options in the order in which Linux writes them (net/ipv4/tcp_output.c, tcp_options_write). */
function optionsOf(fields: TcpFields): readonly number[] {
  const { flags, headerBytes, sackEdges } = fields
  const optionBytes = headerBytes - IP_HEADER_BYTES - TCP_HEADER_BYTES
  if ((flags & SYN) !== 0) return synOptions(fields, optionBytes)
  const sackBytes = sackEdges.length === 0 ? 0 : 4 + 4 * sackEdges.length
  const timestamps =
    optionBytes - sackBytes >= TIMESTAMPS_BYTES ? [NO_OPERATION, NO_OPERATION, ...timestampsOf(fields)] : []
  if (sackBytes === 0) return timestamps
  const blocks = [SACK, 2 + 4 * sackEdges.length, ...sackEdges.flatMap(octets32)]
  return [...timestamps, NO_OPERATION, NO_OPERATION, ...blocks]
}

function synOptions(fields: TcpFields, optionBytes: number): readonly number[] {
  if (optionBytes === 0) return []
  const segmentBytes = fields.maximumSegmentBytes === 0 ? DEFAULT_SEGMENT_BYTES : fields.maximumSegmentBytes
  const first = [MAXIMUM_SEGMENT_SIZE, 4, segmentBytes >> 8, segmentBytes & 0xff]
  const { synOptions, windowScale } = fields
  const scale = (synOptions & HAS_SCALE) === 0 ? [] : [NO_OPERATION, WINDOW_SCALE, 3, windowScale]
  const permitted = (synOptions & PERMITS_SACK) === 0 ? [NO_OPERATION, NO_OPERATION] : [SACK_PERMITTED, 2]
  if ((synOptions & HAS_TIMESTAMPS) !== 0) return [...first, ...permitted, ...timestampsOf(fields), ...scale]
  return (synOptions & PERMITS_SACK) === 0
    ? [...first, ...scale]
    : [...first, NO_OPERATION, NO_OPERATION, ...permitted, ...scale]
}

function timestampsOf({ timestamp, timestampEcho }: TcpFields): readonly number[] {
  return [TIMESTAMPS, 10, ...octets32(timestamp), ...octets32(timestampEcho)]
}

function octets32(value: number): readonly number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
}

/** The checksum over the segment and a pseudo-header (RFC 9293 section 3.1). */
function tcpChecksum(packet: Uint8Array, { source, destination }: TcpFields): number {
  const segmentBytes = packet.length - IP_HEADER_BYTES
  const pseudo =
    (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + PROTOCOL_TCP + segmentBytes
  return checksum(packet, IP_HEADER_BYTES, packet.length, pseudo)
}

/** Returns the one's complement of the one's complement sum of 16-bit words (RFC 1071). */
function checksum(bytes: Uint8Array, from: number, until: number, initial: number): number {
  let sum = initial
  for (let i = from; i + 1 < until; i += 2) sum += (bytes[i] << 8) | bytes[i + 1]
  if ((until - from) % 2 === 1) sum += bytes[until - 1] << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}
