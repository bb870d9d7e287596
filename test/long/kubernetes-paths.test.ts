import { describe, expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { beginning, COMMITTED, finish, scenarioOf } from '../fixtures/simulations.ts'
import { accountForRequests } from '../simulation/accounts-for-everything.ts'

const { text } = COMMITTED.find(({ name }) => name === 'kubernetes-paths') ?? { text: '' }
const scenario = scenarioOf(text)
const expected = finish(beginning(scenario), scenario)
const NO_LIMIT = Number.POSITIVE_INFINITY

describe('the main scenario', () => {
  test('the main scenario gives the same result when everything is declared in reverse order', () => {
    const { blueprint, expectations } = scenario
    const reversed: CheckedScenario = {
      blueprint: {
        ...blueprint,
        hosts: [...blueprint.hosts].reverse(),
        links: [...blueprint.links].reverse(),
        identities: [...blueprint.identities].reverse(),
        paths: [...blueprint.paths].reverse(),
        workloads: [...blueprint.workloads].reverse(),
      },
      expectations,
    }
    expect(finish(beginning(reversed), reversed)).toEqual(expected)
  })

  test('the main scenario gives the same result in forks, also when they reuse each other’s memory', () => {
    const parent = beginning(scenario)
    for (const share of [0.02, 0.3, 0.7]) {
      parent.runUntil(Math.floor(expected.simulatedNs * share), NO_LIMIT)
      const fork = parent.fork()
      expect(finish(fork, scenario)).toEqual(expected)
      fork.release()
    }
  })

  test('the main scenario divides the time of each request into parts that add up', () => {
    const simulation = beginning(scenario)
    accountForRequests(simulation, finish(simulation, scenario))
  })
})
