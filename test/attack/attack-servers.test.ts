import { describe, expect, test } from 'vitest'
import type { AttackPlan } from '../../src/attack/attack-plan.ts'
import type { AttackRecord } from '../../src/attack/attack-record.ts'
import { AttackServers, type AttackServersParts } from '../../src/attack/sockets/attack-servers.ts'
import { ForgedResponses, type ForgedResponsesParts } from '../../src/attack/sockets/forged-responses.ts'
import type { ListeningPlace, Offer } from '../../src/attack/sockets/sockets-plan.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import { EventCounts } from '../../src/attack/state/event-counts.ts'
import { KnowledgeLog } from '../../src/attack/state/knowledge-log.ts'
import { ATTACK_TURN, StepScheduler, type StepSchedulerParts } from '../../src/attack/step-scheduler.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Timeline } from '../../src/engine/timeline.ts'
import type { Exchange } from '../../src/http/rows.ts'
import type { Stream } from '../../src/transport/rows.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

const [HOST, ADDRESS, PORT, CLIENT] = [1, 11, 443, 21]
const [HELD, LACKING] = [0, 1]
const STREAM = 0 as Stream

type Step = { readonly technique: UsedTechnique; readonly startTick?: number; readonly endTick?: number }

/** The record of steps of one attacker, who holds one certificate's key. */
function recordOf(steps: readonly Step[]) {
  const { arena, timeline } = aTimeline()
  const plan = {
    attackers: [anAttacker({ heldCertificates: [HELD] })],
    steps: steps.map((step) => ({ ...aStep({ paths: [0] }), ...step })),
    victims: [0],
  } as unknown as AttackPlan
  const state = new AttackState(arena, timeline, plan)
  const events = new EventCounts(arena, timeline, plan)
  const knowledge = new KnowledgeLog(arena, timeline, plan)
  return { timeline, record: { plan, state, events, knowledge } as unknown as AttackRecord, state, events, knowledge }
}

interface PlaceOptions extends Partial<Omit<ListeningPlace, 'offers'>> {
  readonly offers: readonly Offer[]
}

/** Servers of attackers beside two listeners of others; a connection from the client has come to the address. */
function servers(steps: readonly Step[], places: readonly PlaceOptions[], hasCarried = false) {
  const { timeline, record, state } = recordOf(steps)
  const calls: string[] = []
  const call =
    (name: string) =>
    (...all: unknown[]) => {
      calls.push([name, ...all.slice(1)].join(' '))
      return 99
    }
  const parts = {
    timeline,
    streams: { table: { carrier: [0] }, abort: call('abort') },
    tcp: {
      acceptWith: () => {},
      listen: (...all: readonly number[]) => calls.push(`listen ${all.join(' ')}`),
      connections: {
        rowAt: () => 0,
        host: [HOST],
        localAddress: [ADDRESS],
        localPort: [PORT],
        remoteAddress: [CLIENT],
      },
    },
    tls: { accept: call('tls') },
    ssh: { accept: call('ssh') },
    http: { serve: call('http') },
    record,
    places: places.map((place) => ({
      host: HOST,
      address: ADDRESS,
      port: PORT,
      isServers: false,
      ownClients: [],
      ...place,
    })),
    honest: { onAccept: (listener: number) => calls.push(`honest ${listener}`) },
    honestCount: 2,
    isTaken: (host: number, port: number) => host === HOST && port === 22,
    hasCarried: () => hasCarried,
    services: steps.map((_, step) => 100 + step),
    forgedResponses: 500,
  } as unknown as AttackServersParts
  const all = new AttackServers(parts)
  const listening = calls.splice(0)
  const accept = (listener = 2) => {
    all.onAccept(listener, STREAM)
    return calls.splice(0)
  }
  return { timeline, state, record, listening, accept }
}

const http = (step: number): Offer => ({ kind: 'http', step, http2: 7 })
const IMPERSONATE = { technique: 'impersonate-server' } as const

describe('the servers of attackers', () => {
  test('an attacker’s server listens at its own address unless a program does, or in the place of a real server', () => {
    const { listening } = servers(
      [IMPERSONATE],
      [
        { offers: [] },
        { offers: [], port: 22 },
        { offers: [], isServers: true },
        { offers: [], address: 12, port: 80 },
      ],
    )
    expect(listening).toEqual(['listen 1 443 2 11', 'listen 1 80 5 12'])
  })

  test.each<[string, Offer, readonly string[]]>([
    ['HTTP', http(0), ['http 100 7']],
    ['the answers of a healthy kubelet', { kind: 'health', step: 0, http2: 7 }, ['http 500 7']],
    ['TLS', { kind: 'https', step: 0, http2: 7, tlsServer: 8, certificate: NONE }, ['tls 8', 'http 100 7']],
    [
      'TLS with a stolen key',
      { kind: 'https', step: 0, http2: 7, tlsServer: 8, certificate: HELD },
      ['tls 8', 'http 100 7'],
    ],
    ['nothing without the key', { kind: 'https', step: 0, http2: 7, tlsServer: 8, certificate: LACKING }, ['abort']],
    [
      'SSH with a key of its own',
      { kind: 'ssh', step: 0, sshServer: 5, real: { sshServer: 6, hostKey: LACKING } },
      ['ssh 5'],
    ],
    ['SSH with the real key', { kind: 'ssh', step: 0, sshServer: 5, real: { sshServer: 6, hostKey: HELD } }, ['ssh 6']],
  ])('the servers of attackers serve %s', (_, offer, expected) => {
    expect(servers([IMPERSONATE], [{ offers: [offer] }]).accept()).toEqual(expected)
  })

  test('the servers of attackers leave connections to other listeners, and abort those that no step accepts', () => {
    const { accept } = servers([{ ...IMPERSONATE, startTick: 10 }], [{ offers: [http(0)] }])
    expect([accept(1), accept(2)]).toEqual([['honest 1'], ['abort']])
    for (const other of [{ host: 9 }, { address: 9 }, { port: 9 }])
      expect(servers([IMPERSONATE], [{ offers: [http(0)], ...other }]).accept(1)).toEqual(['honest 1'])
  })

  test('an attacker’s server accepts connections for the last step that has begun and not ended', () => {
    const steps = [IMPERSONATE, { ...IMPERSONATE, startTick: 5, endTick: 20 }, { ...IMPERSONATE, startTick: 15 }]
    const { timeline, state, accept } = servers(steps, [{ offers: [http(0), http(1), http(2)] }])
    const servedAt = (tick: number) => {
      timeline.now = tick
      return accept()[0]
    }
    expect([4, 5, 14, 15, 20].map(servedAt)).toEqual([
      'http 100 7',
      'http 101 7',
      'http 101 7',
      'http 102 7',
      'http 102 7',
    ])
    state.disable([2])
    expect([servedAt(19), servedAt(20)]).toEqual(['http 101 7', 'http 100 7'])
  })

  test('an attacker’s server still accepts connections that were diverted before its step ended', () => {
    for (const [technique, expected] of [
      ['impersonate-server', ['http 100 7']],
      ['redirect-service', ['abort']],
    ] as const) {
      const { timeline, accept } = servers([{ technique, endTick: 20 }], [{ offers: [http(0)] }])
      expect(accept()).toEqual(['http 100 7'])
      timeline.now = 20
      expect(accept()).toEqual(expected)
    }
  })

  test('an attacker’s server accepts connections from a Konnectivity agent once the agent has brought one', () => {
    const [steps, places] = [[{ technique: 'claim-agent' }] as const, [{ offers: [http(0)] }]]
    expect(servers(steps, places).accept()).toEqual(['abort'])
    expect(servers(steps, places, true).accept()).toEqual(['http 100 7'])
  })

  test('an attacker’s server takes over connections to a server on its host during a step, and this counts as an act', () => {
    const place = { isServers: true, offers: [http(0), http(1)] }
    const steps = [
      { ...IMPERSONATE, endTick: 20 },
      { ...IMPERSONATE, startTick: 5, endTick: 10 },
    ]
    const { timeline, state, accept } = servers(steps, [place])
    expect(accept(1)).toEqual(['http 100 7'])
    timeline.now = 5
    expect(accept(1)).toEqual(['http 101 7'])
    timeline.now = 20
    expect([accept(1), state.acts(0), state.acts(1)]).toEqual([['honest 1'], 1, 1])
  })

  test('an attacker’s server does not accept the attacker’s own clients in the place of the real server', () => {
    const place = { isServers: true, offers: [http(0)], ownClients: [CLIENT] }
    expect(servers([IMPERSONATE], [place]).accept(1)).toEqual(['honest 1'])
    expect(servers([IMPERSONATE], [{ ...place, ownClients: [5] }]).accept(1)).toEqual(['http 100 7'])
    // Another place at the address takes it then.
    expect(servers([IMPERSONATE, IMPERSONATE], [place, { offers: [http(1)] }]).accept(1)).toEqual(['http 101 7'])
  })
})

test('a false server answers as the real one would, and aborts connections for which it has no answer', () => {
  const calls: string[] = []
  const parts = {
    streams: { abort: (stream: number) => calls.push(`abort ${stream}`) },
    http: { exchanges: { request: [5, 6], stream: [70, 71] } },
    answers: { onRequest: (exchange: number) => calls.push(`answer ${exchange}`) },
    isAnswered: (request: number) => request === 6,
    onForged: (exchange: number) => calls.push(`forged ${exchange}`),
  } as unknown as ForgedResponsesParts
  const responses = new ForgedResponses(parts)
  for (const exchange of [0, 1]) responses.onRequest(exchange as Exchange)
  expect(calls).toEqual(['abort 70', 'forged 1', 'answer 1'])
})

describe('the steps of attackers', () => {
  const TARGET = 40

  interface Options {
    readonly steps: readonly Step[]
    readonly turns?: (step: number) => number
    readonly thefts?: readonly object[]
    readonly agents?: readonly object[]
    readonly areRequestsDone?: boolean
  }

  function scheduler({ steps, turns = () => NONE, thefts = [], agents = [], areRequestsDone = true }: Options) {
    const { record, state, events, knowledge } = recordOf(steps)
    const calls: string[] = []
    const timeline = {
      now: 0,
      handle: () => {},
      schedule: (tick: number, target: number, kind: number, argument: number) => {
        expect([target, kind]).toEqual([TARGET, ATTACK_TURN])
        calls.push(`at ${tick}: ${argument}`)
      },
    }
    const parts = {
      record,
      sockets: { thefts, agents },
      timeline: timeline as unknown as Timeline,
      target: TARGET,
      agents: { onTurn: turns },
      requests: {
        areAllDone: areRequestsDone,
        start: (request: number) => calls.push(`request ${request}`),
        startOf: (step: number) => calls.push(`requests of ${step}`),
      },
      konnectivityAgents: {
        start: (agent: number) => calls.push(`agent ${agent} starts`),
        stop: (agent: number) => calls.push(`agent ${agent} stops`),
      },
    } as unknown as StepSchedulerParts
    return { steps: new StepScheduler(parts), timeline, calls, state, events, knowledge }
  }

  const DROP = { technique: 'drop' } as const

  test('steps begin and end at their ticks, those of tick 0 at once', () => {
    const { steps, calls, state } = scheduler({
      steps: [DROP, { ...DROP, endTick: 50 }, { ...DROP, startTick: 10 }, { ...DROP, startTick: 60, endTick: 60 }],
    })
    steps.begin()
    expect(calls).toEqual(['requests of 0', 'requests of 1', 'at 50: 5', 'at 10: 2', 'at 60: 3'])
    expect([0, 1, 2, 3].map((step) => state.hasBegun(step))).toEqual([true, true, false, false])
  })

  test('a step begins once and runs again when its agent asks for it', () => {
    const { steps, timeline, calls, state } = scheduler({ steps: [{ ...DROP, startTick: 10 }], turns: () => 15 })
    timeline.now = 10
    steps.onTurn(0)
    expect([calls.splice(0), state.hasBegun(0)]).toEqual([['at 15: 0', 'requests of 0'], true])
    timeline.now = 15
    steps.onTurn(0)
    expect(calls).toEqual(['at 15: 0'])
  })

  test('a step can send requests after a pause', () => {
    const { steps, timeline, calls } = scheduler({ steps: [DROP, DROP] })
    timeline.now = 7
    steps.scheduleRequest(3, 5)
    steps.onTurn(2 * 2 + 3)
    steps.onTurn(2 * 2)
    expect(calls).toEqual(['at 12: 7', 'request 3', 'request 0'])
  })

  test('all steps are done when all have begun, the last has ended and no request is open', () => {
    const all = [{ ...DROP, endTick: 20 }, { ...DROP, endTick: 30 }, DROP]
    const { steps, timeline } = scheduler({ steps: all })
    steps.begin()
    const areDoneAt = (tick: number) => {
      timeline.now = tick
      return steps.areAllDone
    }
    expect([20, 29, 30].map(areDoneAt)).toEqual([false, false, true])
    const busy = scheduler({ steps: [DROP], areRequestsDone: false })
    busy.steps.begin()
    expect(busy.steps.areAllDone).toBe(false)
    const late = scheduler({ steps: [{ ...DROP, startTick: 5 }] })
    late.steps.begin()
    expect(late.steps.areAllDone).toBe(false)
  })

  test('a step that steals credentials of its host counts an act for each new one, unless it is disabled', () => {
    const theft = { path: 0, kind: 'token', subject: 4 }
    const thefts = [
      { ...theft, step: 0 },
      { ...theft, step: 0 },
      { ...theft, step: 0, subject: 5 },
      { ...theft, step: 1, subject: 6 },
    ]
    const { steps, state, knowledge } = scheduler({ steps: [DROP, DROP], thefts })
    state.disable([1])
    steps.begin()
    expect(knowledge.all().map(({ step, subject }) => [step, subject])).toEqual([
      [0, 4],
      [0, 5],
    ])
    expect([state.acts(0), state.acts(1)]).toEqual([2, 0])
  })

  test('a step runs a Konnectivity agent with the attacker’s credential from its beginning to its end', () => {
    const agent = { step: 0, agent: 8, paths: [0], credential: null }
    const agents = [
      agent,
      { ...agent, agent: 9, credential: { kind: 'certificate-key', subject: HELD } },
      { ...agent, agent: 10, credential: { kind: 'certificate-key', subject: LACKING } },
      { ...agent, agent: 11, step: 1 },
      { ...agent, agent: 12, step: 2 },
    ]
    const { steps, state, events, calls } = scheduler({ steps: [DROP, DROP, { ...DROP, startTick: 5 }], agents })
    state.disable([1])
    steps.begin()
    expect(calls.filter((text) => text.startsWith('agent'))).toEqual(['agent 8 starts', 'agent 9 starts'])
    expect([state.acts(0), state.acts(1), events.amount(0, 0, 'sent'), events.has(1, 0, 'sent')]).toEqual([
      2,
      0,
      2,
      false,
    ])
    calls.length = 0
    for (const step of [0, 1, 2]) steps.onTurn(3 + step)
    expect(calls).toEqual(['agent 8 stops', 'agent 9 stops', 'agent 10 stops', 'agent 12 stops'])
  })
})
