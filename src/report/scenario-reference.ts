import type { ScenarioKey } from '../scenario/schema/scenario-reference.ts'

const HEAD = `# Keys of scenario files

\`npm run docs\` writes this page from the schema in \`src/scenario/schema/\`. NAME stands for a name that the scenario
chooses, \`[]\` for an entry of a list. \`onpath schema\` prints the same as JSON Schema.
`

const COLUMNS = '| key | type | default | range | meaning | example |\n|---|---|---|---|---|---|\n'

/** Returns the reference page in Markdown: a section for each section of a scenario, with a row for each key. */
export function scenarioReference(keys: readonly ScenarioKey[]): string {
  const tops = [...new Set(keys.map(topOf))]
  return [
    HEAD,
    ...tops.map((top) =>
      section(
        top,
        keys.filter((key) => topOf(key) === top),
      ),
    ),
  ].join('\n')
}

function topOf({ path }: ScenarioKey): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path
}

function section(top: string, keys: readonly ScenarioKey[]): string {
  const rows = keys.map(({ path, type, default: byDefault, range, meaning, example }) =>
    [`\`${path}\``, type, byDefault, range, meaning, example === '' ? '' : `\`${example}\``].map(cell).join(' | '),
  )
  return `## \`${top}\`\n\n${COLUMNS}${rows.map((row) => `| ${row} |\n`).join('')}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
