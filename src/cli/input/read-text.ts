import { closeSync, openSync, readSync } from 'node:fs'
import { onFile, UsageError } from '../usage-error.ts'

/** The largest file that is read. It is far larger than any scenario or result, and ends files such as /dev/zero. */
const LIMIT_BYTES = 64 * 2 ** 20

/**
 * Reads a whole file as UTF-8.
 * @throws UsageError when it cannot be read, or is longer than LIMIT_BYTES
 */
export function readTextFile(path: string): string {
  return onFile('read', path, () => {
    const descriptor = openSync(path, 'r')
    try {
      return readText(descriptor, path)
    } finally {
      closeSync(descriptor)
    }
  })
}

/** Reads an open file to its end, as UTF-8. */
function readText(descriptor: number, name: string): string {
  const chunks: Buffer[] = []
  for (let total = 0; ; ) {
    const chunk = Buffer.alloc(64 * 1024)
    const length = readSync(descriptor, chunk)
    if (length === 0) return Buffer.concat(chunks).toString('utf8')
    total += length
    if (total > LIMIT_BYTES) throw new UsageError(`cannot read ${name}: it is larger than ${LIMIT_BYTES / 2 ** 20} MiB`)
    chunks.push(chunk.subarray(0, length))
  }
}
