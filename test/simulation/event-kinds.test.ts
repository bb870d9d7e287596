import { describe, expect, test } from 'vitest'
import * as kinds from '../../src/engine/event-kinds.ts'
import { KIND_LIMIT } from '../../src/engine/pending-event-set.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

const ONE_LINK = `version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, rate: 1/s, for: 5s } }
`

describe('event kinds', () => {
  test('are numbered from 0 without gaps, and fit the bits of an event key', () => {
    const numbers = Object.values(kinds).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, index) => index))
    expect(numbers.length).toBeLessThanOrEqual(KIND_LIMIT)
  })

  test('stop the run with an error that names the kind when they have no handler', () => {
    const simulation = beginning(scenarioOf(ONE_LINK))
    simulation.timeline.schedule(1, 0, KIND_LIMIT - 1, 0)
    expect(() => simulation.runUntil(1, Number.POSITIVE_INFINITY)).toThrow('dispatch handles every event kind: 63')
  })
})
