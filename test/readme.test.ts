import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as library from '../src/index.ts'
import { jointTable } from '../src/report/run/joint-table.ts'
import * as testing from '../src/testing/index.ts'
import { excerptOf } from './readme-excerpt.mjs'

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
  const [text, cluster] = blocks('yaml')

  test('has nothing wrong with it, and meets what it expects', () => {
    const { expectations } = library.simulateText(text)
    expect(expectations.map(({ met }) => met)).toEqual([true, true])
  })

  test('of a cluster runs', () => {
    const { workloads } = library.simulateText(cluster)
    expect(workloads.find(({ name }) => name === 'top')).toMatchObject({ completed: 50, failed: 0 })
  })

  test('has what the commands below it change', () => {
    expect(parse(text).links.wan).toMatchObject({ loss: '0.1%', delay: '15ms' })
  })
})

describe('the example of an attack', () => {
  const [, , attack] = blocks('yaml')
  const [code] = blocks('ts')

  test('lies over a cluster, and shows what nobody checks', () => {
    const file = 'scenarios/presets/kubeadm-default.yaml'
    const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
    const source = { file, text: read(file), read }
    const loaded = library.loadScenario(source, { attacks: [{ file: 'mine-attack.yaml', text: attack }] })
    const { verdicts, expectations } = loaded.ok ? library.simulate(loaded.scenario) : expect.fail('it does not load')
    expect(verdicts.some(({ outcomes }) => outcomes.includes('impersonated'))).toBe(true)
    expect(expectations.at(-1)).toMatchObject({ met: false })
  })

  test('in a test says what there is to say', () => {
    expect(Object.keys(testing)).toContain('runScenario')
    const matchers = [...code.matchAll(/\.(to\w+)\(/g)].map(([, name]) => name)
    expect(matchers).toEqual(['toResist', 'toLeak'])
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10)
  })
})

describe('the excerpt of npm start', () => {
  const [excerpt] = blocks('text')

  test('is what results/kubernetes-paths says (node scripts/write-readme-excerpt.mjs writes it anew)', () => {
    expect(excerpt).toBe(excerptOf(jointTable))
  })
})

test('links to files that exist', () => {
  const targets = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target)
  const missing = targets.filter((target) => !existsSync(new URL(target, root)))
  expect(targets.length).toBeGreaterThan(5)
  expect(missing).toEqual([])
})
