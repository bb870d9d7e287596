import { describe, expect, test } from 'vitest'
import type { PassedOn } from '../../src/attack/state/passed-on-log.ts'
import { consequencesOf } from '../../src/measure/verdicts/consequences.ts'
import {
  hasRequestsDuring,
  messagesWithin,
  type PathHistory,
  unusedHistory,
} from '../../src/measure/verdicts/history.ts'
import { newReasons } from '../../src/measure/verdicts/notices.ts'
import { type RunScenarioOptions, runScenario } from '../../src/testing/index.ts'
import { CHECKED_KUBELETS, verdictOf } from './truth-lab.ts'

/** A cluster in which only users send requests; the apiserver passes them on to the kubelet. */
function ofUsers(step: string, { plan = '', ...options }: RunScenarioOptions & { plan?: string } = {}) {
  const text = `
version: 1
duration: 60s
kubernetes: "1.30"
cluster:
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { alice: { groups: [system:masters] } }
  links: { control-to-nodes: public-network, users-to-control: public-network }
paths:
  users: { kind: user-apiserver }
  logs: { kind: apiserver-kubelet, from: master, to: node-1 }
workloads:
  exec: { path: users, kind: exec, target: pods/web, rate: 5/s, for: 4s }
  get-logs: { path: users, kind: logs, target: pods/web, rate: 1/s, for: 10s, response: 10KB }
attackers:
  mallory: { on: control-node-1, vantage: inline, plan: [{ path: logs, technique: ${step} }${plan}] }
`
  return runScenario({ text }, options)
}

describe('requests of users that the apiserver passes on', () => {
  test('requests that the apiserver passes on fail if it refuses an inline attacker on the verified kubelet path: an outage of that path', () => {
    const result = ofUsers('impersonate-server', { set: CHECKED_KUBELETS })
    expect(verdictOf(result)).toMatchObject({
      outcomes: ['outage'],
      noticed: 'security',
      noticedBy: [{ host: 'master', log: 'kube-apiserver', reason: 'x509: certificate signed by unknown authority' }],
    })
    expect(result.workloads.map(({ completed, failed }) => ({ completed, failed }))).toEqual([
      { completed: 0, failed: 1 },
      { completed: 0, failed: 10 },
    ])
  })

  test('requests that the apiserver passes on are disrupted if some of them fail', () => {
    const { outcomes, noticed } = verdictOf(ofUsers('reset, at: 2s, count: 1'))
    expect(outcomes).toEqual(['disrupted'])
    expect(noticed).toBe('fault')
  })

  test('requests that the apiserver passes on are degraded if they take longer', () => {
    expect(verdictOf(ofUsers('delay, delay: 50ms')).outcomes).toEqual(['degraded'])
  })

  test('requests that the apiserver passes on show no difference if the attacker changes nothing', () => {
    expect(verdictOf(ofUsers('eavesdrop')).outcomes).toEqual(['metadata'])
    const { outcomes, noticed } = verdictOf(ofUsers('replay'))
    expect({ outcomes, noticed }).toEqual({ outcomes: ['no-effect'], noticed: 'none' })
  })
})

/**
 * A history with passed-on requests, the nth of which begins at tick 100 n and ends as given, after 10 ticks or `took`.
 */
function history(...ends: readonly (PassedOn['end'] | readonly [PassedOn['end'], number])[]): PathHistory {
  const passedOn = ends.map((one, nth): PassedOn => {
    const [end, took] = typeof one === 'string' ? [one, 10] : one
    return { messages: 1, request: 0, startTick: 100 * nth, endTick: 100 * nth + took, end }
  })
  return { ...unusedHistory(10_000), passedOn }
}

const SPAN = { fromTick: 0, toTick: 10_000 }
const outcomeOf = (attacked: PathHistory, unattacked: PathHistory) => consequencesOf(attacked, unattacked, SPAN).outcome

describe('the consequences of an attack on passed-on requests', () => {
  const whole = history('completed', 'completed', 'completed')

  test('an attack on passed-on requests is an outage if none completes, and a disruption if one fails or stays open', () => {
    expect(outcomeOf(history('server error', 'timed out', 'open'), whole)).toBe('outage')
    expect(outcomeOf(history('completed', 'certificate refused', 'completed'), whole)).toBe('disrupted')
    expect(outcomeOf(history('completed', 'open', 'completed'), whole)).toBe('disrupted')
    expect(outcomeOf(whole, whole)).toBeNull()
    expect(outcomeOf(history('completed', 'forbidden'), history('completed', 'forbidden'))).toBeNull()
  })

  test('a passed-on request has no consequence if it was never sent, or withdrawn before it would have ended anyway', () => {
    expect(outcomeOf(history(['withdrawn', 10], ['withdrawn', 9], 'completed'), whole)).toBeNull()
    expect(outcomeOf(history(), whole)).toBeNull()
    expect(outcomeOf(history('completed', 'completed', 'completed', 'timed out'), whole)).toBeNull()
    expect(outcomeOf(history('completed', 'timed out'), history('completed', 'withdrawn'))).toBeNull()
  })

  test('a passed-on request is a consequence if a user waited longer than it takes without the attack', () => {
    expect(outcomeOf(history('completed', ['withdrawn', 11], 'completed'), whole)).toBe('disrupted')
  })

  test('a passed-on request that is refused without the attack, and not with it, is a consequence', () => {
    const refused = history('forbidden', 'unauthorized', 'server error', 'too many requests')
    expect(outcomeOf(history('timed out', 'timed out', 'timed out', 'timed out'), refused)).toBe('outage')
    expect(outcomeOf(history('timed out', 'unauthorized', 'server error', 'too many requests'), refused)).toBe(
      'disrupted',
    )
    expect(outcomeOf(history('server error', 'forbidden', 'forbidden', 'unauthorized'), refused)).toBeNull()
    expect(outcomeOf(history('connection reset'), history('timed out'))).toBeNull()
  })

  test('an attack on passed-on requests lists reasons of failures that do not occur without it', () => {
    expect(newReasons(history('certificate refused', 'completed'), whole)).toEqual(['certificate refused'])
    expect(newReasons(history('forbidden'), history('forbidden'))).toEqual([])
    expect(newReasons(history('completed', 'completed', 'completed', 'timed out'), whole)).toEqual([])
  })

  test('passed-on messages count from the tick of sending, also of open requests', () => {
    const messages = { sent: [0, 100, 200].map((tick) => ({ startTick: tick, endTick: tick })), open: [] }
    expect(messagesWithin({ messages }, { fromTick: 0, toTick: 100 })).toBe(1)
    expect(messagesWithin({ messages }, { fromTick: 100, toTick: 201 })).toBe(2)
    expect(messagesWithin({ messages: { sent: [], open: [0, 300, 301] } }, { fromTick: 300, toTick: 301 })).toBe(2)
  })

  test('passed-on requests are under way from their beginning to their end', () => {
    expect(hasRequestsDuring(history('open'), { fromTick: 500, toTick: 600 })).toBe(true)
    expect(hasRequestsDuring(history('completed'), { fromTick: 500, toTick: 600 })).toBe(false)
  })
})
