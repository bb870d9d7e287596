import { closeSync, openSync, readSync } from 'node:fs'
import { onFile, UsageError } from '../usage-error.ts'

/** Far more than any scenario or result needs; what goes on for longer (/dev/zero) is not meant. */
const LIMIT_BYTES = 64 * 2 ** 20

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

/** Reads to the end, as UTF-8. */
function readText(descriptor: number, name: string): string {
  const chunks: Buffer[] = []
  for (let total = 0; ; ) {
    const chunk = Buffer.alloc(64 * 1024)
    const length = readSync(descriptor, chunk)
    if (length === 0) return Buffer.concat(chunks).toString('utf8')
    total += length
    if (total > LIMIT_BYTES) throw new UsageError(`cannot read ${name}: it is longer than ${LIMIT_BYTES} bytes`)
    chunks.push(chunk.subarray(0, length))
  }
}
