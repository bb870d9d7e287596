import { describe, expect, test } from 'vitest'
import type { AttackPlan, RequestFacts } from '../../src/attack/attack-plan.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import { AcceptedMessages } from '../../src/attack/wiretap/accepted-messages.ts'
import { ExchangePackets } from '../../src/attack/wiretap/exchange-packets.ts'
import { FramePackets } from '../../src/attack/wiretap/frame-packets.ts'
import type { HonestEnds } from '../../src/attack/wiretap/honest-ends.ts'
import { Replicas } from '../../src/attack/wiretap/replicas.ts'
import { StepAttribution } from '../../src/attack/wiretap/step-attribution.ts'
import type { Wiretap } from '../../src/attack/wiretap/wiretap.ts'
import { NONE } from '../../src/engine/table.ts'
import { ExchangeTable } from '../../src/http/exchange.ts'
import type { Http } from '../../src/http/http.ts'
import type { Exchange } from '../../src/http/rows.ts'
import type { Content, Stream } from '../../src/transport/rows.ts'
import type { ByteStreams } from '../../src/transport/streams/byte-stream.ts'
import { Contents } from '../../src/transport/streams/content.ts'
import { CHUNK, ECHO, KEY, MESSAGE } from '../../src/workload/messages.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

/** Path 0 leads from the client to the server. Attackers control the hosts 3 and 4; host 2 is nobody's. */
const [CLIENT, SERVER, STRANGER, MINE, OTHERS] = [0, 1, 2, 3, 4]
const PACKET = { direction: 6, serial: 7 }
const END = 50

const ENDS: HonestEnds = { client: CLIENT, servers: [SERVER], replicas: [] }

interface Options {
  readonly techniques: readonly UsedTechnique[]
  readonly facts?: Partial<RequestFacts>
  /** The steps that have acted; default: all. */
  readonly acted?: readonly number[]
  /** Whether a request, and whether a response, is new to the attacker. */
  readonly isNew?: readonly [request: boolean, response: boolean]
  readonly wasCarried?: boolean
  /** The hosts that the first attacker controls. */
  readonly mine?: readonly number[]
  /** The ends of path 0, where they are not the client and the server. */
  readonly ends?: HonestEnds
}

function aPlace({
  techniques,
  facts = {},
  acted = [...techniques.keys()],
  isNew = [true, true],
  wasCarried = false,
  mine = [MINE],
  ends: endsOf = ENDS,
}: Options) {
  const { arena, timeline } = aTimeline()
  const attackerOn = (hosts: readonly number[]) =>
    anAttacker({ controls: Uint8Array.from([0, 1, 2, 3, 4], (each) => (hosts.includes(each) ? 1 : 0)) })
  const plan = {
    attackers: [attackerOn(mine), attackerOn([OTHERS])],
    steps: techniques.map((technique) => ({ ...aStep({ paths: [0] }), technique })),
    victims: [0],
    requests: [
      {
        path: 0,
        token: NONE,
        signedWith: NONE,
        secrets: [],
        messages: 1,
        step: NONE,
        isOnOthersConnection: false,
        ...facts,
      },
    ],
  } as unknown as AttackPlan
  const state = new AttackState(arena, timeline, plan)
  for (const step of acted) state.recordAct(step)
  const attribution = new StepAttribution(timeline, plan, state, () => true)
  const contents = new Contents(arena)
  const exchanges = new ExchangeTable(arena)
  const frames = new FramePackets(arena, contents)
  const ends = [
    endsOf,
    ...endsOf.replicas.map((_, nth) => ({ client: CLIENT, servers: [endsOf.servers[nth]], replicas: [] })),
  ]
  const told: string[] = []
  const atPacket = ({ direction, serial }: typeof PACKET) => (direction === NONE ? '' : ` in ${direction}/${serial}`)
  const recorder = {
    addEvent: (at: typeof PACKET, _: unknown, steps: readonly number[], path: number, event: string, amount: number) =>
      told.push(`${event} ${amount} on ${path} by ${steps}${atPacket(at)}`),
    learn: (_: unknown, __: unknown, steps: readonly number[], path: number, kind: string, subject: number) =>
      told.push(`learns ${kind} ${subject} on ${path} by ${steps}`),
  }
  const wiretap = {
    attribution,
    recorder,
    messages: {
      isNew: (_: number, __: number, isResponse: boolean) => isNew[isResponse ? 1 : 0],
      wasCarried: () => wasCarried,
    },
    readBodyAtEnd: (
      _: number,
      steps: readonly number[],
      at: typeof PACKET,
      request: number,
      path: number,
      ...rest: unknown[]
    ) => told.push(`body of ${request} on ${path} by ${steps}${atPacket(at)}: ${rest.slice(1).join(' ')}`),
  } as unknown as Wiretap
  const host: number[] = []
  const sendContent: Content[] = []
  const streams = { contents, table: { host, sendContent } } as unknown as ByteStreams
  const http = { exchanges, lowerOf: (exchange: Exchange) => exchange as unknown as Stream } as unknown as Http
  const acceptedMessages = new AcceptedMessages({
    arena,
    wiretap,
    http,
    streams,
    ends,
    replicas: new Replicas(arena, contents, ends),
    frames,
    requestPackets: new ExchangePackets(arena, exchanges),
  })
  /** Adds an exchange at an end on a host. */
  const at = (on: number, isClient: boolean, request = 0, number = 3) => {
    const exchange = exchanges.allocate()
    exchanges.request[exchange] = request
    exchanges.number[exchange] = number
    exchanges.isClient[exchange] = isClient ? 1 : 0
    exchanges.stream[exchange] = exchange as unknown as Stream
    host[exchange] = on
    sendContent[exchange] = contents.create(99, 99, on)
    return exchange
  }
  const by = (author: number) => contents.create(author + 1, 1, author)
  const requestRead = (on: number, author: number, isAltered = false, exchange = at(on, false)) => {
    acceptedMessages.onRequestRead(exchange, by(author), END, isAltered)
    return told.splice(0)
  }
  const responseRead = (on: number, author: number, isAltered = false, exchange = at(on, true)) => {
    acceptedMessages.onResponseRead(exchange, by(author), END, isAltered)
    return told.splice(0)
  }
  const { replicas } = acceptedMessages['parts']
  return { acceptedMessages, contents, replicas, frames, state, told, at, by, sendContent, requestRead, responseRead }
}

describe('a message that an honest end reads', () => {
  test('a message between two honest ends causes no finding when its receiver reads it', () => {
    const { requestRead, responseRead } = aPlace({ techniques: ['inject', 'impersonate-server', 'tamper'] })
    expect([requestRead(SERVER, CLIENT), responseRead(CLIENT, SERVER), requestRead(SERVER, STRANGER)]).toEqual([
      [],
      [],
      [],
    ])
  })

  test('a message that an attacker wrote is recorded as forged, once for each exchange', () => {
    const { at, requestRead, responseRead } = aPlace({ techniques: ['inject', 'impersonate-server'] })
    const [asked, answered] = [at(SERVER, false), at(CLIENT, true)]
    expect(requestRead(SERVER, MINE, false, asked)).toEqual(['forged-request-accepted 1 on 0 by 0'])
    expect(responseRead(CLIENT, MINE, false, answered)).toEqual(['forged-answer-accepted 1 on 0 by 1,0'])
    expect([requestRead(SERVER, MINE, false, asked), responseRead(CLIENT, MINE, false, answered)]).toEqual([[], []])
    expect(requestRead(SERVER, OTHERS)).toEqual([])
  })

  test('a forged message is attributed to the steps that have acted, and never to a technique that forges nothing', () => {
    const { responseRead } = aPlace({ techniques: ['inject', 'replay', 'drop'], acted: [1, 2] })
    expect(responseRead(CLIENT, MINE)).toEqual(['forged-answer-accepted 1 on 0 by 1'])
    const { responseRead: before } = aPlace({ techniques: ['inject', 'replay'], acted: [] })
    expect(before(CLIENT, MINE)).toEqual(['forged-answer-accepted 1 on 0 by 0,1'])
    // Those that serve have acted, so that those that forge have not written it.
    const serving = aPlace({ techniques: ['inject', 'impersonate-server'], acted: [1] })
    expect(serving.responseRead(CLIENT, MINE)).toEqual(['forged-answer-accepted 1 on 0 by 1'])
    const { responseRead: none } = aPlace({ techniques: ['drop'] })
    expect(none(CLIENT, MINE)).toEqual([])
  })

  test('an answer to the attacker’s own request is no forgery, unless it came on another client’s connection', () => {
    const own = aPlace({ techniques: ['inject', 'inject'], facts: { step: 1 } })
    expect([own.requestRead(SERVER, MINE), own.responseRead(CLIENT, MINE)]).toEqual([[], []])
    const smuggled = aPlace({ techniques: ['inject', 'inject'], facts: { step: 1, isOnOthersConnection: true } })
    expect(smuggled.requestRead(SERVER, MINE)).toEqual(['forged-request-accepted 1 on 0 by 1'])
    expect(smuggled.responseRead(CLIENT, MINE)).toEqual([])
  })

  test('an altered message is attributed to the steps that alter, once for each exchange, unless another attacker altered it', () => {
    const { at, requestRead, responseRead } = aPlace({ techniques: ['inject', 'tamper'] })
    const asked = at(SERVER, false)
    expect(requestRead(SERVER, MINE, true, asked)).toEqual(['altered-request-accepted 1 on 0 by 1'])
    expect(requestRead(SERVER, MINE, true, asked)).toEqual([])
    expect(responseRead(CLIENT, MINE, true)).toEqual(['altered-accepted 1 on 0 by 1'])
    expect(responseRead(CLIENT, STRANGER, true)).toEqual(['altered-accepted 1 on 0 by 1'])
    expect(responseRead(CLIENT, OTHERS, true)).toEqual([])
    expect(aPlace({ techniques: ['inject'] }).responseRead(CLIENT, MINE, true)).toEqual([])
  })

  test('a message that an honest end reads has its packet as evidence, which is then forgotten', () => {
    const { acceptedMessages, frames, told, at, by } = aPlace({ techniques: ['inject'] })
    const [asked, content] = [at(SERVER, false), by(MINE)]
    frames.note(NONE, content, END, PACKET)
    acceptedMessages.onRequestRead(asked, content, END, false)
    expect(told).toEqual(['forged-request-accepted 1 on 0 by 0 in 6/7'])
    expect(frames.packetOf(NONE, content, END).direction).toBe(NONE)
  })

  test('a message is not recorded if it belongs to no path or all steps are disabled', () => {
    expect(aPlace({ techniques: ['inject'], facts: { path: NONE } }).requestRead(SERVER, MINE)).toEqual([])
    const disabled = aPlace({ techniques: ['inject'] })
    disabled.state.disableAll()
    expect(disabled.requestRead(SERVER, MINE)).toEqual([])
  })
})

describe('a message that an end of the attacker reads', () => {
  const SERVES = ['impersonate-server'] as const

  test('a request that an attacker’s server reads is recorded as accepted and read, with its token', () => {
    const { requestRead } = aPlace({ techniques: SERVES, facts: { token: 5 } })
    expect(requestRead(MINE, CLIENT)).toEqual([
      'request-taken 1 on 0 by 0',
      'request-read 1 on 0 by 0',
      'learns token 5 on 0 by 0',
    ])
  })

  test('a request that the attacker read on its way is accepted by its server and not read again', () => {
    const { requestRead, responseRead } = aPlace({ techniques: SERVES, facts: { token: 5 }, isNew: [false, true] })
    expect(requestRead(MINE, CLIENT)).toEqual(['request-taken 1 on 0 by 0'])
    expect(responseRead(MINE, SERVER)).toEqual(['answer-read 1 on 0 by 0'])
    const reversed = aPlace({ techniques: SERVES, isNew: [true, false] })
    expect([reversed.requestRead(MINE, CLIENT).length, reversed.responseRead(MINE, SERVER)]).toEqual([2, []])
  })

  test('a message that an attacker’s end reads counts for the steps that did not read it on its way', () => {
    const techniques = ['impersonate-server', 'claim-agent'] as const
    expect(aPlace({ techniques }).requestRead(MINE, CLIENT)).toEqual([
      'request-taken 1 on 0 by 0,1',
      'request-read 1 on 0 by 0,1',
    ])
    expect(aPlace({ techniques, wasCarried: true }).requestRead(MINE, CLIENT)).toEqual([
      'request-taken 1 on 0 by 0,1',
      'request-read 1 on 0 by 0',
    ])
  })

  test('a response of the real server that a relay reads is recorded as read', () => {
    expect(aPlace({ techniques: ['relay'] }).responseRead(MINE, SERVER)).toEqual(['answer-read 1 on 0 by 0'])
  })

  test('a message that an end of the path reads on a compromised host is not recorded', () => {
    const ofClient = aPlace({ techniques: ['relay', 'inject'], mine: [CLIENT] })
    expect([ofClient.requestRead(SERVER, CLIENT), ofClient.responseRead(CLIENT, SERVER)]).toEqual([[], []])
    const ofServer = aPlace({ techniques: ['relay', 'inject'], mine: [SERVER] })
    expect([ofServer.requestRead(SERVER, CLIENT), ofServer.responseRead(CLIENT, SERVER)]).toEqual([[], []])
  })

  test('an answer to the attacker’s own request is not recorded as read from others', () => {
    const { requestRead, responseRead } = aPlace({ techniques: ['relay'], facts: { step: 0 } })
    expect([requestRead(MINE, CLIENT), responseRead(MINE, SERVER)]).toEqual([[], []])
  })
})

describe('a response that comes through an attacker', () => {
  test('a response of the real server through a relay is recorded as relayed and accepted once if it succeeded', () => {
    const { acceptedMessages, sendContent, told, at, by } = aPlace({ techniques: ['relay'] })
    const atRelay = at(MINE, false)
    acceptedMessages.noteRelayed(0, atRelay)
    const client = at(CLIENT, true)
    acceptedMessages.onResponseRead(client, sendContent[atRelay], END, false)
    expect(told.splice(0)).toEqual(['forged-answer-accepted 1 on 0 by 0', 'relayed 1 on 0 by 0'])
    acceptedMessages.onResponseRead(client, sendContent[atRelay], END, false)
    acceptedMessages.onResponseRead(at(CLIENT, true), by(SERVER), END, false)
    expect(told).toEqual([])
  })

  test('a response through a relay counts as relayed if its server runs on a host that the attacker does not control', () => {
    const { acceptedMessages, sendContent, told, at } = aPlace({ techniques: ['relay'] })
    const atRelay = at(STRANGER, false)
    acceptedMessages.noteRelayed(0, atRelay)
    acceptedMessages.onResponseRead(at(CLIENT, true), sendContent[atRelay], END, false)
    expect(told).toEqual(['relayed 1 on 0 by 0'])
  })

  test('a response of a server on the attacker’s own host is recorded as forged by that server only', () => {
    const { acceptedMessages, sendContent, told, at } = aPlace({ techniques: ['impersonate-server'] })
    const [ofServer, elsewhere] = [at(SERVER, false), at(STRANGER, false)]
    acceptedMessages.noteForged(0, ofServer)
    acceptedMessages.noteForged(0, elsewhere)
    acceptedMessages.onResponseRead(at(CLIENT, true), sendContent[ofServer], END, false)
    expect(told.splice(0)).toEqual(['forged-answer-accepted 1 on 0 by 0'])
    acceptedMessages.onResponseRead(at(CLIENT, true), sendContent[elsewhere], END, false)
    expect(told).toEqual([])
  })

  test('a response through an attacker is not recorded if its request has no path or is the attacker’s own', () => {
    for (const facts of [{ path: NONE }, { step: 0 }]) {
      const { acceptedMessages, sendContent, told, at } = aPlace({ techniques: ['impersonate-server'], facts })
      const ofServer = at(SERVER, false)
      acceptedMessages.noteForged(0, ofServer)
      acceptedMessages.noteRelayed(0, ofServer)
      acceptedMessages.onResponseRead(at(CLIENT, true), sendContent[ofServer], END, false)
      expect(told).toEqual([])
    }
  })
})

describe('a message of a path to a service', () => {
  const [FIRST, SECOND] = [1, 2]
  const ends = { client: CLIENT, servers: [SERVER, STRANGER], replicas: [FIRST, SECOND] }
  const service = () => aPlace({ techniques: ['inject', 'tamper', 'relay'], ends })
  const pathIn = (told: readonly string[]) => told.map((text) => /on (\d)/.exec(text)?.[1])

  test('a message of a path to a service concerns the replica that read or wrote it', () => {
    const { requestRead, responseRead } = service()
    expect([pathIn(requestRead(SERVER, MINE)), pathIn(requestRead(STRANGER, MINE))]).toEqual([['1'], ['2']])
    const { contents, acceptedMessages, told, at, by } = service()
    acceptedMessages.onResponseRead(at(CLIENT, true), contents.alter(by(STRANGER), MINE, 8, 8), END, true)
    expect(pathIn(told)).toEqual(['2'])
    expect(pathIn(responseRead(CLIENT, MINE))).toEqual(['0'])
  })

  test('a message of a path to a service concerns the replica that the client dialled, even if another host reads it', () => {
    const { acceptedMessages, replicas, sendContent, told, at, by } = service()
    const client = at(CLIENT, true)
    replicas.note(SECOND, sendContent[client])
    acceptedMessages.onResponseRead(client, by(MINE), END, false)
    expect(pathIn(told.splice(0))).toEqual(['2'])
    const asked = by(MINE)
    replicas.note(FIRST, asked)
    acceptedMessages.onRequestRead(at(STRANGER, false), asked, END, false)
    expect(pathIn(told)).toEqual(['1'])
  })
})

describe('the body of a message', () => {
  /** A body of a message of 10 bytes, a key of 1, an echo of 2 and a chunk of 7. */
  function aBody({ contents, by }: ReturnType<typeof aPlace>, author: number) {
    const body = by(author)
    for (const [lengthBytes, kind] of [
      [10, MESSAGE],
      [1, KEY],
      [2, ECHO],
      [7, CHUNK],
    ])
      contents.appendMarked(body, lengthBytes, kind, 0, 0, NONE, 0, NONE)
    return body
  }

  test('each forged piece of a body is recorded when an honest end reads up to its end', () => {
    const piecesIn = (offset: number, lengthBytes: number, isClient = true) => {
      const place = aPlace({ techniques: ['inject'] })
      const { acceptedMessages, told, at, by } = place
      const exchange = at(isClient ? CLIENT : SERVER, isClient)
      acceptedMessages.onBodyRead(exchange, by(MINE), END, lengthBytes, false, aBody(place, MINE), offset)
      return told.filter((text) => text.includes('piece'))
    }
    expect(piecesIn(0, 20)).toEqual(['piece-accepted 3 on 0 by 0'])
    expect(piecesIn(0, 20, false)).toEqual(['request-piece-accepted 3 on 0 by 0'])
    expect([piecesIn(0, 10), piecesIn(0, 11), piecesIn(11, 1), piecesIn(11, 2), piecesIn(13, 7)]).toEqual([
      [],
      ['piece-accepted 1 on 0 by 0'],
      [],
      ['piece-accepted 1 on 0 by 0'],
      ['piece-accepted 1 on 0 by 0'],
    ])
  })

  test('each piece of a response body that was forged in the server’s name is recorded', () => {
    const place = aPlace({ techniques: ['impersonate-server'] })
    const { acceptedMessages, sendContent, told, at } = place
    const [server, client] = [at(SERVER, false), at(CLIENT, true)]
    acceptedMessages.noteForged(0, server)
    acceptedMessages.onResponseRead(client, sendContent[server], END, false)
    acceptedMessages.onBodyRead(client, sendContent[server], END, 20, false, aBody(place, SERVER), 0)
    expect(told).toEqual(['forged-answer-accepted 1 on 0 by 0', 'piece-accepted 3 on 0 by 0'])
  })

  test('an altered body is attributed to the attacker who altered it', () => {
    const place = aPlace({ techniques: ['tamper'] })
    const { acceptedMessages, contents, told, at, by } = place
    const body = contents.alter(aBody(place, SERVER), OTHERS, 8, 8)
    acceptedMessages.onBodyRead(at(CLIENT, true), by(MINE), END, 20, true, body, 0)
    expect(told).toEqual([])
    const mine = contents.alter(aBody(place, SERVER), MINE, 8, 8)
    acceptedMessages.onBodyRead(at(CLIENT, true), by(OTHERS), END, 20, true, mine, 0)
    expect(told).toEqual(['piece-accepted 3 on 0 by 0', 'altered-accepted 1 on 0 by 0'])
  })

  test('a body that an attacker’s end reads is recorded with the packet that brought it', () => {
    const place = aPlace({ techniques: ['relay'] })
    const { acceptedMessages, frames, told, at, by } = place
    const [content, body] = [by(SERVER), aBody(place, SERVER)]
    frames.note(0, content, END, PACKET)
    acceptedMessages.onBodyRead(at(MINE, true), content, END, 20, false, body, 5)
    expect(told).toEqual([`body of 0 on 0 by 0 in 6/7: 5 20`])
  })

  test('a body of the attacker’s own request is not recorded, nor is one without a path', () => {
    for (const facts of [{ step: 0 }, { path: NONE }]) {
      const place = aPlace({ techniques: ['relay'], facts })
      place.acceptedMessages.onBodyRead(place.at(MINE, true), place.by(SERVER), END, 20, false, aBody(place, SERVER), 0)
      expect(place.told).toEqual([])
    }
  })
})
