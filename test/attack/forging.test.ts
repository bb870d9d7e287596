import { describe, expect, test } from 'vitest'
import type { AttackEvent } from '../../src/attack/state/event-counts.ts'
import { expandBlueprint } from '../../src/simulation/expansion/expand.ts'
import { makePlan } from '../../src/simulation/plan/make-plan.ts'
import { blueprintOf } from '../fixtures/clusters.ts'
import { begun, workloadOf } from '../fixtures/simulations.ts'
import { watch } from '../fixtures/watch.ts'
import { type AttackedRun, attacked, mallory, step } from './attack-lab.ts'

const MS = 1_000_000

/** Hosts whose work takes no time: only the link decides who comes first. */
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

describe('an answer that is forged races the honest one', () => {
  /** Of 52 bytes: the server acknowledges the request before it answers. */
  const ACK_NS = 4_160
  const racing = (delayNs: number) => mallory([step('inject', { delayNs, count: 1 })], { vantage: 'side' })

  test('one that comes a tick earlier is the answer, and the honest bytes are old news', () => {
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

  test('one that comes a tick later is nothing', () => {
    const run = attacked(scenario(), racing(10 * MS + ACK_NS + 1))
    expect(counted(run, 'sent')).toBe(1)
    expect(counted(run, 'forged-answer-accepted')).toBe(0)
    expect(outcome(run)).toEqual(ALL_WELL)
  })

  test('under a seal it is a record that nobody sealed, and the session is over', () => {
    const run = attacked(scenario(TLS), racing(0))
    expect(counted(run, 'sent')).toBe(1)
    expect(counted(run, 'forged-answer-accepted')).toBe(0)
    expect(outcome(run)).toEqual({ completed: 2, failed: 1, unfinished: 0, reasons: ['record broken'] })
  })
})

describe('a request that is forged comes behind the honest ones', () => {
  test('and the server answers it', () => {
    const match = { from: 'server', to: null, kind: 'data' } as const
    const run = attacked(scenario(), mallory([step('inject', { match, count: 1 })], { vantage: 'side' }))
    expect(counted(run, 'forged-request-accepted')).toBe(1)
    expect(outcome(run)).toEqual(ALL_WELL)
  })
})

describe('changed bytes', () => {
  test('are believed where nothing is sealed', () => {
    const run = attacked(scenario(), mallory([step('tamper', { match: { from: 'server', to: null, kind: 'data' } })]))
    expect(counted(run, 'altered-accepted')).toBe(3)
    expect(outcome(run)).toEqual(ALL_WELL)
  })

  test('break a record of TLS, and each session anew', () => {
    const run = attacked(
      scenario(TLS),
      mallory([step('tamper', { match: { from: 'server', to: null, kind: 'data' } })]),
    )
    expect(counted(run, 'altered-accepted')).toBe(0)
    expect(outcome(run)).toEqual({ completed: 0, failed: 3, unfinished: 0, reasons: ['record broken'] })
  })
})
