import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scenarioReference } from '../../src/report/scenario-reference.ts'
import { scenarioKeys } from '../../src/scenario/schema/scenario-reference.ts'

const keys = scenarioKeys()

test('docs/reference/scenario.md is up to date (npm run docs writes it)', () => {
  const committed = readFileSync(new URL('../../docs/reference/scenario.md', import.meta.url), 'utf8')
  expect(committed).toBe(scenarioReference(keys))
})

test('every key of a scenario has a type and a meaning, and an example unless it is planned', () => {
  const unclear = keys.filter(
    ({ type, meaning, example }) => type === '' || meaning === '' || (example === '' && type !== 'not modelled yet'),
  )
  expect(unclear.map(({ path }) => path)).toEqual([])
})

test('the reference of a quantity has its units, default, range and an example', () => {
  expect(keys.find(({ path }) => path === 'links.NAME.rate')).toEqual({
    path: 'links.NAME.rate',
    type: 'rate (bps, kbps, Mbps, Gbps)',
    default: 'unlimited',
    range: 'from 1kbps to 10000Gbps',
    meaning: 'The rate at which the link sends IP packets.',
    example: '100Mbps',
  })
})

test('a bar in a description is escaped in the table of the reference page', () => {
  const page = scenarioReference([{ path: 'a', type: 't', default: '', range: '', meaning: 'x | y', example: '' }])
  expect(page).toContain('| `a` | t |  |  | x \\| y |  |\n')
})
