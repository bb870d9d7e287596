import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { scenarioJsonSchema } from '../../src/scenario/schema/json-schema.ts'

const folder = new URL('../../scenarios/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))

describe('the scenarios of the package', () => {
  it.each(files)('%s has no problems, and has the name of its file', (file) => {
    const loaded = loadScenario({ text: readFileSync(new URL(file, folder), 'utf8'), file })
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([])
    expect(loaded.ok && loaded.scenario.blueprint.name).toBe(file.replace('.yaml', ''))
  })

  it.each(files)('%s names its schema in the first line', (file) => {
    const [first] = readFileSync(new URL(file, folder), 'utf8').split('\n')
    expect(first).toBe('# yaml-language-server: $schema=../schema/scenario.schema.json')
  })
})

describe('schema/scenario.schema.json', () => {
  it('is up to date (npm run schema writes it)', () => {
    const committed = readFileSync(new URL('../../schema/scenario.schema.json', import.meta.url), 'utf8')
    expect(committed).toBe(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
  })

  it('has a description of every key', () => {
    const undescribed: string[] = []
    const visit = (value: unknown, place: string): void => {
      if (typeof value !== 'object' || value === null) return
      const { properties = {} } = value as { properties?: Record<string, { description?: string }> }
      for (const [key, property] of Object.entries(properties))
        if (property.description === undefined) undescribed.push(`${place}.${key}`)
      for (const [key, child] of Object.entries(value)) visit(child, key === 'properties' ? place : `${place}.${key}`)
    }
    visit(scenarioJsonSchema(), '')
    expect(undescribed).toEqual([])
  })
})
