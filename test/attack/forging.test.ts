import { describe, expect, test } from 'vitest'
import type { AttackEvent } from '../../src/attack/state/event-counts.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { blueprintOf } from '../fixtures/clusters.ts'
import { begun, workloadOf } from '../fixtures/simulations.ts'
import { watch } from '../fixtures/watch.ts'
import { type AttackedRun, attacked, mallory, step } from './attack-lab.ts'

const MS = 1_000_000

/** A scenario in which work takes no time, so that the link alone decides which packet arrives first. */
function scenario(path = ''): string {
  return `
seed: 7
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wan: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { logs: { from: client, to: server${path} } }
workloads: { ask: { path: logs, connection: keep-alive, requests: 3, request: 200B, response: 1000B } }
`
}

const TLS = ', tls: { version: 1.3 }'

function counted({ simulation }: AttackedRun, sight: AttackEvent): number {
  return simulation.attack?.events.amount(0, 0, sight) ?? 0
}

function outcome({ result }: AttackedRun) {
  const { completed, failed, unfinished, failures } = workloadOf(result, 'ask')
  return { completed, failed, unfinished, reasons: failures.map(({ reason }) => reason) }
}

const ALL_WELL = { completed: 3, failed: 0, unfinished: 0, reasons: [] }

describe('a forged response that races the genuine one', () => {
  /** The time of an ACK of 52 bytes on the link: the server acknowledges the request before it responds. */
  const ACK_NS = 4_160
  const racing = (delayNs: number) => mallory([step('inject', { delay: delayNs, count: 1 })], { vantage: 'side' })

  test('a forged response that races the genuine one is accepted when it arrives a tick earlier, and the genuine bytes are ignored as duplicates', () => {
    const run = attacked(scenario(), racing(10 * MS + ACK_NS - 1))
    expect(counted(run, 'sent')).toBe(1)
    expect(counted(run, 'forged-answer-accepted')).toBe(1)
    expect(outcome(run)).toEqual(ALL_WELL)
    const simulation = begun(
      makePlan(expandBlueprint({ ...blueprintOf(scenario()), attackers: [racing(10 * MS + ACK_NS - 1)] })),
    )
    const trace = watch(simulation)
    simulation.runUntil(41 * MS, 1000)
    expect(trace.lines(({ payloadBytes }) => payloadBytes === 1118)).toEqual([
      '20.0096 ~mallory>client . 1:1119 ack 320 1170B -> 40.141199',
      '30.04344 server>client P. 1:1119 ack 320 1170B -> 40.1412',
    ])
  })

  test('a forged response that races the genuine one is ignored when it arrives a tick later', () => {
    const run = attacked(scenario(), racing(10 * MS + ACK_NS + 1))
    expect(counted(run, 'sent')).toBe(1)
    expect(counted(run, 'forged-answer-accepted')).toBe(0)
    expect(outcome(run)).toEqual(ALL_WELL)
  })

  test('a forged response that races the genuine one ends the session inside TLS, because the forged record does not decrypt', () => {
    const run = attacked(scenario(TLS), racing(0))
    expect(counted(run, 'sent')).toBe(1)
    expect(counted(run, 'forged-answer-accepted')).toBe(0)
    expect(outcome(run)).toEqual({ completed: 2, failed: 1, unfinished: 0, reasons: ['record broken'] })
  })
})

describe('a forged request after the genuine ones', () => {
  test('a forged request after the genuine ones is answered by the server', () => {
    const match = { from: 'server', kind: 'data' } as const
    const run = attacked(scenario(), mallory([step('inject', { match, count: 1 })], { vantage: 'side' }))
    expect(counted(run, 'forged-request-accepted')).toBe(1)
    expect(outcome(run)).toEqual(ALL_WELL)
  })
})

describe('altered bytes', () => {
  test('altered bytes are accepted without encryption', () => {
    const run = attacked(scenario(), mallory([step('tamper', { match: { from: 'server', kind: 'data' } })]))
    expect(counted(run, 'altered-accepted')).toBe(3)
    expect(outcome(run)).toEqual(ALL_WELL)
  })

  test('altered bytes break a TLS record, and each new session', () => {
    const run = attacked(scenario(TLS), mallory([step('tamper', { match: { from: 'server', kind: 'data' } })]))
    expect(counted(run, 'altered-accepted')).toBe(0)
    expect(outcome(run)).toEqual({ completed: 0, failed: 3, unfinished: 0, reasons: ['record broken'] })
  })
})
