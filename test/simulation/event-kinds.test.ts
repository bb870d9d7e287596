import { describe, expect, test } from 'vitest'
import { EventKind, inOrder } from '../../src/engine/event-kind.ts'
import { EVENT_KINDS } from '../../src/simulation/event-kinds.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

const ONE_LINK = `version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, rate: 1/s, for: 5s } }
`

describe('event kinds', () => {
  test('are numbered in the order of their list', () => {
    expect(EVENT_KINDS.map(({ number }) => number)).toEqual(EVENT_KINDS.map((_, index) => index))
  })

  test('have one place in one list', () => {
    expect(() => inOrder([EVENT_KINDS[0]])).toThrow('a kind of event has one place: packet arrival')
  })

  test('cannot be scheduled without a place', () => {
    const { timeline } = beginning(scenarioOf(ONE_LINK))
    expect(() => timeline.schedule(1, 0, new EventKind('of nobody'), 0)).toThrow('has a place')
  })

  test('have a handler each', () => {
    const handled = beginning(scenarioOf(ONE_LINK))['handlers']
    const without = EVENT_KINDS.filter(({ number }) => handled[number] === undefined)
    expect(without.map(({ name }) => name)).toEqual(['packet arrival', 'work done', 'connection timer'])
  })
})
