import type { Position } from '../tree/source-text.ts'

/** The first words of scenarios that `onpath import` writes. */
export const IMPORT_MARK = '# Imported by onpath.'

/**
 * Returns the file and line of a real cluster from which a value of an imported scenario comes, as the comment behind it
 * says; null for a value of another scenario, or without such a comment.
 */
export function importedFrom({ source, end }: Position): string | null {
  if (!source.text.startsWith(IMPORT_MARK)) return null
  const line = source.text.slice(end, end + 1000).split('\n')[0]
  const comment = /^[\s\]}"']*# (.+)$/.exec(line)?.[1]
  return comment === undefined ? null : comment.replace(/(:\d+): .*$/, '$1')
}
