import { readFileSync } from 'node:fs'
// Loaded before the tests, so that none of them waits for it.
import '../src/index.ts'
import '../src/study/index.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'

const PAGE = readFileSync(new URL('../docs/library.md', import.meta.url), 'utf8')

/** The examples that docs/library.md links to. */
const EXAMPLES = [...PAGE.matchAll(/\]\(https:\/\/[^)]*\/(examples\/[\w-]+\/[\w-]+\.ts)\)/g)].map(([, path]) => path)

afterEach(() => void vi.restoreAllMocks())

test('docs/library.md has an example of each study, and of each kind of object', () => {
  expect(EXAMPLES.map((path) => path.split('/')[1])).toEqual([
    'study',
    'study',
    'study',
    'observer',
    'congestion-control',
    'packet-rule',
    'attacker',
  ])
})

test('docs/library.md answers four questions of many runs, each in at most ten lines', () => {
  const [, questions] = /^## Questions of many runs$([\s\S]*?)^## /m.exec(PAGE) ?? []
  const answers = [...questions.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text)
  const asked = ['await check(', 'await findFix(', 'await findLimits(', 'of sweepPoints(']
  expect(answers.map((text) => asked.filter((call) => text.includes(call)))).toEqual(asked.map((call) => [call]))
  expect(answers.map((text) => text.trimEnd().split('\n').length).filter((lines) => lines > 10)).toEqual([])
})

describe.each(EXAMPLES)('%s', (path) => {
  const code = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  /** The part of the page about it: from its link to the next heading. */
  const [, part] = PAGE.split(path)
  const about = part.split(/^#/m)[0]
  const blocks = (language: string) =>
    [...about.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text)

  // A fix takes many simulations. test/long/consumer.test.ts compares what that example prints.
  test.skipIf(code.includes('findFix'))('an example of docs/library.md prints what the page shows', async () => {
    const printed: string[] = []
    vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(`${line}\n`))
    await import(/* @vite-ignore */ new URL(`../${path}`, import.meta.url).href)
    expect(blocks('text')).toEqual([printed.join('')])
  })

  test('an example of docs/library.md has the lines that the page shows, and says how to run it', () => {
    for (const block of blocks('ts')) expect(code).toContain(block)
    expect(code).toContain(`//     node ${path} `)
    expect(code).not.toMatch(/: any\b|as unknown|as any/)
    expect(code.split('\n').length).toBeLessThan(80)
  })
})
