import type { Block } from './page.ts'

/** New source files and lines added to existing ones that a page may need. */
const MAX_NEW_SOURCES = 1
/** The import, the entry of the registry, and the line where it has an effect. */
const MAX_ADDED_LINES = 3

/** Returns what of a page is more than one new file below src/ and these lines. */
export function excessOf(blocks: readonly Block[]): string[] {
  const files = blocks.flatMap((block) => (block.kind === 'file' && isSource(block.path) ? [block.path] : []))
  const diffs = blocks.flatMap((block) => (block.kind === 'diff' && isSource(block.path) ? [block] : []))
  const sum = (of: 'added' | 'removed') =>
    diffs.flatMap(({ hunks }) => hunks).reduce((total, hunk) => total + hunk[of], 0)
  return [
    ...(files.length > MAX_NEW_SOURCES ? [`new source files: ${files.join(', ')}`] : []),
    ...(sum('added') > MAX_ADDED_LINES ? [`${sum('added')} lines added below src/`] : []),
    ...(sum('removed') > sum('added') ? [`${sum('removed')} lines removed below src/`] : []),
  ]
}

/** Returns the files below src/ that a page adds or changes. */
export function sourcesOf(blocks: readonly Block[]): string[] {
  const paths = blocks.flatMap((block) => (block.kind === 'commands' ? [] : [block.path]))
  return [...new Set(paths)].filter(isSource)
}

function isSource(path: string): boolean {
  return path.startsWith('src/')
}
