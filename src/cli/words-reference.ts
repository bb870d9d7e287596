import type { List } from './lists/list.ts'
import { LISTS } from './lists.ts'

/** The lists whose words the page explains. The others are long, and `onpath list` prints them. */
const LISTED: readonly List[] = [
  LISTS.outcomes,
  LISTS.marks,
  LISTS.notices,
  LISTS.vantages,
  LISTS.techniques,
  LISTS.policies,
  LISTS.letters,
  LISTS.workloads,
  LISTS.parts,
  LISTS.columns,
  LISTS.outputs,
  LISTS.exits,
  LISTS.codes,
]

/** Returns the page docs/reference/words.md: the words of results, attacks and messages. */
export function wordsReference(): string {
  const sections = LISTED.map((list) => `${titleOf(list)}\n\n| ${list.noun} | meaning |\n|---|---|\n${rowsOf(list)}\n`)
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
