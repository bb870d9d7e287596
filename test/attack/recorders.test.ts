import { describe, expect, test } from 'vitest'
import type { AttackPlan, RequestFacts } from '../../src/attack/attack-plan.ts'
import type { AttackRecord } from '../../src/attack/attack-record.ts'
import type { Lock } from '../../src/attack/rows.ts'
import { DecisionRecorder, type DecisionRecorderParts } from '../../src/attack/sockets/decision-recorder.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import { Decisions } from '../../src/attack/state/decisions.ts'
import { EventCounts, NO_PACKET } from '../../src/attack/state/event-counts.ts'
import { KnowledgeLog } from '../../src/attack/state/knowledge-log.ts'
import { Refusals } from '../../src/attack/state/refusals.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import { ExchangePackets } from '../../src/attack/wiretap/exchange-packets.ts'
import { FindingRecorder } from '../../src/attack/wiretap/finding-recorder.ts'
import { type Finding, Locks } from '../../src/attack/wiretap/locks.ts'
import { RefusalRecorder } from '../../src/attack/wiretap/refusal-recorder.ts'
import { StepAttribution } from '../../src/attack/wiretap/step-attribution.ts'
import type { Identity } from '../../src/cluster/access/identity.ts'
import { NONE } from '../../src/engine/table.ts'
import { ExchangeTable } from '../../src/http/exchange.ts'
import type { SessionObserver } from '../../src/security/session-observer.ts'
import type { Stream } from '../../src/transport/rows.ts'
import type { ByteStreams } from '../../src/transport/streams/byte-stream.ts'
import type { Tcp } from '../../src/transport/tcp.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

const ME = 0

/** The record of an attacker's steps with these techniques, on path 0 of two. `mine`: the hosts that it controls. */
function aRecord(techniques: readonly UsedTechnique[], requests: readonly Partial<RequestFacts>[] = [], mine = [3]) {
  const { arena, timeline } = aTimeline()
  const controls = Uint8Array.from([0, 1, 2, 3], (host) => (mine.includes(host) ? 1 : 0))
  const plan = {
    attackers: [anAttacker({ controls }), anAttacker({ name: 'other', controls: new Uint8Array(4) })],
    steps: techniques.map((technique) => ({ ...aStep({ paths: [0], attacker: ME }), technique })),
    victims: [0, 0],
    secrets: [],
    tokens: [],
    certificates: [],
    namedPaths: [0, 1],
    requests: requests.map((facts) => ({
      path: 0,
      token: NONE,
      signedWith: NONE,
      secrets: [],
      messages: 1,
      step: NONE,
      ...facts,
    })),
  } as unknown as AttackPlan
  const state = new AttackState(arena, timeline, plan)
  const events = new EventCounts(arena, timeline, plan)
  const knowledge = new KnowledgeLog(arena, timeline, plan)
  const attribution = new StepAttribution(timeline, plan, state, () => true)
  return { arena, timeline, plan, state, events, knowledge, attribution }
}

describe('a finding', () => {
  const PACKET = { direction: 4, serial: 5 }

  function recorder(...techniques: readonly UsedTechnique[]) {
    const record = aRecord(techniques)
    const kept: (readonly [Lock, Finding])[] = []
    const locks = new Locks(record.arena, record.knowledge)
    locks.keep = (lock, finding) => kept.push([lock, finding])
    return { ...record, kept, findings: new FindingRecorder(record as unknown as AttackRecord, locks) }
  }

  test('a finding is counted for all its steps, with its packet', () => {
    const { findings, events, kept } = recorder('eavesdrop', 'tamper', 'eavesdrop')
    findings.addEvent(PACKET, NONE, [0, 1], 1, 'request-read', 3)
    const amounts = [0, 1, 2].map((step) => events.amount(step, 1, 'request-read'))
    expect([amounts, events.firstPacket(1, 1, 'request-read'), kept]).toEqual([[3, 3, 0], PACKET, []])
    expect(events.has(0, 0, 'request-read')).toBe(false)
  })

  test('a finding counts as an act of a read-only technique if something was read', () => {
    const { findings, state } = recorder('eavesdrop', 'tamper')
    for (const event of ['request-read', 'answer-read', 'key-read', 'chunk-read'] as const)
      findings.addEvent(PACKET, NONE, [0, 1], 0, event, 1)
    expect([state.acts(0), state.acts(1)]).toEqual([4, 0])
    for (const event of ['packet', 'body-read', 'handshake-name', 'altered-accepted'] as const)
      findings.addEvent(PACKET, NONE, [0], 0, event, 1)
    expect(state.acts(0)).toBe(4)
  })

  test('a finding is learned by the attacker of its first step, and by nobody without a step', () => {
    const { findings, knowledge } = recorder('eavesdrop', 'eavesdrop')
    findings.learn(PACKET, NONE, [], 1, 'secret', 7)
    expect(knowledge.all()).toEqual([])
    findings.learn(PACKET, NONE, [1, 0], 1, 'secret', 7)
    expect(knowledge.all()).toMatchObject([{ attacker: ME, step: 1, kind: 'secret', subject: 7, path: 1, ...PACKET }])
  })

  test('a finding under a lock is kept, and neither counted nor learned', () => {
    const { findings, events, knowledge, state, kept } = recorder('eavesdrop', 'eavesdrop')
    const lock = 3 as Lock
    findings.addEvent(PACKET, lock, [0, 1], 1, 'request-read', 2)
    findings.learn(PACKET, lock, [1], 0, 'token', 8)
    expect([events.has(0, 1, 'request-read'), knowledge.all(), state.acts(0)]).toEqual([false, [], 0])
    expect(kept.map(([by]) => by)).toEqual([lock, lock, lock])
    expect(
      kept.map(([, { isKnowledge, step, path, subject, amount }]) => [isKnowledge, step, path, subject, amount]),
    ).toEqual([
      [false, 0, 1, NONE, 2],
      [false, 1, 1, NONE, 2],
      [true, 1, 0, 8, 0],
    ])
    findings.record(NONE, kept[0][1])
    expect(events.amount(0, 1, 'request-read')).toBe(2)
  })
})

describe('a refusal of a peer', () => {
  /** Streams 10 to 12 have the connections 0 to 2; stream 20 is carried by something else. */
  function refused(stream: number, isClient: boolean) {
    const { arena } = aTimeline()
    const refusals = new Refusals(arena)
    const tcp = {
      connections: {
        rowAt: (row: number) => row,
        localAddress: [1, 2],
        localPort: [50_000, 443],
        remoteAddress: [2, 1],
        remotePort: [443, 50_000],
      },
    } as unknown as Tcp
    const carrier: number[] = []
    carrier[10] = 0
    carrier[11] = 1
    const streams = { isCarriedBy: (each: number) => each < 20, table: { carrier } } as unknown as ByteStreams
    const calls: unknown[][] = []
    const next = { onRefused: (...call: unknown[]) => calls.push(call) } as unknown as SessionObserver
    const observer = new RefusalRecorder(refusals, streams, tcp).around(next, { lower: [stream as Stream] })
    observer.onRefused(6, 0, isClient, 'certificate refused')
    expect(calls).toEqual([[6, 0, isClient, 'certificate refused']])
    return refusals.all()
  }

  const ONE = { host: 6, reason: 'certificate refused', clientAddress: 1, serverAddress: 2, serverPort: 443, amount: 1 }

  test('a refusal belongs to the connection from the client to the server’s port, whichever end refuses', () => {
    expect(refused(10, true)).toEqual([ONE])
    expect(refused(11, false)).toEqual([ONE])
  })

  test('a refusal inside a tunnel is not recorded', () => {
    expect(refused(20, true)).toEqual([])
  })
})

describe('a decision of a server', () => {
  const [CLIENT, SERVER, ATTACKER] = [0, 1, 3]
  const ALICE: Identity = { user: 'alice', groups: ['a', 'b'] }
  const IDENTITIES = [{ user: 'bob', groups: [] }, ALICE]
  const [HONEST, OWN, BACKGROUND, OWN_ELSEWHERE, AUTHORIZED] = [0, 1, 2, 3, 4]
  const AUTHOR_OF_CONTENT = [CLIENT, ATTACKER, SERVER]

  /** Requests on the exchange of the number; what a server has read was written by the author of its content. */
  function aServer(
    content = 0,
    hasAccessControl = false,
    carriers: readonly string[] = ['tcp'],
    { hasRelayed = true, isOnClient = false } = {},
  ) {
    const requests: readonly Partial<RequestFacts>[] = [
      { operation: null },
      { step: 1, operation: null },
      { path: NONE },
      { step: 2, path: NONE, operation: null },
      { step: 1, operation: { access: 'authorized' } as RequestFacts['operation'] },
    ]
    const mine = isOnClient ? [ATTACKER, CLIENT] : [ATTACKER]
    const record = aRecord(['relay', 'direct-request', 'direct-request'], requests, mine)
    const { arena, timeline, attribution, state } = record
    if (hasRelayed) state.recordAct(0)
    const decisions = new Decisions(arena, timeline)
    const exchanges = new ExchangeTable(arena)
    const requestPackets = new ExchangePackets(arena, exchanges)
    // Stream 0 is of the exchange, stream 1 below it.
    const [tls, tcp] = [
      { sessions: { lower: [1] } },
      { connections: { rowAt: (row: number) => row, localPort: [443, 8443] } },
    ]
    const named: Readonly<Record<string, object>> = { tls, tcp }
    const parts = {
      arena,
      decisions,
      attribution,
      ends: [{ client: CLIENT, servers: [SERVER], replicas: [] }],
      http: { exchanges, lowerOf: () => 0 },
      streams: {
        table: { host: [SERVER], carrier: [0, 1], receiveContent: [content] },
        contents: { table: { author: AUTHOR_OF_CONTENT } },
        isCarriedBy: (stream: number, carrier: object) => named[carriers[stream]] === carrier,
      },
      tls,
      tcp,
      hasAccessControl,
      identities: IDENTITIES,
      requests: [{ request: OWN_ELSEWHERE, path: 1 }],
      requestPackets,
    } as unknown as DecisionRecorderParts
    const recorder = new DecisionRecorder(parts)
    const ask = (request: number) => {
      const exchange = exchanges.allocate()
      exchanges.request[exchange] = request
      exchanges.stream[exchange] = 0 as Stream
      return exchange
    }
    return { recorder, ask, all: () => decisions.all(), requestPackets }
  }

  const DECIDED = { host: SERVER, port: 443, path: 0, error: 0 }

  test('a server’s decision on an attacker’s request records its identity, and later the response and why it was not passed on', () => {
    const { recorder, ask, all } = aServer()
    const exchange = ask(OWN)
    recorder.onDecided(exchange, ALICE, true, 0)
    expect(all()).toMatchObject([
      { ...DECIDED, step: 1, request: OWN, identity: 1, isByAccess: true, status: 0, answer: 0 },
    ])
    recorder.onResponse(OWN, 502, SERVER, exchange)
    recorder.onNotPassedOn(exchange, 4)
    expect(all()).toMatchObject([{ status: 0, answer: 502, error: 4 }])
  })

  test('a server’s decision names the packet that delivered the request, if it is known', () => {
    const { recorder, ask, all, requestPackets } = aServer()
    const packet = { direction: 4, serial: 5 }
    const exchange = ask(OWN)
    requestPackets.note(exchange, packet)
    recorder.onDecided(exchange, ALICE, true, 0)
    recorder.onDecided(ask(OWN), ALICE, true, 0)
    expect(all().map((decision) => decision.packet)).toEqual([packet, NO_PACKET])
  })

  test('a server’s decision has no identity if none was authenticated or logged', () => {
    const { recorder, ask, all } = aServer()
    recorder.onDecided(ask(OWN), null, false, 401)
    recorder.onDecided(ask(OWN), { user: 'alice', groups: ['a'] }, false, 403)
    recorder.onDecided(ask(OWN), { user: 'bob', groups: [] }, false, 403)
    expect(all().map(({ identity, status }) => [identity, status])).toEqual([
      [NONE, 401],
      [NONE, 403],
      [0, 403],
    ])
  })

  test('a server’s decision belongs to the path of the request, or of the server that received it', () => {
    const { recorder, ask, all } = aServer()
    recorder.onDecided(ask(OWN_ELSEWHERE), null, true, 0)
    recorder.onDecided(ask(OWN), null, true, 0)
    expect(all().map(({ step, path }) => [step, path])).toEqual([
      [2, 1],
      [1, 0],
    ])
  })

  test('a decision on an honest client’s request is not the attacker’s, unless the attacker relayed it', () => {
    for (const [content, steps] of [
      [0, []],
      [1, [0]],
      [2, []],
      [NONE, []],
    ] as const) {
      const { recorder, ask, all } = aServer(content)
      recorder.onDecided(ask(HONEST), null, true, 0)
      recorder.onDecided(ask(BACKGROUND), null, true, 0)
      expect(all().map(({ step }) => step)).toEqual(steps)
    }
  })

  test('a decision on an honest client’s request is not the attacker’s if it relayed nothing or controls the client’s host', () => {
    for (const [content, is] of [
      [1, { hasRelayed: false }],
      [0, { isOnClient: true }],
    ] as const) {
      const { recorder, ask, all } = aServer(content, false, ['tcp'], is)
      recorder.onDecided(ask(HONEST), null, true, 0)
      expect(all()).toEqual([])
    }
  })

  test('a server’s decision is taken from its response if there was no access control', () => {
    const { recorder, ask, all } = aServer()
    for (const status of [101, 200, 399, 400, 404]) recorder.onResponse(OWN, status, SERVER, ask(OWN))
    recorder.onResponse(HONEST, 200, SERVER, ask(HONEST))
    expect(all().map(({ status, answer, isByAccess }) => [status, answer, isByAccess])).toEqual([
      [0, 101, false],
      [0, 200, false],
      [0, 399, false],
      [400, 400, false],
      [404, 404, false],
    ])
  })

  test('a response that a proxy forwards in a cluster makes no decision, because its own server decided', () => {
    for (const [hasAccessControl, count] of [
      [true, 0],
      [false, 1],
    ] as const) {
      const { recorder, ask, all } = aServer(0, hasAccessControl)
      recorder.onResponse(AUTHORIZED, 200, SERVER, ask(AUTHORIZED))
      expect(all().length).toBe(count)
      recorder.onResponse(OWN, 200, SERVER, ask(OWN))
      expect(all().length).toBe(count + 1)
    }
  })

  test.each([
    ['a TCP connection', ['tcp'], 443],
    ['TLS on a TCP connection', ['tls', 'tcp'], 8443],
    ['something else, such as a tunnel', ['other', 'tcp'], NONE],
    ['TLS on something else', ['tls', 'other'], NONE],
  ] as const)(
    'a server’s decision has the server’s port if the exchange has a TCP connection of its own: by %s',
    (_, by, port) => {
      const { recorder, ask, all } = aServer(0, false, by)
      recorder.onDecided(ask(OWN), null, true, 0)
      expect(all().map((decision) => decision.port)).toEqual([port])
    },
  )

  test('a decision that was never made explains nothing', () => {
    const { recorder, ask, all } = aServer()
    recorder.onNotPassedOn(ask(OWN), 4)
    expect(all()).toEqual([])
  })
})
