/** Returns the SHA-256 of a text, in hexadecimal digits. The caller has it, since an engine has it in its own way. */
export type Sha256 = (text: string) => string

/** The version of the layout of records. */
const LAYOUT = 1

/**
 * Returns a value as the bytes of a file that says by itself whether it is whole: a line with the name of the record and
 * the checksum of the second line, which is the value as JSON. They are the same on every machine.
 */
export function encodeRecord(name: string, value: unknown, sha256: Sha256): string {
  const body = JSON.stringify(value)
  return `${head(name, sha256(body))}${body}\n`
}

/** Reads the value of a record. Returns null for bytes that are damaged, or those of another record. */
export function decodeRecord(name: string, bytes: Uint8Array, sha256: Sha256): { readonly value: unknown } | null {
  const text = new TextDecoder().decode(bytes)
  const end = text.indexOf('\n')
  const body = text.slice(end + 1, -1)
  if (!text.endsWith('\n') || text.slice(0, end + 1) !== head(name, sha256(body))) return null
  try {
    return { value: JSON.parse(body) }
  } catch {
    // A value that somebody changed can have a checksum that is right.
    return null
  }
}

function head(name: string, sha256: string): string {
  return `${JSON.stringify({ onpath: LAYOUT, name, sha256 })}\n`
}
