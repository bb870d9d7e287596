import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file so that it is whole or as it was before, also if the disk is full or the program is ended meanwhile. */
export function writeWhole(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`
  writeFileSync(temporary, content, { flush: true })
  renameSync(temporary, file)
}
