import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'
import { applyBlock } from './apply-block.ts'
import { blocksOf, PAGES } from './in-copy.ts'
import { parsePage } from './page.ts'
import { excessOf, sourcesOf } from './page-limits.ts'

const PAGE = `# A page

\`\`\`ts file=src/new.ts
export const a = 1

export const b = 2
\`\`\`

\`\`\`diff file=src/old.ts
 first
+second

-third
@@ further down
 last
+very last
\`\`\`

\`\`\`ts
only.to.read()
\`\`\`

\`\`\`sh
test -f src/new.ts
exit 4  # exit 4
\`\`\`
`

const OLD = 'first\n\nthird\nfourth\nlast\n'

function apply(page: string, files: Record<string, string>): string {
  const folder = aFolder(files)
  for (const block of parsePage(page)) applyBlock(block, folder)
  return folder
}

test('the code blocks of a page of docs/adding/ are applied in their order', () => {
  const folder = apply(PAGE, { 'src/old.ts': OLD })
  expect(readFileSync(join(folder, 'src/new.ts'), 'utf8')).toBe('export const a = 1\n\nexport const b = 2\n')
  expect(readFileSync(join(folder, 'src/old.ts'), 'utf8')).toBe('first\nsecond\n\nfourth\nlast\nvery last\n')
})

test.each([
  ['a new file that exists', PAGE, { 'src/old.ts': OLD, 'src/new.ts': '' }, 'line 3: src/new.ts exists already'],
  ['a diff of a file that is missing', PAGE, {}, 'line 9: src/old.ts does not exist'],
  ['lines that stand nowhere', PAGE, { 'src/old.ts': 'first\n' }, 'stand there 0 times, not once:\nfirst\n\nthird'],
  ['lines that stand twice', PAGE, { 'src/old.ts': OLD + OLD }, 'stand there 2 times'],
  ['another exit code', '```sh\necho said; exit 3\n```', {}, 'exited with 3, not 0:\nsaid'],
  ['a command that should fail and does not', '```sh\ntrue  # exit 4\n```', {}, '`true` exited with 0, not 4'],
  ['a fence of another form', '```ts path=src/new.ts\n```', {}, 'line 1: ```ts path=src/new.ts is not of the format'],
  ['a block without an end', '```sh\ntrue', {}, 'line 1: the block has no end'],
])('a page of docs/adding/ with %s is reported with its line number', (_, page, files, message) => {
  expect(() => apply(page, files)).toThrow(message)
})

test('a page of docs/adding/ that adds more than one source file and three lines below src/ is reported', () => {
  expect(excessOf(parsePage(PAGE))).toEqual([])
  const file = (path: string) => `\`\`\`ts file=${path}\n\`\`\`\n`
  expect(excessOf(parsePage(file('test/b.test.ts') + file('src/b.ts') + file('src/c.ts')))).toEqual([
    'new source files: src/b.ts, src/c.ts',
  ])
  expect(excessOf(parsePage('```diff file=src/old.ts\n a\n+b\n+c\n+d\n+e\n```'))).toEqual(['4 lines added below src/'])
  expect(excessOf(parsePage('```diff file=src/old.ts\n a\n-b\n```'))).toEqual(['1 lines removed below src/'])
})

/** The source files that a newcomer touches: the new one, the registry, and for a flag the mechanism that reads it. */
const SOURCES = {
  'ci-output.md': 2,
  'command.md': 2,
  'congestion-control.md': 2,
  'distribution.md': 2,
  'flag.md': 3,
  'host-key.md': 2,
  'jitter.md': 2,
  'link-profile.md': 2,
  'path-kind.md': 2,
  'program.md': 2,
  'report-format.md': 2,
  'scenario-key.md': 2,
  'technique.md': 2,
}

test('the task of each page of docs/adding/ takes two source files, and three for a flag that has an effect', () => {
  expect(Object.fromEntries(PAGES.map((name) => [name, sourcesOf(blocksOf(name)).length]))).toEqual(SOURCES)
})

test('the index of docs/adding/ lists every page', () => {
  const folder = new URL('../../docs/adding/', import.meta.url)
  const index = readFileSync(new URL('README.md', folder), 'utf8')
  const pages = readdirSync(folder).filter((name) => name !== 'README.md')
  expect(pages.filter((page) => !index.includes(`(${page})`))).toEqual([])
})
