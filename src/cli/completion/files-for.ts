import type { Files } from '../files/files.ts'

/** Returns the files and folders that begin with a word, folders with a slash at their end. */
export function filesFor(word: string, files: Files): readonly string[] {
  const folder = word.slice(0, word.lastIndexOf('/') + 1)
  const start = word.slice(folder.length)
  const place = folder === '' ? '.' : folder
  if (!files.isFolder(place)) return []
  return files
    .list(place)
    .filter((name) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${folder}${name}${files.isFolder(`${folder}${name}`) ? '/' : ''}`)
}
