import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as library from '../src/index.ts'
import type { Result } from '../src/measure/result.ts'
import { table } from '../src/report/table.ts'

const root = new URL('../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

/** Blocks of code in a language, in the order in which they stand. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code)
}

describe('the example of a test', () => {
  const [code] = blocks('js')
  const names = /import \{ (.*) \} from 'onpath'/.exec(code)?.[1].split(', ') ?? []

  test('imports what the library has', () => {
    expect(names).not.toEqual([])
    expect(Object.keys(library)).toEqual(expect.arrayContaining(names))
  })

  // It declares its own test, here and now.
  const body = code.replaceAll(/^import .*$/gm, '')
  new Function('expect', 'test', 'library', `const { ${names.join(', ')} } = library\n${body}`)(expect, test, library)
})

describe('the example of a scenario', () => {
  const [text] = blocks('yaml')

  test('has nothing wrong with it, and meets what it expects', () => {
    const { expectations } = library.simulateText(text)
    expect(expectations.map(({ met }) => met)).toEqual([true, true])
  })

  test('has what the commands below it change', () => {
    expect(parse(text).links.wan).toMatchObject({ loss: '0.1%', delay: '15ms' })
  })
})

describe('the excerpt of npm start', () => {
  const [excerpt] = blocks('text')

  test('is what results/kubernetes-paths says (node scripts/write-readme-excerpt.mjs takes it anew)', () => {
    const summary = readFileSync(new URL('results/kubernetes-paths/summary.json', root), 'utf8')
    const lines = table({ hasColor: false })
      .write(JSON.parse(summary) as Result)
      .split('\n')
    const again = 'again: npx onpath run scenarios/kubernetes-paths.yaml --seed 1'
    const shown = excerpt
      .trim()
      .split('\n')
      .filter((line) => line !== '...')
    expect(shown.filter((line) => ![...lines, again].includes(line))).toEqual([])
  })
})

test('links to files that exist', () => {
  const targets = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target)
  const missing = targets.filter((target) => !existsSync(new URL(target, root)))
  expect(targets.length).toBeGreaterThan(5)
  expect(missing).toEqual([])
})
