import { describe, expect, test } from 'vitest'
import type { AttackPlan, RequestFacts } from '../../src/attack/attack-plan.ts'
import type { LegOfStep } from '../../src/attack/leg-index.ts'
import type { Leg } from '../../src/attack/planned-attackers.ts'
import type { Lock } from '../../src/attack/rows.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import type { Vantage } from '../../src/attack/vantages.ts'
import type { FindingRecorder } from '../../src/attack/wiretap/finding-recorder.ts'
import { type Encapsulation, NOT_ENCAPSULATED } from '../../src/attack/wiretap/inspection.ts'
import type { Locks } from '../../src/attack/wiretap/locks.ts'
import { MessageReader } from '../../src/attack/wiretap/message-reader.ts'
import { SessionReader } from '../../src/attack/wiretap/session-reader.ts'
import { SessionRegistry, SSH, TLS } from '../../src/attack/wiretap/session-registry.ts'
import { StepAttribution } from '../../src/attack/wiretap/step-attribution.ts'
import { NONE } from '../../src/engine/table.ts'
import { KEX_INIT_ROUND, KEY_EXCHANGE_ROUND } from '../../src/security/ssh-parameters.ts'
import type { TlsDirectory } from '../../src/security/tls-peers.ts'
import { CLIENT_FLIGHT, CLIENT_HELLO, SERVER_FLIGHT } from '../../src/security/tls-session.ts'
import { Contents } from '../../src/transport/streams/content.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

/** Path 0 leads from the client to the server; the attacker's host is its own, and it controls that. */
const [CLIENT, SERVER, STRANGER, MINE] = [0, 1, 2, 3]
const [TOKEN, SECRET, LOCK] = [5, 6, 7 as Lock]
const PACKET = { direction: 8, serial: 9 }

/** A recorder that lists what it is told: an event with its steps, its path and its amount, or an item of knowledge. */
function aRecorder() {
  const told: string[] = []
  const recorder = {
    addEvent: (packet: object, lock: Lock, steps: readonly number[], path: number, event: string, amount: number) => {
      expect([packet, lock]).toMatchObject([PACKET, expect.any(Number)])
      told.push(`${event} ${amount} on ${path} by ${steps}${lock === NONE ? '' : ` under ${lock}`}`)
    },
    learn: (_: object, lock: Lock, steps: readonly number[], path: number, kind: string, subject: number) =>
      told.push(`learns ${kind} ${subject} on ${path} by ${steps}${lock === NONE ? '' : ` under ${lock}`}`),
  }
  return { told, recorder: recorder as unknown as FindingRecorder }
}

interface Options {
  readonly techniques?: readonly UsedTechnique[]
  readonly facts?: Partial<RequestFacts>
  readonly vantage?: Vantage
  readonly certificates?: readonly string[]
  /** The hosts that the attackers control. */
  readonly mine?: readonly number[]
  readonly requests?: number
  readonly attackers?: number
}

function aReader({
  techniques = ['eavesdrop'],
  facts = {},
  vantage = 'inline',
  certificates = [],
  mine = [MINE],
  requests = 1,
  attackers = 1,
}: Options = {}) {
  const { arena, timeline } = aTimeline()
  const controls = Uint8Array.from([CLIENT, SERVER, STRANGER, MINE], (host) => (mine.includes(host) ? 1 : 0))
  const plan = {
    attackers: Array(attackers).fill(anAttacker({ controls, vantage, host: MINE })),
    steps: techniques.map((technique) => ({ ...aStep({ paths: [0] }), technique })),
    victims: [0],
    certificates,
    requests: Array(requests).fill({
      path: 0,
      token: NONE,
      signedWith: NONE,
      secrets: [],
      messages: 1,
      step: NONE,
      ...facts,
    }),
  } as unknown as AttackPlan
  const state = new AttackState(arena, timeline, plan)
  const attribution = new StepAttribution(timeline, plan, state, () => true)
  const { told, recorder } = aRecorder()
  const ends = [{ client: CLIENT, servers: [SERVER], replicas: [] }]
  const reader = new MessageReader(arena, ends, attribution, recorder)
  const legs: readonly LegOfStep[] = techniques.map((_, step) => ({ step, leg: { path: 0 } as Leg }))
  const inspection = { ...PACKET, attacker: 0, legs }
  return { arena, attribution, state, reader, recorder, told, inspection }
}

const around = (more: Partial<Encapsulation> = {}): Encapsulation => ({ ...NOT_ENCAPSULATED, ...more })

describe('a message that an attacker reads', () => {
  test('a message that an attacker reads is recorded for its reading steps, with the number of messages that it counts as', () => {
    const { reader, told, inspection } = aReader({ techniques: ['drop', 'eavesdrop', 'eavesdrop'] })
    reader.readRequest(inspection, around(), 0, CLIENT)
    reader.readResponse(inspection, around(), 0, SERVER)
    reader.readBody(inspection, around(), 0, SERVER, 500)
    reader.readPiece(inspection, around(), 0, SERVER, 'chunk-read')
    expect(told).toEqual([
      'request-read 1 on 0 by 1,2',
      'answer-read 1 on 0 by 1,2',
      'body-read 500 on 0 by 1,2',
      'chunk-read 1 on 0 by 1,2',
    ])
    const isNew = [false, true].map((isResponse) => reader.isNew(0, 0, isResponse))
    expect([reader.wasCarried(0, 0), ...isNew]).toEqual([false, true, true])
  })

  test('a message whose pieces count as messages counts as none itself', () => {
    const { reader, told, inspection } = aReader({ facts: { messages: 0 } })
    reader.readRequest(inspection, around(), 0, CLIENT)
    reader.readResponse(inspection, around(), 0, SERVER)
    expect(told).toEqual(['request-read 0 on 0 by 0', 'answer-read 0 on 0 by 0'])
  })

  test('a message that an attacker reads reveals its token, its secrets and session keys, each under the outer lock', () => {
    const { reader, told, inspection } = aReader({ facts: { token: TOKEN, secrets: [SECRET, SECRET + 10] } })
    reader.readRequest(inspection, around({ isEncrypted: true, lock: LOCK }), 0, CLIENT)
    reader.readBody(inspection, around(), 0, SERVER, 1)
    expect(told).toEqual([
      'request-read 1 on 0 by 0 under 7',
      'learns session-key 0 on 0 by 0 under 7',
      'learns token 5 on 0 by 0 under 7',
      'body-read 1 on 0 by 0',
      'learns secret 6 on 0 by 0',
      'learns secret 16 on 0 by 0',
    ])
  })

  test('a message that an attacker reads is attributed to the path to a replica if the replica is known', () => {
    const { reader, told, inspection } = aReader({ facts: { token: TOKEN, secrets: [SECRET] } })
    reader.readRequest(inspection, around({ replica: 4 }), 0, CLIENT)
    reader.readBody(inspection, around({ replica: 4 }), 0, SERVER, 1)
    expect(told.map((text) => text.split(' on ')[1])).toEqual(['4 by 0', '4 by 0', '4 by 0', '4 by 0'])
  })

  test.each<[string, Partial<RequestFacts>, number]>([
    ['of no path', { path: NONE }, CLIENT],
    ['of an attacker', { step: 0 }, CLIENT],
    ['that the attacker wrote', {}, MINE],
  ])('a message is not recorded as read %s', (_, facts, author) => {
    const { reader, told, inspection } = aReader({ facts })
    reader.readRequest(inspection, around(), 0, author)
    reader.readResponse(inspection, around(), 0, author)
    reader.readBody(inspection, around(), 0, author, 1)
    reader.readPiece(inspection, around(), 0, author, 'key-read')
    expect(told).toEqual([])
  })

  test('a message is read whichever host wrote it in an end’s name, also if the attacker controls the end', () => {
    const stranger = aReader()
    stranger.reader.readRequest(stranger.inspection, around(), 0, STRANGER)
    const ofClient = aReader({ mine: [CLIENT] })
    ofClient.reader.readRequest(ofClient.inspection, around({ clientHost: CLIENT }), 0, CLIENT)
    expect([stranger.told, ofClient.told]).toEqual([['request-read 1 on 0 by 0'], ['request-read 1 on 0 by 0']])
  })

  test('a message that an attacker reads is counted separately for each attacker and request', () => {
    const { reader, state, inspection } = aReader({ techniques: ['impersonate-server'], requests: 3, attackers: 2 })
    state.recordAct(0)
    reader.readRequest(inspection, around({ isOfOwnConnection: true }), 1, CLIENT)
    reader.readRequest({ ...inspection, attacker: 1 }, around({ isOfOwnConnection: true }), 2, CLIENT)
    const news = [0, 1].map((attacker) => [0, 1, 2].map((request) => reader.isNew(attacker, request, false)))
    expect(news).toEqual([
      [true, false, true],
      [true, true, false],
    ])
  })

  test('data without a request, or with an empty body, is not recorded as read', () => {
    const { reader, told, inspection } = aReader()
    reader.readResponse(inspection, around(), NONE, SERVER)
    reader.readBody(inspection, around(), 0, SERVER, 0)
    expect(told).toEqual([])
  })

  test('a message to an attacker’s own end in the place of server or client is left to that end to record', () => {
    const { reader, inspection } = aReader()
    const isLeft = (more: Partial<Encapsulation>) => reader.isForOwnEnd(inspection, around(more), 0)
    expect([isLeft({ serverHost: MINE }), isLeft({ clientHost: MINE })]).toEqual([true, true])
    expect([isLeft({}), isLeft({ serverHost: SERVER }), isLeft({ clientHost: CLIENT })]).toEqual([false, false, false])
    expect([isLeft({ serverHost: STRANGER }), isLeft({ clientHost: STRANGER })]).toEqual([false, false])
    expect(isLeft({ serverHost: MINE, steps: [0] })).toBe(false)
    const { reader: ofNoPath } = aReader({ facts: { path: NONE } })
    expect(ofNoPath.isForOwnEnd(inspection, around({ serverHost: MINE }), 0)).toBe(false)
    const { reader: other, told } = aReader()
    other.readRequest(inspection, around({ serverHost: MINE }), 0, CLIENT)
    expect(told).toEqual([])
  })

  test('a message that an attacker reads belongs to the given steps, if there are any', () => {
    const { reader, told, inspection } = aReader()
    reader.readRequest(inspection, around({ steps: [3, 4] }), 0, CLIENT)
    expect(told).toEqual(['request-read 1 on 0 by 3,4'])
  })

  test('a message on the attacker’s own connection counts for its serving steps, once for wire and end', () => {
    const { reader, state, told, inspection } = aReader({ techniques: ['eavesdrop', 'impersonate-server'] })
    state.recordAct(1)
    const own = around({ isOfOwnConnection: true })
    reader.readRequest(inspection, own, 0, CLIENT)
    reader.readResponse(inspection, own, 0, SERVER)
    expect(told).toEqual(['request-read 1 on 0 by 1', 'answer-read 1 on 0 by 1'])
    const isNew = [false, false, true, true].map((isResponse) => reader.isNew(0, 0, isResponse))
    expect(isNew).toEqual([false, true, false, true])
    expect(reader.wasCarried(0, 0)).toBe(false)
  })

  test('a message through an attacker’s Konnectivity agent also counts for the steps that run the agent', () => {
    const techniques = ['eavesdrop', 'claim-agent'] as const
    const { reader, state, told, inspection } = aReader({ techniques })
    state.recordAct(1)
    reader.readRequest(inspection, around({ isInAgentTunnel: true }), 0, CLIENT)
    reader.readResponse(inspection, around(), 0, SERVER)
    expect(told).toEqual(['request-read 1 on 0 by 0,1', 'answer-read 1 on 0 by 0'])
    expect([reader.wasCarried(0, 0), reader.wasCarried(0, 0), reader.isNew(0, 0, false)]).toEqual([true, false, true])
  })

  test('a message is recorded as carried where root on an intermediate host sees it', () => {
    const techniques = ['eavesdrop', 'claim-agent'] as const
    const { reader, state, told, inspection } = aReader({ techniques, vantage: 'node' })
    state.recordAct(1)
    reader.readRequest(inspection, around(), 0, CLIENT)
    expect(told).toEqual(['request-read 1 on 0 by 0,1'])
  })
})

describe('a session that an attacker observes', () => {
  const [OLD, NEW, MUTUAL, UNASKED, WITHOUT] = [0, 1, 2, 3, 4]
  const CERTIFICATES = ['server', 'client']

  /** A session between the client, which writes content 1, and the server, which writes content 2. */
  function aSession(parameters: number, more: Options & { readonly keyExchange?: string } = {}) {
    const parts = aReader({ certificates: CERTIFICATES, ...more })
    const contents = new Contents(parts.arena)
    const sessions = new SessionRegistry(parts.arena, 1)
    const presents = (name: string) => ({ certificate: { name } })
    const { keyExchange = 'rsa' } = more
    const old = { version: '1.2', keyExchange, serverName: null, alpn: [], presents: presents('client') }
    const tls = {
      clients: [
        { ...old, presents: null },
        { ...old, version: '1.3', serverName: 'node', presents: null },
        { ...old, alpn: ['h2'] },
        old,
        { ...old, presents: null },
      ],
      servers: [false, false, true, false, true].map((isAsked) => ({
        presents: presents('server'),
        clientCertificates: isAsked ? 'required' : 'none',
      })),
    } as unknown as TlsDirectory
    const locks = {
      within: (attacker: number, outer: Lock, certificate: number) => 100 + 10 * attacker + certificate + outer,
    }
    const reader = new SessionReader({
      contents,
      sessions,
      attribution: parts.attribution,
      recorder: parts.recorder,
      locks: locks as unknown as Locks,
      tls,
    })
    const [fromClient, fromServer] = [contents.create(1, 1, CLIENT), contents.create(2, 2, SERVER)]
    const begin = (layer: typeof TLS | typeof SSH, clientHost = CLIENT, serverHost = SERVER) => {
      const observer = sessions.observerOf(layer)
      observer.onSessionBegins(clientHost, 10, true, 1, 1)
      observer.onSessionBegins(serverHost, 20, false, 2, 2)
      observer.onPeerData(clientHost, 10, true, 2, 2)
      observer.onPeerData(serverHost, 20, false, 1, 1)
      if (layer === TLS) observer.onPeerKnown(clientHost, 10, true, parameters, parameters)
    }
    return { ...parts, reader, sessions, fromClient, fromServer, begin }
  }

  test('an observed session reveals names in its hello, and certificates in flights of TLS 1.2', () => {
    const shownIn = (parameters: number, kind: number, isFromServer = false) => {
      const { reader, told, inspection, fromClient, fromServer, begin } = aSession(parameters)
      begin(TLS)
      reader.readTlsFlight(inspection, around(), isFromServer ? fromServer : fromClient, kind, parameters)
      return told
    }
    const [name, ofServer, ofClient] = [
      'handshake-name 1 on 0 by 0',
      'learns certificate 0 on 0 by 0',
      'learns certificate 1 on 0 by 0',
    ]
    expect([OLD, NEW, MUTUAL].map((parameters) => shownIn(parameters, CLIENT_HELLO))).toEqual([[], [name], [name]])
    expect([OLD, NEW, MUTUAL].map((parameters) => shownIn(parameters, SERVER_FLIGHT, true))).toEqual([
      [name, ofServer],
      [],
      [name, ofServer],
    ])
    expect([OLD, NEW, MUTUAL].map((parameters) => shownIn(parameters, CLIENT_FLIGHT))).toEqual([
      [],
      [],
      [name, ofClient],
    ])
  })

  test('an observed session reveals no client certificate if none was requested or sent', () => {
    for (const parameters of [UNASKED, WITHOUT]) {
      const { reader, told, inspection, fromClient, begin } = aSession(parameters)
      begin(TLS)
      reader.readTlsFlight(inspection, around(), fromClient, CLIENT_FLIGHT, parameters)
      expect(told).toEqual([])
    }
  })

  test('an observed session reveals the presence of an unplanned certificate, and nothing if no step observes', () => {
    const unknown = aSession(OLD, { certificates: ['client'] })
    unknown.begin(TLS)
    unknown.reader.readTlsFlight(unknown.inspection, around(), unknown.fromServer, SERVER_FLIGHT, OLD)
    expect(unknown.told).toEqual(['handshake-name 1 on 0 by 0'])
    const { reader, told, inspection, fromServer, begin } = aSession(OLD)
    begin(TLS)
    reader.readTlsFlight({ ...inspection, legs: [] }, around(), fromServer, SERVER_FLIGHT, OLD)
    expect(told).toEqual([])
  })

  test('an observed session is not opened by what was recorded before both ends began', () => {
    const { reader, inspection, fromClient, sessions } = aSession(OLD)
    sessions.observerOf(TLS).onSessionBegins(CLIENT, 10, true, 1, 1)
    expect(reader.inside(inspection, around(), fromClient, TLS)).toBe(null)
    const other = aSession(OLD)
    other.begin(TLS)
    other.reader.readTlsFlight(other.inspection, around(), other.fromServer, SERVER_FLIGHT, OLD)
    expect(other.reader.inside(other.inspection, around(), other.fromServer, TLS)).toBe(null)
  })

  test('an observed SSH session reveals no host key if its server has not begun', () => {
    const { reader, told, inspection, fromServer, sessions } = aSession(NEW)
    const observer = sessions.observerOf(SSH)
    observer.onSessionBegins(CLIENT, 10, true, 1, 1)
    observer.onPeerData(CLIENT, 10, true, 2, 2)
    reader.readSshRound(inspection, around(), fromServer, KEY_EXCHANGE_ROUND)
    expect(told).toEqual([])
  })

  test('a flight of an unknown session reveals nothing', () => {
    const { reader, told, inspection, fromServer } = aSession(OLD)
    reader.readTlsFlight(inspection, around(), fromServer, SERVER_FLIGHT, OLD)
    expect(told).toEqual([])
  })

  test('an observed session reveals nothing to ended steps, and a tunnel of several paths belongs to none of them', () => {
    const { reader, told, inspection, state, fromClient, begin } = aSession(NEW)
    begin(TLS)
    const legs = [...inspection.legs, { step: 0, leg: { path: 1 } as Leg }]
    reader.readTlsFlight({ ...inspection, legs }, around({ isEncrypted: true }), fromClient, CLIENT_HELLO, NEW)
    expect(told).toEqual([])
    reader.readTlsFlight(inspection, around({ isEncrypted: true }), fromClient, CLIENT_HELLO, NEW)
    expect(told).toEqual(['handshake-name 1 on 0 by 0'])
    state.disable([0])
    reader.readTlsFlight(inspection, around(), fromClient, CLIENT_HELLO, NEW)
    expect(told.length).toBe(1)
  })

  test('an observed session is opened by the key of an end, or by the server’s key after a recorded RSA exchange', () => {
    const lockAround = (parameters: number, hasRecorded: boolean, options: Options & { keyExchange?: string } = {}) => {
      const { reader, inspection, fromClient, fromServer, begin } = aSession(parameters, options)
      begin(TLS)
      if (hasRecorded) reader.readTlsFlight(inspection, around(), fromClient, CLIENT_FLIGHT, parameters)
      return reader.inside(inspection, around({ lock: LOCK }), fromServer, TLS)?.lock ?? null
    }
    expect(lockAround(OLD, true)).toBe(107)
    expect(lockAround(OLD, false)).toBe(null)
    expect(lockAround(NEW, true)).toBe(null)
    expect(lockAround(OLD, true, { keyExchange: 'ecdhe' })).toBe(null)
    expect(lockAround(OLD, true, { certificates: ['client'] })).toBe(null)
  })

  test('an observed session is open to an attacker that controls one of its ends', () => {
    for (const [clientHost, serverHost] of [
      [MINE, SERVER],
      [CLIENT, MINE],
    ]) {
      const { reader, inspection, fromClient, begin } = aSession(NEW)
      begin(TLS, clientHost, serverHost)
      expect(reader.inside(inspection, around({ lock: LOCK }), fromClient, TLS)).toEqual({
        ...around({ lock: LOCK, isEncrypted: true }),
        clientHost,
        serverHost,
      })
    }
    const { reader, inspection, fromClient } = aSession(NEW)
    expect(reader.inside(inspection, around(), fromClient, TLS)).toBe(null)
  })

  test('an SSH session that ends on the attacker’s host is the attacker’s own', () => {
    const isOwn = (vantage: Vantage, serverHost: number, clientHost = CLIENT) => {
      const { reader, inspection, fromClient, begin } = aSession(NEW, { vantage })
      begin(SSH, clientHost, serverHost)
      return reader.inside(inspection, around(), fromClient, SSH)
    }
    expect(isOwn('inline', MINE)).toEqual(around({ isEncrypted: true, isOfOwnConnection: true }))
    expect(isOwn('node', MINE)).toEqual(around({ isEncrypted: true }))
    expect(isOwn('inline', SERVER, MINE)).toEqual(around({ isEncrypted: true }))
    expect(isOwn('inline', SERVER)).toBe(null)
  })

  test('an observed SSH session reveals names in its first round, and the host key in the key exchange', () => {
    const shownIn = (round: number, isFromServer: boolean, isKnown = true) => {
      const { reader, told, inspection, fromClient, fromServer, begin } = aSession(NEW)
      if (isKnown) begin(SSH)
      reader.readSshRound(inspection, around(), isFromServer ? fromServer : fromClient, round)
      return told
    }
    expect(shownIn(KEX_INIT_ROUND, true)).toEqual(['handshake-name 1 on 0 by 0'])
    expect(shownIn(KEY_EXCHANGE_ROUND, true)).toEqual([`learns host-key ${SERVER} on 0 by 0`])
    expect([shownIn(KEY_EXCHANGE_ROUND, false), shownIn(KEY_EXCHANGE_ROUND, true, false)]).toEqual([[], []])
    expect(shownIn(KEY_EXCHANGE_ROUND + 1, true)).toEqual([])
  })

  test('a session in a Konnectivity agent’s tunnel is the attacker’s own if its host runs the agent', () => {
    const insideOf = (clientHost: number, vantage: Vantage, isOfOwnConnection = false) => {
      const { reader, inspection } = aSession(NEW, { vantage })
      const outer = around({ clientHost, serverHost: SERVER, isOfOwnConnection, lock: LOCK })
      return reader.insideAgent(inspection, outer)
    }
    const inside = { ...around({ lock: LOCK, isInAgentTunnel: true }) }
    expect(insideOf(MINE, 'inline')).toEqual({ ...inside, isOfOwnConnection: true })
    expect(insideOf(MINE, 'node')).toEqual(inside)
    expect(insideOf(CLIENT, 'inline')).toEqual(inside)
    expect(insideOf(CLIENT, 'inline', true)).toEqual({ ...inside, isOfOwnConnection: true })
  })
})
