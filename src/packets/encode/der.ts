import { ByteWriter } from './byte-writer.ts'

/** DER (X.690) as far as certificates need it. The sizes equal those in src/security/der.ts. */

/** Returns a value: the tag, the length in the fewest octets, and the content. */
export function tagged(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const writer = new ByteWriter().number(tag, 1)
  if (length < 0x80) writer.number(length, 1)
  else if (length <= 0xff) writer.number(0x81, 1).number(length, 1)
  else if (length <= 0xffff) writer.number(0x82, 1).number(length, 2)
  else writer.number(0x83, 1).number(length, 3)
  for (const part of parts) writer.bytes(part)
  return writer.take()
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return tagged(0x30, ...parts)
}

export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return tagged(0x31, ...parts)
}

/** Returns an INTEGER of exactly `bits` significant bits. All bits but the highest come from `filler`. */
export function integer(bits: number, filler: Uint8Array): Uint8Array {
  return tagged(0x02, integerContent(bits, filler))
}

/** Returns the octets of an INTEGER without tag and length. */
export function integerContent(bits: number, filler: Uint8Array): Uint8Array {
  const octets = Math.floor(bits / 8) + 1
  const content = new Uint8Array(octets)
  content.set(filler.subarray(0, octets - 1), 1)
  const topBit = (bits - 1) % 8
  const top = octets - Math.ceil(bits / 8)
  content[0] = top === 0 ? filler[0] : 0
  content[top] = (content[top] & ((1 << (topBit + 1)) - 1)) | (1 << topBit)
  return content
}

export function smallInteger(value: number): Uint8Array {
  return tagged(0x02, Uint8Array.of(value))
}

export const TRUE = tagged(0x01, Uint8Array.of(0xff))
export const NULL = tagged(0x05)

/** Returns a BIT STRING. `unusedBits` is the number of unused bits in its last octet. */
export function bitString(content: Uint8Array, unusedBits = 0): Uint8Array {
  return tagged(0x03, Uint8Array.of(unusedBits), content)
}

export function octetString(content: Uint8Array): Uint8Array {
  return tagged(0x04, content)
}

/** The characters of a PrintableString; Go encodes other texts as UTF8String. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

export function text(value: string): Uint8Array {
  return tagged(PRINTABLE.test(value) ? 0x13 : 0x0c, new TextEncoder().encode(value))
}

/** Returns an OBJECT IDENTIFIER in dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first, second, ...rest] = dotted.split('.').map(Number)
  return tagged(0x06, Uint8Array.from([40 * first + second, ...rest].flatMap(base128)))
}

function base128(value: number): number[] {
  const octets = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest % 128) | 0x80)
  return octets
}
