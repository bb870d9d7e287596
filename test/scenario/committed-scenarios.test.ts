import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { JSON_SCHEMAS } from '../../src/scenario/schema/json-schema.ts'

const folder = new URL('../../scenarios/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

describe('the scenarios of the package', () => {
  it.each(files)('scenario %s of the package has no problems, and has the name of its file', (file) => {
    const loaded = loadScenario({ text: readFileSync(new URL(file, folder), 'utf8'), file })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([])
    expect(loaded.ok && loaded.scenario.blueprint.name).toBe(file.replace('.yaml', ''))
  })

  it.each(files)('scenario %s of the package names its schema in the first line', (file) => {
    const [first] = readFileSync(new URL(file, folder), 'utf8').split('\n')
    expect(first).toBe('# yaml-language-server: $schema=../schema/scenario.schema.json')
  })
})

const ajv = new Ajv2020({ allowUnionTypes: true, strictRequired: false, strictTypes: false, strictTuples: false })

/** The YAML files of a folder of the repository and its subfolders. */
function yamlFilesIn(folder: string): string[] {
  return readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => `${folder}/${file}`)
    .sort()
}

describe.each(['scenario', 'attack'] as const)('schema/%s.schema.json', (kind) => {
  it('a committed schema is up to date (npm run schema writes it)', () => {
    const committed = readFileSync(new URL(`../../schema/${kind}.schema.json`, import.meta.url), 'utf8')
    expect(committed).toBe(`${JSON.stringify(JSON_SCHEMAS[kind](), null, 2)}\n`)
  })

  it('a committed schema has a description of every key', () => {
    const undescribed: string[] = []
    const visit = (value: unknown, place: string): void => {
      if (typeof value !== 'object' || value === null) return
      const { properties = {} } = value as { properties?: Record<string, { description?: string }> }
      for (const [key, property] of Object.entries(properties))
        if (property.description === undefined) undescribed.push(`${place}.${key}`)
      // `else` has only the keys that are needed.
      for (const [key, child] of Object.entries(value))
        if (key !== 'else') visit(child, key === 'properties' ? place : `${place}.${key}`)
    }
    visit(JSON_SCHEMAS[kind](), '')
    expect(undescribed).toEqual([])
  })

  it('a committed schema has an address of its own', () => {
    expect(JSON_SCHEMAS[kind]()).toMatchObject({ $id: expect.stringContaining(`/schema/${kind}.schema.json`) })
  })
})

describe('an independent validator', () => {
  const validators = { scenario: ajv.compile(JSON_SCHEMAS.scenario()), attack: ajv.compile(JSON_SCHEMAS.attack()) }
  const mistakesIn = (kind: 'scenario' | 'attack', text: string) => {
    const isValid = validators[kind](parse(text))
    return isValid
      ? []
      : (validators[kind].errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
  }
  const committed = [...yamlFilesIn('scenarios'), ...yamlFilesIn('test/golden/attacks')]
  it.each(committed)('an independent schema validator accepts %s by the schema that its first line names', (file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    const named = /^# yaml-language-server: \$schema=.*\/schema\/(scenario|attack)\.schema\.json\n/.exec(text)
    if (file.startsWith('scenarios/')) expect(named).not.toBeNull()
    expect(mistakesIn(named?.[1] === 'attack' ? 'attack' : 'scenario', text)).toEqual([])
  })

  const whole = `version: 1
hosts: { a: {}, b: {} }
links: { wire: { between: [a, b], delay: 1ms } }
paths: { p: { from: a, to: b } }
workloads: { w: { path: p, requests: 1 } }
`
  it('an independent schema validator refuses an incomplete new entry, and accepts a change of an existing one', () => {
    expect(mistakesIn('scenario', whole)).toEqual([])
    const partial = whole.replace('between: [a, b], ', '')
    expect(mistakesIn('scenario', partial)).toContain("/links/wire: must have required property 'between'")
    expect(mistakesIn('scenario', `${partial}extends: base.yaml`)).toEqual([])
    expect(mistakesIn('scenario', `${partial}cluster: {}`)).toEqual([])
    expect(mistakesIn('scenario', 'extends: base.yaml\nlinks: { wire: { loss: null } }')).toEqual([])
  })

  it.each([
    ['a scenario without paths', whole.replace(/paths.*/, '')],
    ['a scenario without a version', whole.replace('version: 1', '')],
    ['a cluster without a version', 'cluster: {}'],
    ['an unknown key', `${whole}speed: 1\n`],
    ['an unknown key of an entry', whole.replace('delay', 'delays')],
    ['a duration without a unit', whole.replace('1ms', '1')],
    ['an unknown key beside extends', 'extends: base.yaml\nspeed: 1\n'],
    ['an item of a list that is not whole', 'extends: base.yaml\nevents: [{ link: wire }]\n'],
  ])('an independent schema validator refuses %s', (_, text) => {
    expect(mistakesIn('scenario', text)).not.toEqual([])
  })

  it('an independent schema validator refuses an attack without attackers, and one with sections of scenarios', () => {
    const attack = 'attackers: { m: { on: wire, vantage: inline, plan: [{ technique: drop }] } }\n'
    expect(mistakesIn('attack', attack)).toEqual([])
    expect(mistakesIn('attack', 'version: 1')).toEqual([": must have required property 'attackers'"])
    expect(mistakesIn('attack', `${attack}hosts: {}\n`)).not.toEqual([])
    expect(mistakesIn('attack', attack.replace('technique: drop', ''))).not.toEqual([])
  })
})
