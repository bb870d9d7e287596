import { expect, test } from 'vitest'
import { LISTS } from '../../src/cli/lists.ts'
import { namesOf } from '../../src/engine/registry.ts'

test.each(namesOf(LISTS))('list %s has a text for each value, indented by two blanks', (name) => {
  const values = LISTS[name].values()
  const text = LISTS[name].text()
  expect(values.length).toBeGreaterThan(0)
  expect(text.startsWith('  ')).toBe(true)
  expect(text.endsWith('\n')).toBe(true)
  for (const value of values) expect(text).toContain('name' in value ? String(value.name) : '')
  expect(JSON.parse(JSON.stringify(values)).length).toBe(values.length)
})

test('list flags prints the meaning of a flag and its defaults by version', () => {
  expect(LISTS.flags.text()).toContain(
    '  kube-apiserver insecure-port\n    Port of plain HTTP without authentication; 0 turns it off. From 1.20 only 0 is allowed.',
  )
})
