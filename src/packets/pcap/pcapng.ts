import { ByteWriter } from '../encode/byte-writer.ts'
import { EPOCH_S } from '../encode/epoch.ts'

/** Blocks of the format pcapng (draft-ietf-opsawg-pcapng), in network byte order. */

const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d

/** The link type of packets that begin with an IPv4 header (LINKTYPE_RAW in the registry of link types). */
const LINK_TYPE_RAW = 101

/** Codes of options. */
const END_OF_OPTIONS = 0
const COMMENT = 1
const USER_APPLICATION = 4
const INTERFACE_NAME = 2
const INTERFACE_DESCRIPTION_TEXT = 3
const TIMESTAMP_RESOLUTION = 9
const PACKET_FLAGS = 2

/** Timestamps count units of 10^-9 s. */
const NANOSECONDS = 9
const NS_PER_S = 1_000_000_000n

/** The direction of a packet at its interface, as in the option epb_flags. */
export type Direction = 'inbound' | 'outbound'

/** The name by which onpath recognizes a capture as its own. */
const APPLICATION = 'onpath'

/** Returns whether the beginning of a file is that of a capture by onpath. */
export function isCapture(start: string): boolean {
  return start.startsWith('\n\r\r\n') && start.slice(0, 200).includes(APPLICATION)
}

/** Returns the block at the beginning of a file. */
export function sectionHeader(): Uint8Array {
  return block(SECTION_HEADER, (body) => {
    body.number(BYTE_ORDER_MAGIC, 4).number(1, 2).number(0, 2)
    body.number(0xffffffff, 4).number(0xffffffff, 4) // -1: the length of the section is not known
    option(body, USER_APPLICATION, new TextEncoder().encode(APPLICATION))
    endOptions(body)
  })
}

export function interfaceDescription(name: string, description: string): Uint8Array {
  return block(INTERFACE_DESCRIPTION, (body) => {
    body.number(LINK_TYPE_RAW, 2).number(0, 2).number(0, 4)
    option(body, INTERFACE_NAME, new TextEncoder().encode(name))
    option(body, INTERFACE_DESCRIPTION_TEXT, new TextEncoder().encode(description))
    option(body, TIMESTAMP_RESOLUTION, Uint8Array.of(NANOSECONDS))
    endOptions(body)
  })
}

/** Returns the block of a packet at a tick on an interface. `comments` add what its bytes cannot show. */
export function enhancedPacket(
  interfaceIndex: number,
  tickNs: number,
  direction: Direction | null,
  bytes: Uint8Array,
  comments: readonly string[],
): Uint8Array {
  const time = BigInt(EPOCH_S) * NS_PER_S + BigInt(tickNs)
  return block(ENHANCED_PACKET, (body) => {
    body.number(interfaceIndex, 4)
    body.number(Number(time >> 32n), 4).number(Number(time & 0xffffffffn), 4)
    body.number(bytes.length, 4).number(bytes.length, 4)
    padded(body, bytes)
    for (const comment of comments) option(body, COMMENT, new TextEncoder().encode(comment))
    if (direction !== null) option(body, PACKET_FLAGS, Uint8Array.of(0, 0, 0, direction === 'inbound' ? 1 : 2))
    if (direction !== null || comments.length > 0) endOptions(body)
  })
}

function block(type: number, write: (body: ByteWriter) => void): Uint8Array {
  const body = new ByteWriter()
  write(body)
  const length = body.length + 12
  return new ByteWriter().number(type, 4).number(length, 4).bytes(body.take()).number(length, 4).take()
}

function option(body: ByteWriter, code: number, content: Uint8Array): void {
  body.number(code, 2).number(content.length, 2)
  padded(body, content)
}

function endOptions(body: ByteWriter): void {
  body.number(END_OF_OPTIONS, 2).number(0, 2)
}

/** Writes bytes and padding up to a multiple of four. */
function padded(body: ByteWriter, bytes: Uint8Array): void {
  body.bytes(bytes).bytes(new Uint8Array((4 - (bytes.length % 4)) % 4))
}
