import { createHash } from 'node:crypto'

/** The version of the layout of records. */
const LAYOUT = 1

/**
 * Returns a value as the bytes of a file that says by itself whether it is whole: a line with the name of the record and
 * the checksum of the second line, which is the value as JSON. They are the same on every machine.
 */
export function encodeRecord(name: string, value: unknown): string {
  const body = JSON.stringify(value)
  return `${head(name, body)}${body}\n`
}

/** Reads the value of a record. Returns null for bytes that are damaged, or those of another record. */
export function decodeRecord(name: string, bytes: Uint8Array): { readonly value: unknown } | null {
  const text = new TextDecoder().decode(bytes)
  const end = text.indexOf('\n')
  const body = text.slice(end + 1, -1)
  if (!text.endsWith('\n') || text.slice(0, end + 1) !== head(name, body)) return null
  try {
    return { value: JSON.parse(body) }
  } catch {
    // A value that somebody changed can have a checksum that is right.
    return null
  }
}

function head(name: string, body: string): string {
  return `${JSON.stringify({ onpath: LAYOUT, name, sha256: sha256(body) })}\n`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
