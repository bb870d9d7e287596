import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttackPlan, RequestFacts } from '../../src/attack/attack-plan.ts'
import type { AttackRecord } from '../../src/attack/attack-record.ts'
import type { ActingStep, Leg } from '../../src/attack/planned-attackers.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import { ATTACK_EVENTS, EventCounts, NO_PACKET } from '../../src/attack/state/event-counts.ts'
import { KnowledgeLog } from '../../src/attack/state/knowledge-log.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import type { Vantage } from '../../src/attack/vantages.ts'
import { FramePackets } from '../../src/attack/wiretap/frame-packets.ts'
import type { HonestEnds } from '../../src/attack/wiretap/honest-ends.ts'
import { Replicas } from '../../src/attack/wiretap/replicas.ts'
import { Wiretap } from '../../src/attack/wiretap/wiretap.ts'
import { DATA } from '../../src/cluster/konnectivity/tunnel-tables.ts'
import { NONE } from '../../src/engine/table.ts'
import { BODY, REQUEST_HEAD, RESPONSE_HEAD } from '../../src/http/marks.ts'
import type { AddressBook } from '../../src/network/address-book.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { KEX_INIT_ROUND } from '../../src/security/ssh-parameters.ts'
import { CHANNEL_DATA, LOGIN_ROUND } from '../../src/security/ssh-session.ts'
import type { TlsDirectory } from '../../src/security/tls-peers.ts'
import { APPLICATION_DATA, CLIENT_FLIGHT, CLIENT_HELLO } from '../../src/security/tls-session.ts'
import type { Content } from '../../src/transport/rows.ts'
import { Contents } from '../../src/transport/streams/content.ts'
import type { Tcp } from '../../src/transport/tcp.ts'
import { CHUNK, KEY } from '../../src/workload/messages.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

/** Path 0 leads from the client to the server; the attacker's host is no end of it. */
const [CLIENT, SERVER, MINE] = [0, 1, 2]
const [CLIENT_ADDRESS, SERVER_ADDRESS, PORT] = [10, 11, 443]
const DIRECTION = 5
const LEG: Leg = {
  path: 0,
  replica: 0,
  clientAddress: CLIENT_ADDRESS,
  serverAddress: SERVER_ADDRESS,
  serverPort: PORT,
  isSpare: false,
}

interface LabStep extends Partial<ActingStep> {
  readonly technique: UsedTechnique
}

/** A record, by default of 10 bytes that carry nothing. */
interface LabRecord {
  readonly lengthBytes?: number
  readonly value?: number
  readonly subject?: number
  readonly carried?: Content
  readonly carriedOffset?: number
}

interface Options {
  readonly steps?: readonly LabStep[]
  readonly vantage?: Vantage
  readonly host?: number
  /** The hosts that the attacker controls. */
  readonly mine?: readonly number[]
  readonly requests?: readonly Partial<RequestFacts>[]
  readonly ends?: readonly HonestEnds[]
  /** The ends of the connections that packets belong to. */
  readonly sender?: number
  readonly receiver?: number
}

/** A wiretap of one attacker that observes what a test lets pass. */
class WiretapLab {
  readonly contents: Contents
  readonly packets: PacketTable
  readonly wiretap: Wiretap
  readonly frames: FramePackets
  readonly state: AttackState
  readonly timeline
  readonly knowledge: KnowledgeLog
  private readonly events: EventCounts
  private readonly plan: AttackPlan
  private names = 0
  /** The serial number of the packet that passed last. */
  serial = 0
  /** The hosts at the ends of the connection of the next packets. */
  sender: number
  receiver: number

  constructor({
    steps = [{ technique: 'eavesdrop' }],
    vantage = 'passive',
    host = MINE,
    mine = [MINE],
    requests = [{}, {}],
    ends = [{ client: CLIENT, servers: [SERVER], replicas: [] }],
    sender = CLIENT,
    receiver = SERVER,
  }: Options = {}) {
    const { arena, timeline } = aTimeline()
    const controls = Uint8Array.from([CLIENT, SERVER, MINE], (each) => (mine.includes(each) ? 1 : 0))
    this.timeline = timeline
    this.sender = sender
    this.receiver = receiver
    this.contents = new Contents(arena)
    this.packets = new PacketTable(arena)
    this.frames = new FramePackets(arena, this.contents)
    this.plan = {
      attackers: [anAttacker({ controls, vantage, host })],
      steps: steps.map((step) => ({ ...aStep({ paths: [0], legs: [LEG] }), ...step })),
      victims: ends.map(() => SERVER),
      certificates: ['serving'],
      secrets: ['s'],
      tokens: [],
      namedPaths: ends.map((_, path) => path),
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
    const { plan } = this
    this.state = new AttackState(arena, timeline, plan)
    this.events = new EventCounts(arena, timeline, plan)
    this.knowledge = new KnowledgeLog(arena, timeline, plan)
    const { state, events, knowledge } = this
    const tls = {
      clients: [{ version: '1.2', keyExchange: 'rsa', serverName: 'x', alpn: [], presents: null }],
      servers: [{ presents: { certificate: { name: 'serving' } }, clientCertificates: 'none' }],
    } as unknown as TlsDirectory
    const tcp = {
      hasSenderOf: (_: number, at: number) => at === this.sender,
      hasReceiverOf: (_: number, at: number) => at === this.receiver,
    } as unknown as Tcp
    this.wiretap = new Wiretap({
      arena,
      timeline,
      attack: { plan, state, events, knowledge } as AttackRecord,
      packets: this.packets,
      // Each host is reached under its own address: nothing is diverted.
      addresses: { hostOf: (_: number, host: number) => host } as unknown as AddressBook,
      contents: this.contents,
      frames: this.frames,
      tls,
      sessions: new Map(),
      tcp,
      ends,
      replicas: new Replicas(arena, this.contents, ends),
      hasCarried: () => true,
    })
  }

  content(author = CLIENT): Content {
    this.names++
    return this.contents.create(this.names, this.names, author)
  }

  /** Appends a record; returns the range of its bytes. */
  record(
    to: Content,
    kind: number,
    { lengthBytes = 10, value = 0, subject = NONE, carried = NONE, carriedOffset = 0 }: LabRecord = {},
  ): readonly [from: number, until: number] {
    const from = this.contents.lengthBytes(to)
    this.contents.appendMarked(to, lengthBytes, kind, value, 0, carried, carriedOffset, subject)
    return [from, from + lengthBytes]
  }

  /** Lets a packet with these bytes pass, by default all. */
  pass(content: Content, [from, until]: readonly [number, number] = [0, this.contents.lengthBytes(content)]): void {
    const { packets } = this
    const packet = packets.allocate()
    packets.content[packet] = content
    packets.contentOffset[packet] = from
    packets.payloadBytes[packet] = until - from
    packets.source[packet] = CLIENT_ADDRESS
    packets.destination[packet] = SERVER_ADDRESS
    packets.destinationPort[packet] = PORT
    this.wiretap.see(0, packet, DIRECTION, ++this.serial)
    packets.release(packet)
  }

  /** The amounts of the events of a step on a path. */
  seen(step = 0, path = 0): Record<string, number> {
    const amounts = ATTACK_EVENTS.map((event) => [event, this.events.amount(step, path, event)] as const)
    return Object.fromEntries(amounts.filter(([, amount]) => amount > 0))
  }

  /** A session of TLS or SSH whose client writes `content`. */
  session(layer: 'tls' | 'ssh', content: Content, client = CLIENT, server = SERVER): void {
    const { nameHigh, nameLow } = this.contents.table
    const observer = layer === 'tls' ? this.wiretap.tlsSessions : this.wiretap.sshSessions
    observer.onSessionBegins(client, 7, true, nameHigh[content], nameLow[content])
    observer.onSessionBegins(server, 8, false, 99, 99)
    observer.onPeerData(server, 8, false, nameHigh[content], nameLow[content])
    observer.onPeerKnown(server, 8, false, 0, 0)
  }
}

describe('a record that passes an attacker', () => {
  test('a record is read once, after all of it has passed the attacker, in any order of packets and despite repeats', () => {
    const record = fc.record({
      kind: fc.constantFrom('head' as const, 'key' as const, 'chunk' as const),
      lengthBytes: fc.integer({ min: 1, max: 8 }),
    })
    const range = fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 30 }))
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.array(range), (records, ranges) => {
        const lab = new WiretapLab()
        const stream = lab.content()
        const main = lab.content()
        const places = records.map(({ kind, lengthBytes }) => {
          if (kind === 'head') return lab.record(main, REQUEST_HEAD, { lengthBytes, value: 0 })
          const carriedOffset = lab.contents.lengthBytes(stream)
          lab.record(stream, kind === 'key' ? KEY : CHUNK, { lengthBytes })
          return lab.record(main, BODY, { lengthBytes, value: lengthBytes, subject: 1, carried: stream, carriedOffset })
        })
        const end = lab.contents.lengthBytes(main)
        const passed = new Set<number>()
        for (const [from, lengthBytes] of ranges) {
          const until = Math.min(end, from + lengthBytes)
          if (from >= until) continue
          lab.pass(main, [from, until])
          for (let byte = from; byte < until; byte++) passed.add(byte)
          const isRead = ([first, last]: readonly [number, number]) =>
            Array.from({ length: last - first }, (_, i) => first + i).every((byte) => passed.has(byte))
          const read = records.filter((_, nth) => isRead(places[nth]))
          const count = (kind: string) => read.filter((each) => each.kind === kind).length
          const bodies = read.filter(({ kind }) => kind !== 'head')
          const seen = lab.seen()
          expect([seen['request-read'] ?? 0, seen['key-read'] ?? 0, seen['chunk-read'] ?? 0]).toEqual(
            ['head', 'key', 'chunk'].map(count),
          )
          expect(seen['body-read'] ?? 0).toBe(bodies.reduce((sum, { lengthBytes: bytes }) => sum + bytes, 0))
        }
      }),
      { numRuns: 60 },
    )
  })

  test('a record is not read again if its receiver has taken it, or from a changed copy', () => {
    const lab = new WiretapLab()
    const content = lab.content()
    const first = lab.record(content, REQUEST_HEAD)
    const second = lab.record(content, RESPONSE_HEAD, { subject: 0 })
    lab.pass(content, first)
    lab.contents.takeMark(content)
    const copy = lab.contents.alter(content, MINE, 50, 50)
    lab.pass(copy, second)
    lab.pass(content, second)
    lab.pass(copy, first)
    expect(lab.seen()).toEqual({ 'request-read': 1, 'answer-read': 1 })
  })

  test('a record that passed before the first step counts if it comes again during the step', () => {
    const lab = new WiretapLab({
      steps: [
        { technique: 'eavesdrop', startTick: 200 },
        { technique: 'eavesdrop', startTick: 100 },
      ],
    })
    const content = lab.content()
    lab.record(content, REQUEST_HEAD)
    lab.timeline.now = 99
    lab.pass(content)
    expect([lab.seen(0), lab.seen(1)]).toEqual([{}, {}])
    lab.timeline.now = 100
    lab.pass(content)
    expect([lab.seen(0), lab.seen(1)]).toEqual([{}, { 'request-read': 1 }])
    lab.timeline.now = 200
    lab.pass(content)
    expect([lab.seen(0), lab.seen(1)]).toEqual([{}, { 'request-read': 1 }])
  })

  test('a record is not read if all steps are disabled', () => {
    const lab = new WiretapLab()
    const content = lab.content()
    const [, end] = lab.record(content, REQUEST_HEAD)
    lab.state.disableAll()
    lab.pass(content)
    expect([lab.seen(), lab.frames.packetOf(0, content, end)]).toEqual([{}, NO_PACKET])
  })

  test('a record has its last packet as evidence, for a head as for a piece of a body', () => {
    const lab = new WiretapLab()
    const content = lab.content()
    const ends = [
      lab.record(content, CLIENT_HELLO),
      lab.record(content, LOGIN_ROUND),
      lab.record(content, REQUEST_HEAD),
      lab.record(content, RESPONSE_HEAD, { subject: 0 }),
      lab.record(content, BODY, { subject: 0 }),
    ].map(([, end]) => end)
    lab.pass(content, [0, 25])
    lab.pass(content, [25, 50])
    const place = { direction: DIRECTION, serial: 2 }
    expect(ends.map((end) => lab.frames.packetOf(0, content, end))).toEqual([NO_PACKET, NO_PACKET, place, place, place])
  })

  test('a record in data without a packet has no evidence', () => {
    const lab = new WiretapLab()
    const content = lab.content()
    lab.record(content, REQUEST_HEAD)
    lab.pass(content, [4, 4])
    lab.pass(NONE, [0, 10])
    expect(lab.seen()).toEqual({})
  })
})

describe('a body that passes an attacker', () => {
  test('a body that passes an attacker counts for each of its requests', () => {
    const lab = new WiretapLab({ requests: [{ secrets: [0] }, {}] })
    const [content, file] = [lab.content(), lab.content()]
    lab.contents.append(file, 100)
    for (const subject of [0, 1, 1]) lab.record(content, BODY, { value: 60, subject, carried: file, carriedOffset: 0 })
    lab.pass(content)
    expect(lab.seen()).toEqual({ 'body-read': 120 })
    expect(lab.knowledge.all().map(({ kind, subject }) => [kind, subject])).toEqual([['secret', 0]])
  })

  test('a body is read from where it begins in its carrier, and an empty body is not read', () => {
    const lab = new WiretapLab()
    const [content, stream] = [lab.content(), lab.content()]
    for (let i = 0; i < 3; i++) lab.record(stream, KEY)
    lab.record(content, BODY, { value: 10, subject: 0, carried: stream, carriedOffset: 10 })
    lab.record(content, BODY, { value: 10, subject: 0 })
    lab.pass(content)
    expect(lab.seen()).toEqual({ 'body-read': 10, 'key-read': 1 })
  })
})

describe('a connection that ends at the attacker in another host’s name', () => {
  const impersonating = (more: Options) => {
    const lab = new WiretapLab({
      vantage: 'inline',
      steps: [{ technique: 'eavesdrop' }, { technique: 'impersonate-server' }],
      ...more,
    })
    lab.state.recordAct(1)
    const content = lab.content()
    lab.record(content, REQUEST_HEAD)
    lab.pass(content)
    return [lab.seen(0), lab.seen(1)]
  }
  const READ = { 'request-read': 1 }

  test.each([
    ['receives', { receiver: MINE }],
    ['sends', { sender: MINE }],
  ])(
    'a connection that ends at the attacker’s server counts for the serving step where its host %s the packet',
    (_, ends) => {
      expect(impersonating(ends)).toEqual([{}, READ])
    },
  )

  test('a connection between honest ends does not count for a serving step', () => {
    expect(impersonating({})).toEqual([READ, {}])
    expect(impersonating({ vantage: 'node', host: SERVER, mine: [SERVER] })).toEqual([READ, {}])
  })

  test('a body on the attacker’s own connection is counted apart from the same body between others', () => {
    const lab = new WiretapLab({
      vantage: 'inline',
      steps: [{ technique: 'eavesdrop' }, { technique: 'relay' }],
      requests: [{}, {}, {}],
    })
    lab.state.recordAct(1)
    const file = lab.content()
    lab.contents.append(file, 10)
    const body = (subject: number) => {
      const content = lab.content()
      lab.record(content, BODY, { value: 10, subject, carried: file })
      return content
    }
    lab.pass(body(0))
    lab.receiver = MINE
    for (const subject of [2, 0, 0]) lab.pass(body(subject))
    expect([lab.seen(0), lab.seen(1)]).toEqual([{ 'body-read': 10 }, { 'body-read': 20 }])
    // Its end has read them by now.
    for (const request of [2, 0])
      lab.wiretap.readBodyAtEnd(0, [1], { direction: 3, serial: 4 }, request, 0, file, 0, 10)
    expect(lab.seen(1)).toEqual({ 'body-read': 20 })
  })

  test('data of a session that ends at the attacker’s host is left to that end to read', () => {
    const lab = new WiretapLab({ vantage: 'inline' })
    const [sealed, plain, stream] = [lab.content(), lab.content(), lab.content()]
    lab.session('tls', sealed, CLIENT, MINE)
    lab.record(stream, KEY)
    lab.record(plain, BODY, { value: 10, subject: 1, carried: stream })
    lab.record(sealed, APPLICATION_DATA, { value: 10, carried: plain })
    lab.pass(sealed)
    expect(lab.seen()).toEqual({})
    const read = { 'body-read': 10, 'key-read': 1 }
    lab.wiretap.readBodyAtEnd(0, [0], { direction: 3, serial: 4 }, 1, 0, stream, 0, 10)
    expect(lab.seen()).toEqual(read)
    // And what passes of it between others is read besides.
    const onward = lab.content()
    lab.record(onward, BODY, { value: 10, subject: 1, carried: stream })
    lab.pass(onward)
    expect(lab.seen()).toEqual({ 'body-read': 20, 'key-read': 2 })
  })
})

describe('data in sessions and tunnels', () => {
  /** A head in records of these kinds, the innermost first. */
  function wrapped(lab: WiretapLab, ...kinds: readonly number[]): readonly Content[] {
    const all = [lab.content()]
    lab.record(all[0], REQUEST_HEAD)
    for (const kind of kinds) {
      const around = lab.content()
      lab.record(around, kind, { lengthBytes: 40, value: 10, carried: all[0] })
      all.unshift(around)
    }
    return all
  }

  test.each([
    ['TLS', APPLICATION_DATA, 'tls'],
    ['SSH', CHANNEL_DATA, 'ssh'],
  ] as const)('data in %s is read with the key of an end, and by nobody else', (_, kind, layer) => {
    for (const [mine, read] of [
      [[CLIENT], { 'request-read': 1 }],
      [[SERVER], { 'request-read': 1 }],
      [[MINE], {}],
    ] as const) {
      const lab = new WiretapLab({ vantage: 'node', host: mine[0], mine })
      const [outer] = wrapped(lab, kind)
      lab.session(layer, outer)
      lab.pass(outer)
      expect(lab.seen()).toEqual(read)
    }
  })

  test('data in a Konnectivity agent’s tunnel also counts for the steps that run agents', () => {
    const lab = new WiretapLab({
      vantage: 'node',
      host: SERVER,
      mine: [SERVER],
      steps: [{ technique: 'eavesdrop' }, { technique: 'claim-agent' }],
    })
    lab.state.recordAct(1)
    const [plain] = wrapped(lab)
    const [carried] = wrapped(lab, DATA)
    lab.pass(plain)
    expect([lab.seen(0), lab.seen(1)]).toEqual([{ 'request-read': 1 }, {}])
    lab.pass(carried)
    expect([lab.seen(0), lab.seen(1)]).toEqual([{ 'request-read': 2 }, { 'request-read': 1 }])
  })

  describe('under an RSA key exchange that the attacker has recorded', () => {
    function recorded() {
      const lab = new WiretapLab()
      const inner = lab.content()
      lab.record(inner, REQUEST_HEAD)
      const sealed = lab.content()
      lab.session('tls', sealed)
      const flight = lab.record(sealed, CLIENT_FLIGHT)
      const data = lab.record(sealed, APPLICATION_DATA, { value: 10, carried: inner })
      const learn = () =>
        lab.knowledge.learn({ attacker: 0, step: 0, kind: 'certificate-key', subject: 0, path: 0, ...NO_PACKET })
      return { lab, inner, sealed, flight, data, learn }
    }

    test('data under a recorded RSA key exchange is read once, when the server’s key is known, with its original packet', () => {
      const { lab, sealed, data, learn } = recorded()
      lab.pass(sealed)
      expect(lab.seen()['request-read']).toBe(undefined)
      learn()
      expect(lab.seen()['request-read']).toBe(1)
      lab.pass(sealed, data)
      expect(lab.seen()['request-read']).toBe(1)
      expect(lab.knowledge.all().find(({ kind }) => kind === 'session-key')).toMatchObject({
        direction: DIRECTION,
        serial: 1,
      })
    })

    test('data under a recorded RSA key exchange is not read again if it passed in plaintext before', () => {
      const { lab, inner, sealed, learn } = recorded()
      lab.pass(inner)
      lab.pass(sealed)
      learn()
      expect(lab.seen()['request-read']).toBe(1)
    })

    test('data is never read with the server’s key if the RSA key exchange was not recorded', () => {
      const { lab, sealed, data, learn } = recorded()
      lab.pass(sealed, data)
      learn()
      expect(lab.seen()['request-read']).toBe(undefined)
    })
  })
})

describe('a message to a service', () => {
  const ends = [
    { client: CLIENT, servers: [SERVER], replicas: [] },
    { client: CLIENT, servers: [SERVER, MINE], replicas: [0, 2] },
    { client: CLIENT, servers: [MINE], replicas: [] },
  ]
  const steps = [{ technique: 'eavesdrop' as const, paths: [0, 1, 2] }]
  const seenOf = (lab: WiretapLab) => [0, 1, 2].map((path) => lab.seen(0, path))

  test('a message to a service concerns the replica that wrote it', () => {
    const lab = new WiretapLab({ ends, steps, mine: [], requests: [{ path: 1 }, { path: 1 }] })
    const [first, second] = [lab.content(SERVER), lab.content(MINE)]
    lab.record(first, RESPONSE_HEAD, { subject: 0 })
    lab.record(second, RESPONSE_HEAD, { subject: 1 })
    const file = lab.content(MINE)
    lab.contents.append(file, 10)
    lab.record(second, BODY, { value: 10, subject: 1, carried: file })
    lab.pass(first)
    lab.pass(second)
    expect(seenOf(lab)).toEqual([{ 'answer-read': 1 }, {}, { 'answer-read': 1, 'body-read': 10 }])
  })

  test.each([
    ['where an attacker asks for itself', 0],
    ['where it answers nothing that was asked', NONE],
  ])('a message to a service belongs to no path %s', (_, subject) => {
    const lab = new WiretapLab({ ends, steps, requests: [{ path: NONE }] })
    const content = lab.content()
    lab.record(content, RESPONSE_HEAD, { subject })
    lab.pass(content)
    expect(seenOf(lab)).toEqual([{}, {}, {}])
  })
})

test('an observed handshake reveals names on the step’s path', () => {
  const lab = new WiretapLab()
  const [tls, ssh] = [lab.content(), lab.content()]
  lab.record(tls, CLIENT_HELLO)
  lab.pass(tls)
  expect(lab.seen()).toEqual({ 'handshake-name': 1 })
  lab.record(ssh, LOGIN_ROUND, { value: KEX_INIT_ROUND })
  lab.pass(ssh)
  expect(lab.seen()).toEqual({ 'handshake-name': 2 })
})
