import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { onFile, UsageError } from './usage-error.ts'

/** The largest file that is read as a text. It is far larger than any scenario or result. */
const LIMIT_BYTES = 64 * 2 ** 20

/**
 * Reads a whole regular file as UTF-8.
 * @throws UsageError when it cannot be read, is UTF-16, a pipe or a device, or is longer than LIMIT_BYTES
 */
export function readTextFile(path: string): string {
  const bytes = readBytes(path, LIMIT_BYTES)
  if (isUtf16(bytes)) throw new UsageError(`cannot read ${path}: it is UTF-16, and must be UTF-8`)
  return new TextDecoder().decode(bytes)
}

/** Returns whether bytes begin with the byte order mark of UTF-16, or with an ASCII character in UTF-16. */
function isUtf16([first, second]: Uint8Array): boolean {
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return hasMark || (second !== undefined && (first === 0) !== (second === 0))
}

/**
 * Reads a whole regular file.
 * @throws UsageError when it cannot be read, is a pipe or a device, or has more bytes than `limit`
 */
export function readBytes(path: string, limit: number): Uint8Array {
  return onFile('read', path, () => {
    const descriptor = openSync(path, WITHOUT_WAITING)
    try {
      return readWhole(descriptor, path, limit)
    } finally {
      closeSync(descriptor)
    }
  })
}

/** A pipe without a writer would block the process that opens it. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Reads the beginning of a file. It throws what the file system does. */
export function readStart(path: string, bytes: number): Uint8Array {
  const descriptor = openSync(path, WITHOUT_WAITING)
  try {
    const start = new Uint8Array(bytes)
    return start.subarray(0, readSync(descriptor, start))
  } finally {
    closeSync(descriptor)
  }
}

function readWhole(descriptor: number, path: string, limit: number): Uint8Array {
  const stats = fstatSync(descriptor)
  if (!stats.isFile() && !stats.isDirectory())
    throw new UsageError(`cannot read ${path}: it is a pipe or a device; write - to read standard input`)
  const tooLarge = new UsageError(`cannot read ${path}: it is larger than ${sizeText(limit)}`)
  if (stats.size > limit) throw tooLarge
  const chunks: Buffer[] = []
  for (let total = 0; ; ) {
    const chunk = Buffer.alloc(64 * 1024)
    const length = readSync(descriptor, chunk)
    if (length === 0) return Buffer.concat(chunks)
    total += length
    // A file below /proc has no size.
    if (total > limit) throw tooLarge
    chunks.push(chunk.subarray(0, length))
  }
}

function sizeText(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`
}
