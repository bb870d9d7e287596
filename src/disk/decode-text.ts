/** The number of bytes to examine if no mark tells the encoding of a text. */
const HEAD_BYTES = 64

/**
 * Decodes UTF-8, or UTF-16 as redirections of PowerShell write it: with its byte order mark, or where every second byte
 * of the beginning is zero. Byte order marks are left out.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

/** Encodes a text as other bytes are encoded, with a byte order mark if they have one. */
export function encodeLike(text: string, other: Uint8Array): Buffer {
  const encoding = encodingOf(other)
  const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le')
  if (encoding === 'utf-16be') bytes.swap16()
  return hasMark(other, encoding) ? Buffer.concat([Buffer.from(MARKS[encoding]), bytes]) : bytes
}

/** The byte order marks. */
const MARKS = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
} as const satisfies Readonly<Record<string, readonly number[]>>

type Encoding = keyof typeof MARKS

function hasMark(bytes: Uint8Array, encoding: Encoding): boolean {
  return MARKS[encoding].every((byte, i) => bytes[i] === byte)
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (hasMark(bytes, 'utf-16le')) return 'utf-16le'
  if (hasMark(bytes, 'utf-16be')) return 'utf-16be'
  const head = [...bytes.subarray(0, HEAD_BYTES)]
  const isAscii = (parity: number) =>
    head.length >= 4 && head.every((byte, i) => (i % 2 === parity ? byte !== 0 : byte === 0))
  if (isAscii(0)) return 'utf-16le'
  return isAscii(1) ? 'utf-16be' : 'utf-8'
}
