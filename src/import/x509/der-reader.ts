/** Thrown for bytes that Go does not parse, with Go's message. */
export class ParseError extends Error {}

/** A value of DER with its tag. */
export interface DerValue {
  readonly tag: number
  readonly value: Uint8Array
}

/** Tags of DER (X.690). */
export const TAG = { boolean: 1, integer: 2, bitString: 3, octetString: 4, oid: 6, sequence: 0x30 } as const

/** Reads consecutive DER values, as strictly as Go's cryptobyte: shortest lengths, and tags of one byte. */
export class DerReader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get isEmpty(): boolean {
    return this.at >= this.bytes.length
  }

  /** Returns whether the next value has a tag. */
  isNext(tag: number): boolean {
    return this.bytes[this.at] === tag
  }

  /** Returns the next value. */
  next(message: string): DerValue {
    const { bytes, at } = this
    const tag = bytes[at]
    const first = bytes[at + 1]
    if (first === undefined || (tag & 0x1f) === 0x1f) throw new ParseError(message)
    const [length, from] = first < 0x80 ? [first, at + 2] : this.longLength(first & 0x7f, at + 2, message)
    if (from + length > bytes.length) throw new ParseError(message)
    this.at = from + length
    return { tag, value: bytes.subarray(from, from + length) }
  }

  private longLength(count: number, at: number, message: string): readonly [length: number, from: number] {
    let length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (this.bytes[at + i] ?? Number.NaN)
    const isShortest = count > 0 && count <= 4 && this.bytes[at] !== 0 && length >= 0x80
    if (!isShortest) throw new ParseError(message)
    return [length, at + count]
  }

  /** Returns the content of the next value, which must have this tag. */
  take(tag: number, message: string): Uint8Array {
    if (!this.isNext(tag)) throw new ParseError(message)
    return this.next(message).value
  }

  /** Returns a reader of the next value's content. The value is a SEQUENCE unless another tag is given. */
  inside(message: string, tag: number = TAG.sequence): DerReader {
    return new DerReader(this.take(tag, message))
  }

  /** Returns the next value if it is a BOOLEAN, otherwise false. */
  optionalBoolean(message: string): boolean {
    if (!this.isNext(TAG.boolean)) return false
    const value = this.take(TAG.boolean, message)
    if (value.length !== 1 || (value[0] !== 0 && value[0] !== 0xff)) throw new ParseError(message)
    return value[0] === 0xff
  }

  /** Returns the next value if it is an INTEGER in the shortest form, otherwise null. */
  optionalInteger(message: string, tag: number = TAG.integer): number | null {
    if (!this.isNext(tag)) return null
    const value = this.take(tag, message)
    const isPadded =
      value.length > 1 && ((value[0] === 0 && value[1] < 0x80) || (value[0] === 0xff && value[1] >= 0x80))
    if (value.length === 0 || value.length > 8 || isPadded) throw new ParseError(message)
    // The first byte contains the sign.
    return value.subarray(1).reduce((sum, byte) => sum * 256 + byte, value[0] < 0x80 ? value[0] : value[0] - 256)
  }
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Returns a text whose characters have the numbers of the bytes. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

/** Formats the content of an OBJECT IDENTIFIER. */
export function oidOf(bytes: Uint8Array, message: string): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      numbers.push(value)
      value = 0
    }
  }
  const [first] = numbers
  if (first === undefined || bytes[bytes.length - 1] >= 0x80) throw new ParseError(message)
  const top = Math.min(2, Math.floor(first / 40))
  return [top, first - top * 40, ...numbers.slice(1)].join('.')
}
