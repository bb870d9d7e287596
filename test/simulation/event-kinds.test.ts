import { describe, expect, test } from 'vitest'
import { EventKind, inOrder } from '../../src/engine/event-kind.ts'
import { EVENT_KINDS } from '../../src/simulation/event-kinds.ts'
import { beginning, COMMITTED_SMALL, scenarioOf } from '../fixtures/simulations.ts'

const ONE_LINK = `version: 1
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, rate: 1/s, for: 5s } }
`

describe('event kinds', () => {
  test('event kinds are numbered in the order of their list', () => {
    expect(EVENT_KINDS.map(({ number }) => number)).toEqual(EVENT_KINDS.map((_, index) => index))
  })

  test('event kinds each have one place in one list', () => {
    expect(() => inOrder([EVENT_KINDS[0]])).toThrow('a kind of event has one place: packet arrival')
  })

  test('event kinds cannot be scheduled without a place in the list', () => {
    const { timeline } = beginning(scenarioOf(ONE_LINK))
    expect(() => timeline.schedule(1, 0, new EventKind('of nobody'), 0)).toThrow('has a place')
  })

  test('event kinds stop the run with an error when nothing handles them', () => {
    const kind = Object.assign(new EventKind('of nobody'), { number: EVENT_KINDS.length })
    const simulation = beginning(scenarioOf(ONE_LINK))
    simulation.timeline.schedule(1, 0, kind, 0)
    expect(() => simulation.runUntil(1, Number.POSITIVE_INFINITY)).toThrow('every kind of events has a handler')
  })

  test('event kinds each have a handler in a scenario with all subjects', () => {
    const { text } = COMMITTED_SMALL.find(({ name }) => name === 'join')!
    const handlers = beginning(scenarioOf(text)).timeline['handlers']
    const without = EVENT_KINDS.filter(({ number }) => handlers[number] === undefined)
    expect(without.map(({ name }) => name)).toEqual(['attack turn', 'middlebox sweep'])
  })
})
