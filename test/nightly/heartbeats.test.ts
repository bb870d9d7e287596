import { describe, expect, test } from 'vitest'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { beginning, COMMITTED, finish, scenarioOf } from '../fixtures/simulations.ts'
import { accountForRequests } from '../simulation/accounts-for-everything.ts'

const { text } = COMMITTED.find(({ name }) => name === 'heartbeats-500') ?? { text: '' }
const scenario = scenarioOf(text)
const NO_LIMIT = Number.POSITIVE_INFINITY

describe('heartbeats of five hundred nodes for ten minutes', () => {
  const simulation = beginning(scenario)
  const arena = simulation['arena']

  test('heartbeats of five hundred nodes use no more memory at the end than after one minute, except for latencies', () => {
    simulation.runUntil(60 * NS_PER_S, NO_LIMIT)
    const afterMinute = arena.sizeBytes
    const result = finish(simulation, scenario)
    const { samples } = simulation.workloads.measurements
    // A sample has 16 bytes; the log has up to twice the room that it needs.
    expect(arena.sizeBytes - afterMinute).toBeLessThanOrEqual(2 * samples.count * 16)
    // Includes the gaps that tables left when they grew, and room beside narrow columns: rows of all widths are equally
    // far apart.
    expect(arena.sizeBytes).toBeLessThan(10 << 20)
    expect(result.events).toBeLessThan(1_000_000)
    accountForRequests(simulation, result)
  })

  test('heartbeats of five hundred nodes meet the expectations of the scenario, and give the same result in a fork', () => {
    const parent = beginning(scenario)
    parent.runUntil(200 * NS_PER_S, NO_LIMIT)
    const result = finish(parent.fork(), scenario)
    expect(result).toEqual(finish(simulation, scenario))
    expect(result.expectations.filter(({ met }) => !met)).toEqual([])
  })
})
