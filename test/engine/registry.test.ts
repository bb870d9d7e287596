import { expect, test } from 'vitest'
import { fieldOf, isNameOf, mapEntries, namesOf } from '../../src/engine/registry.ts'

const REGISTRY = { second: 2, first: 1 }

test('names come in the order of the registry', () => {
  expect(namesOf(REGISTRY)).toEqual(['second', 'first'])
  expect(mapEntries(REGISTRY, (entry, name) => `${name} ${entry}`)).toEqual({ second: 'second 2', first: 'first 1' })
})

test('a property that every object inherits is not taken for a name in a registry', () => {
  expect(['first', 'third', 'constructor', '__proto__'].filter((text) => isNameOf(REGISTRY, text))).toEqual(['first'])
})

test('a field of all entries keeps their names', () => {
  expect(fieldOf({ a: { size: 1, word: 'x' }, b: { size: 'large', word: 'y' } }, 'size')).toEqual({ a: 1, b: 'large' })
})
