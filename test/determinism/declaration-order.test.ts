import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Blueprint } from '../../src/simulation/blueprint.ts'
import { beginning, COMMITTED_SMALL, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'
import { A_BIT_OF_EVERYTHING } from './a-bit-of-everything.ts'

type Reorder = <T>(list: readonly T[]) => T[]

const reversed: Reorder = (list) => [...list].reverse()

/** Returns every second item first, which is neither the order of declaration nor its reverse. */
const shuffled: Reorder = (list) => [...list.filter((_, i) => i % 2 === 1), ...list.filter((_, i) => i % 2 === 0)]

/**
 * Returns the scenario with its entries reordered. The addresses of a host and the ends of a link stay, since the first
 * address is the main one and the first end is `forward`.
 */
function redeclared({ blueprint, expectations }: CheckedScenario, reorder: Reorder): CheckedScenario {
  const lists: Partial<Blueprint> = {
    hosts: reorder(blueprint.hosts),
    links: reorder(blueprint.links),
    routes: reorder(blueprint.routes),
    identities: reorder(blueprint.identities),
    paths: reorder(blueprint.paths),
    workloads: reorder(blueprint.workloads),
    events: reorder(blueprint.events),
  }
  return { blueprint: { ...blueprint, ...lists }, expectations }
}

/** Returns the same document with the keys of every map, at every depth, in another order. */
function rewritten(value: unknown, reorder: Reorder): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, reorder))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(reorder(Object.entries(value)).map(([key, item]) => [key, rewritten(item, reorder)]))
}

function resultOfScenario(scenario: CheckedScenario) {
  return finish(beginning(scenario), scenario)
}

const SCENARIOS = [...COMMITTED_SMALL, { name: 'a bit of everything', text: A_BIT_OF_EVERYTHING }]

describe('a scenario whose declarations are reordered', () => {
  describe.each(SCENARIOS.filter(({ name }) => name !== 'kubernetes-paths'))('in $name', ({ text }) => {
    const expected = resultOf(text)

    test.each([
      ['reversed', reversed],
      ['shuffled', shuffled],
    ] as const)(
      'a scenario has the same result when hosts, links, paths, workloads and the other entries are %s',
      (_, reorder) => {
        expect(resultOfScenario(redeclared(scenarioOf(text), reorder))).toEqual(expected)
      },
    )

    test.each([
      ['reversed', reversed],
      ['shuffled', shuffled],
    ] as const)('a scenario has the same result when the keys of all maps in the file are %s', (_, reorder) => {
      expect(resultOf(stringify(rewritten(parse(text), reorder)))).toEqual(expected)
    })
  })

  test('a scenario has the same result when everything is declared in any order', () => {
    const scenario = scenarioOf(A_BIT_OF_EVERYTHING)
    const expected = resultOfScenario(scenario)
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        const anyOrder: Reorder = (list) =>
          list
            .map((item) => ({ item, rank: choices.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ item }) => item)
        expect(resultOfScenario(redeclared(scenario, anyOrder))).toEqual(expected)
      }),
      { numRuns: 5, endOnFailure: true },
    )
  })
})
