import type { List } from './list.ts'

/** Returns a page of the reference with a table for each list. */
export function wordsPage(lists: readonly List[]): string {
  const sections = lists.map((list) => `${titleOf(list)}\n\n| ${list.noun} | meaning |\n|---|---|\n${rowsOf(list)}\n`)
  return `# Words\n\nThe words of results, attacks and messages. \`onpath explain WORD\` prints each. This page is generated: \`npm run docs\`.\n\n${sections.join('\n')}`
}

function titleOf({ meaning }: List): string {
  return `## ${meaning[0].toUpperCase()}${meaning.slice(1)}`
}

function rowsOf(list: List): string {
  return list
    .items()
    .map(({ name, text }) => {
      const [, ...lines] = text.trimEnd().split('\n')
      return `| \`${name}\` | ${lines
        .map((line) => line.trim())
        .join(' ')
        .replaceAll('|', '\\|')} |`
    })
    .join('\n')
}
