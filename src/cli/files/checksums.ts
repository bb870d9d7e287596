import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Files } from './files.ts'

/** The file with the checksums of the other files of a folder, which `sha256sum -c` reads. */
export const CHECKSUMS = 'SHA256SUMS'

/** Checksums by names of files. */
export type Checksums = ReadonlyMap<string, string>

/** Returns the text of a file of checksums. */
export function checksumsText(folder: string, names: readonly string[], files: Files): string {
  return names.map((name) => `${checksumOf(join(folder, name), files)}  ${name}\n`).join('')
}

/** Reads the checksums in a folder. Returns null when it has none. */
export function readChecksums(folder: string, files: Files): Checksums | null {
  const path = join(folder, CHECKSUMS)
  if (files.kindOf(path) !== 'file') return null
  const lines = new TextDecoder().decode(files.read(path)).split('\n')
  return new Map(
    lines.flatMap((line) => {
      const found = /^([0-9a-f]{64}) [ *](.+)$/.exec(line)
      return found === null ? [] : [[found[2], found[1]]]
    }),
  )
}

export function checksumOf(path: string, files: Files): string {
  return createHash('sha256').update(files.read(path)).digest('hex')
}
