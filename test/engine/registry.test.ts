import { expect, test } from 'vitest'
import { fieldOf, isNameOf, mapEntries, namesOf } from '../../src/engine/registry.ts'

const REGISTRY = { second: 2, first: 1 }

test('namesOf returns names in the order of the registry', () => {
  expect(namesOf(REGISTRY)).toEqual(['second', 'first'])
  expect(mapEntries(REGISTRY, (entry, name) => `${name} ${entry}`)).toEqual({ second: 'second 2', first: 'first 1' })
})

test('isNameOf rejects the name of a property that every object inherits', () => {
  expect(['first', 'third', 'constructor', '__proto__'].filter((text) => isNameOf(REGISTRY, text))).toEqual(['first'])
})

test('fieldOf returns a field of each entry under the name of the entry', () => {
  expect(fieldOf({ a: { size: 1, word: 'x' }, b: { size: 'large', word: 'y' } }, 'size')).toEqual({ a: 1, b: 'large' })
})
