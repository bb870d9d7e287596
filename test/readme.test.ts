import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Simulate } from '../src/cli/simulation/simulate.ts'
import * as library from '../src/index.ts'
import type { Result } from '../src/measure/result.ts'
import { jointTable } from '../src/report/run/joint-table.ts'
import { PLAIN_SCREEN } from '../src/report/screen/screen.ts'
import { run } from '../src/simulation/run.ts'
import * as testing from '../src/testing/index.ts'
import { invoke } from './fixtures/fake-io.ts'
import { MATRIX_COMMAND, matrixExcerpt, pathsExcerpt } from './readme-excerpt.mjs'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const PRESET = 'scenarios/presets/kubeadm-default.yaml'
const pages = [
  'README.md',
  ...readdirSync(new URL('docs/', root)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

/** Blocks of code in a language, in the order in which they stand. */
function blocks(page: string, language: string): string[] {
  return [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, code]) => code)
}

/** The names that a block of TypeScript or JavaScript imports from a module. */
function importedFrom(module: string, code: string): string[] {
  return new RegExp(`import \\{ (.*) \\} from '${module}'`).exec(code)?.[1].split(', ') ?? []
}

describe('README.md', () => {
  const [paths, matrix] = blocks('README.md', 'text')

  test('README.md shows its table of paths and both commands in the first 40 lines, within 105 columns', () => {
    const lines = read('README.md').split('\n').slice(0, 40).join('\n')
    expect(lines).toContain(paths)
    expect(lines).toContain('npm ci && npm start')
    expect(lines).toContain('npm ci && npm test')
    expect(Math.max(...`${paths}${matrix}`.split('\n').map((line) => line.length))).toBeLessThanOrEqual(105)
  })

  test('README.md shows the paths of results/kubernetes-paths (node scripts/write-readme-excerpt.mjs updates it)', () => {
    const print = (results: readonly Result[]) =>
      jointTable(results, { screen: PLAIN_SCREEN, showsAll: false, reproduce: [] })
    expect(paths).toBe(pathsExcerpt(print))
  })

  test('README.md shows the output of `onpath matrix` (node scripts/write-readme-excerpt.mjs updates it)', async () => {
    expect(read('README.md')).toContain(`npx onpath ${MATRIX_COMMAND.join(' ')}`)
    const simulate: Simulate = async (scenario) => run(scenario)
    const { out } = await invoke(MATRIX_COMMAND, { simulate })
    expect(matrix).toBe(matrixExcerpt(out))
  }, 120_000)

  test('README.md has a scenario that runs, meets its expectations, and has the keys that the commands change', () => {
    const [text] = blocks('README.md', 'yaml')
    expect(library.simulateText(text).expectations.map(({ met }) => met)).toEqual([true, true])
    expect(parse(text).links.wan).toMatchObject({ loss: '0.1%', delay: '15ms' })
  })

  test('README.md has a test of an attack that uses matchers and functions that exist', () => {
    const [code] = blocks('README.md', 'ts')
    expect(Object.keys(testing)).toEqual(expect.arrayContaining(importedFrom('onpath/testing', code)))
    expect([...code.matchAll(/\.(to\w+)\(/g)].map(([, name]) => name)).toEqual(['toResist', 'toLeak'])
  })

  describe('the README’s attack test passes with its scenario, and fails', () => {
    const [code] = blocks('README.md', 'ts')
    const [, text] = blocks('README.md', 'yaml')
    const runTest = (scenario: string) => {
      const runScenario = (_: string, options: testing.RunScenarioOptions) =>
        testing.runScenario({ text: scenario }, options)
      const test = (_: string, check: () => void) => check()
      new Function('expect', 'test', 'runScenario', code.replaceAll(/^import .*$/gm, ''))(expect, test, runScenario)
    }

    test('the README’s attack test never fails with the scenario beside it', () => runTest(text))

    test.each([
      ['where the attack works', 'kubeadm-hardened', 'kubeadm-default', /impersonate-server succeeded/],
      ['where nothing carries the secret', ', carries: [exec-stdin]', '', /exec-stdin/],
    ])('the README’s attack test fails %s', (_, from, to, reason) => {
      expect(text).toContain(from)
      expect(() => runTest(text.replace(from, to))).toThrow(reason)
    })
  })
})

describe('docs/library.md', () => {
  const [code] = blocks('docs/library.md', 'js')
  const names = importedFrom('onpath', code)

  test('docs/library.md imports what the library exports', () => {
    expect(names).not.toEqual([])
    expect(Object.keys(library)).toEqual(expect.arrayContaining(names))
  })

  // The example declares a test of its own, here and now.
  const body = code.replaceAll(/^import .*$/gm, '')
  new Function('expect', 'test', 'library', `const { ${names.join(', ')} } = library\n${body}`)(expect, test, library)
})

describe('docs/attacks.md', () => {
  test('docs/attacks.md has an attack that impersonates a kubelet of the preset kubeadm-default', () => {
    const [attack] = blocks('docs/attacks.md', 'yaml')
    const source = { file: PRESET, text: read(PRESET), read }
    const loaded = library.loadScenario(source, { attacks: [{ file: 'mine-attack.yaml', text: attack }] })
    const { verdicts } = loaded.ok ? library.simulate(loaded.scenario) : expect.fail('it does not load')
    expect(verdicts.some(({ outcomes }) => outcomes.includes('impersonated'))).toBe(true)
  })
})

describe.each(pages)('%s', (page) => {
  const scenarios = blocks(page, 'yaml').filter((text) => /^version: 1$/m.test(text) && /^(cluster|paths):/m.test(text))

  test.runIf(scenarios.length > 0)('a page has scenarios without problems', () => {
    for (const text of scenarios) expect(library.loadScenario({ text, file: page })).toMatchObject({ ok: true })
  })

  test('a page names commands and options that exist', async () => {
    const commands = [...read(page).matchAll(/npx onpath ([a-z]+)([^`\n]*)/g)]
    for (const [line, command, rest] of commands) {
      const { code, out } = await invoke([command, '--help'])
      expect(code, line).toBe(0)
      const options = [...rest.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option)
      for (const option of options) expect(out, line).toContain(option)
    }
  })
})
