/**
 * Sizes of DER encodings (X.690) without the encodings, because packets only need the size of a certificate.
 */

/** The size of a value: a tag of one octet, the length in the fewest octets (X.690 section 8.1.3), and the content. */
export function taggedBytes(contentBytes: number): number {
  if (contentBytes < 0x80) return 2 + contentBytes
  if (contentBytes <= 0xff) return 3 + contentBytes
  if (contentBytes <= 0xffff) return 4 + contentBytes
  return 5 + contentBytes
}

/** The size of a SEQUENCE, SET, OCTET STRING or explicit tag, which differ only in the tag. */
export function constructedBytes(...partsBytes: readonly number[]): number {
  let contentBytes = 0
  for (const partBytes of partsBytes) contentBytes += partBytes
  return taggedBytes(contentBytes)
}

/**
 * The size of an INTEGER of `bits` significant bits. A leading zero octet keeps it positive where the top bit is set.
 */
export function integerBytes(bits: number): number {
  return taggedBytes(Math.floor(bits / 8) + 1)
}

export const BOOLEAN_BYTES = 3
export const NULL_BYTES = 2

/** The size of a BIT STRING of whole octets; the octet before them counts unused bits. */
export function bitStringBytes(octets: number): number {
  return taggedBytes(1 + octets)
}

/** The size of a character string of any type, in UTF-8. */
export function stringBytes(text: string): number {
  return taggedBytes(utf8Bytes(text))
}

/**
 * The size of an OBJECT IDENTIFIER in dotted form. The first two arcs share a number; each octet holds 7 bits of a
 * number.
 */
export function oidBytes(dotted: string): number {
  const arcs = dotted.split('.').map(Number)
  let octets = base128Bytes(40 * arcs[0] + arcs[1])
  for (let i = 2; i < arcs.length; i++) octets += base128Bytes(arcs[i])
  return taggedBytes(octets)
}

export function utf8Bytes(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return new TextEncoder().encode(text).length
  return text.length
}

function base128Bytes(value: number): number {
  let octets = 1
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) octets++
  return octets
}
