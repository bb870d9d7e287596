import type { ImportFile } from '../import/import-file.ts'

/** The most files that are read of what is dropped, and the most bytes of each. */
const MOST_FILES = 2_000
const MOST_BYTES = 20_000_000

/** Returns the texts of files, with their paths; of those that are too large, nothing. */
export async function readFiles(files: readonly File[]): Promise<readonly ImportFile[]> {
  const read = files
    .filter(({ size }) => size <= MOST_BYTES)
    .slice(0, MOST_FILES)
    .map(async (file): Promise<ImportFile> => ({ path: pathOf(file), text: await file.text() }))
  const texts = await Promise.all(read)
  return texts.filter(({ text }) => !text.includes('\0'))
}

function pathOf(file: File): string {
  return file.webkitRelativePath === '' ? file.name : file.webkitRelativePath
}

/** Returns the files that were dropped, also those in folders. */
export async function filesOf(dropped: DataTransfer): Promise<readonly ImportFile[]> {
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return readFiles([...dropped.files])
  const found: { readonly path: string; readonly file: File }[] = []
  for (const entry of entries) await collect(entry, found)
  const read = await Promise.all(
    found
      .filter(({ file }) => file.size <= MOST_BYTES)
      .map(async ({ path, file }): Promise<ImportFile> => ({ path, text: await file.text() })),
  )
  return read.filter(({ text }) => !text.includes('\0'))
}

async function collect(entry: FileSystemEntry, found: { path: string; file: File }[]): Promise<void> {
  if (found.length >= MOST_FILES) return
  const path = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    found.push({ path, file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (batch.length === 0) return
    for (const one of batch) await collect(one, found)
  }
}
