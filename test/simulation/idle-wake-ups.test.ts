import { describe, expect, test } from 'vitest'
import type { EventKind } from '../../src/engine/event-kind.ts'
import { HTTP2_HEALTH_CHECK } from '../../src/http/http2-health.ts'
import { WORK_DONE } from '../../src/network/processor.ts'
import { TLS_HANDSHAKE_DEADLINE } from '../../src/security/tls-deadlines.ts'
import { IdleWakeUps } from '../../src/simulation/idle-wake-ups.ts'
import { run } from '../../src/simulation/run.ts'
import { REQUEST_TIMEOUT } from '../../src/workload/heartbeats.ts'
import { beginning, COMMITTED_SMALL, finish, resultOf, scenarioOf } from '../fixtures/simulations.ts'

const ONE_LINK = `version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { visits: { path: web, requests: 5, response: 100KB } }
`

/**
 * Runs a scenario. Returns its numbers of events, of packets, and of work that ended before any other event, and the kinds
 * of the other events that were no arrivals and of the idle among them.
 */
function countedRun(text: string, set: readonly string[]) {
  const scenario = scenarioOf(text, set)
  const simulation = beginning(scenario)
  const { timeline } = simulation
  const dispatched: number[] = []
  const idle: number[] = []
  const dispatch = simulation['dispatch'].bind(simulation)
  const note = timeline.noteIdleWakeUp.bind(timeline)
  simulation['dispatch'] = (target, kind, argument) => {
    dispatched.push(kind)
    dispatch(target, kind, argument)
  }
  timeline.noteIdleWakeUp = () => {
    idle.push(dispatched.at(-1) ?? Number.NaN)
    note()
  }
  const { processors } = simulation.parts
  const finishHeld = processors.finishHeld.bind(processors)
  let held = 0
  processors.finishHeld = () => {
    held++
    finishHeld()
  }
  const { events, packets } = finish(simulation, scenario)
  return { events, packets, held, dispatched, idle }
}

const countOf = ({ number }: EventKind, among: readonly number[]) => among.filter((each) => each === number).length

describe('the number of events', () => {
  test('the number of events equals that of delivered packets if nothing is lost, no work takes time and no timer is due', () => {
    const { events, packets } = resultOf(ONE_LINK)
    expect(packets).toBeGreaterThan(500)
    expect(events).toBe(packets)
  })

  test('the number of events does not include time-outs of kubelets that were answered in time', () => {
    const { text } = COMMITTED_SMALL.find(({ name }) => name === 'heartbeats-500')!
    const hosts = ['master', ...Array.from({ length: 8 }, (_, index) => `node-${index + 1}`)]
    // An answer that is taken up late may be behind the kubelet's next request, for which the timeout then looks needed.
    const quiet = hosts.map((name) => `hosts.${name}.noise=none`)
    const { events, packets, held, dispatched, idle } = countedRun(text, ['duration=70s', 'events=[]', ...quiet])
    expect(countOf(REQUEST_TIMEOUT, dispatched)).toBe(0)
    for (const kind of [TLS_HANDSHAKE_DEADLINE, HTTP2_HEALTH_CHECK]) {
      expect(countOf(kind, dispatched)).toBeGreaterThan(7)
      expect(countOf(kind, idle)).toBe(countOf(kind, dispatched))
    }
    expect(new Set(idle)).not.toContain(WORK_DONE.number)
    expect(events).toBe(packets + held + dispatched.length - idle.length)
    expect(held).toBeGreaterThan(countOf(WORK_DONE, dispatched))
  })

  test('the number of events reaches a budget only with events that count', () => {
    const scenario = scenarioOf(ONE_LINK)
    const { events } = run(scenario).result
    expect(run(scenario, { maxEvents: events }).result.events).toBe(events)
    expect(() => run(scenario, { maxEvents: events - 1 })).toThrow('budget')
  })
})

describe('idle wake-ups', () => {
  test('idle wake-ups may follow each other at most once for each pending event', () => {
    const wakeUps = new IdleWakeUps()
    for (let n = 0; n < 4; n++) wakeUps.note(100, 3)
    expect(() => wakeUps.note(100, 3)).toThrow('a timer is due at the deadline')
  })

  test('idle wake-ups are counted anew after an event that counts, and in another state', () => {
    const wakeUps = new IdleWakeUps()
    for (const counted of [100, 101]) for (let n = 0; n < 4; n++) wakeUps.note(counted, 3)
    wakeUps.begin()
    expect(() => wakeUps.note(101, 0)).not.toThrow()
  })
})
