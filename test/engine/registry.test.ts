import { expect, test } from 'vitest'
import { isNameOf, mapEntries, namesOf } from '../../src/engine/registry.ts'

const REGISTRY = { second: 2, first: 1 }

test('names come in the order of the registry', () => {
  expect(namesOf(REGISTRY)).toEqual(['second', 'first'])
  expect(mapEntries(REGISTRY, (entry, name) => `${name} ${entry}`)).toEqual({ second: 'second 2', first: 'first 1' })
})

test('what every object inherits is no name', () => {
  expect(['first', 'third', 'constructor', '__proto__'].filter((text) => isNameOf(REGISTRY, text))).toEqual(['first'])
})
