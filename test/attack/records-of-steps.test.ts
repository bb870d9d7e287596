import { describe, expect, test } from 'vitest'
import type { AttackPlan } from '../../src/attack/attack-plan.ts'
import { Decisions } from '../../src/attack/state/decisions.ts'
import { NO_PACKET } from '../../src/attack/state/event-counts.ts'
import { OpenedConnections } from '../../src/attack/state/opened-connections.ts'
import { PassedOnLog } from '../../src/attack/state/passed-on-log.ts'
import { type Refusal, Refusals } from '../../src/attack/state/refusals.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { ACK, FIN, RST, SYN } from '../../src/network/header-flags.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { aTimeline } from '../fixtures/event-counts.ts'

describe('refusals', () => {
  const ONE: Refusal = {
    host: 3,
    reason: 'certificate refused',
    clientAddress: 4,
    serverAddress: 5,
    serverPort: 443,
  }

  test('refusals of one kind are counted together, in the order of the first of each kind', () => {
    const refusals = new Refusals(new Arena())
    const others: readonly Partial<Refusal>[] = [
      {},
      { host: 4 },
      { reason: 'record broken' },
      { clientAddress: 5 },
      { serverAddress: 4 },
      { serverPort: 80 },
    ]
    for (const times of [1, 2, 3])
      for (const [nth, other] of others.entries()) if (nth < 2 * times) refusals.add({ ...ONE, ...other })
    expect(refusals.all()).toEqual(others.map((other, nth) => ({ ...ONE, ...other, amount: 3 - Math.floor(nth / 2) })))
  })

  test('a step has no refusals at first', () => {
    expect(new Refusals(new Arena()).all()).toEqual([])
  })
})

describe('decisions of servers', () => {
  test('decisions of servers are numbered from 1, with decision, response and why the request was not passed on', () => {
    const { arena, timeline } = aTimeline()
    const decisions = new Decisions(arena, timeline)
    const allowed = {
      step: 1,
      path: 2,
      request: 3,
      identity: 4,
      isByAccess: true,
      status: 0,
      answer: 0,
      host: 5,
      port: 6,
      packet: { direction: 7, serial: 8 },
    }
    const refused = {
      ...allowed,
      step: 7,
      identity: NONE,
      isByAccess: false,
      status: 403,
      answer: 403,
      port: NONE,
      packet: NO_PACKET,
    }
    timeline.now = 100
    expect(decisions.add(allowed)).toBe(1)
    timeline.now = 200
    expect([decisions.add(refused), decisions.add(allowed)]).toEqual([2, 3])
    decisions.respond(1, 101)
    decisions.explain(3, 9)
    expect(decisions.all()).toEqual([
      { ...allowed, answer: 101, error: 0, tick: 100 },
      { ...refused, error: 0, tick: 200 },
      { ...allowed, error: 9, tick: 200 },
    ])
  })
})

describe('the connections that a step has seen open', () => {
  interface Ends {
    readonly client?: number
    readonly clientPort?: number
    readonly server?: number
    readonly serverPort?: number
  }

  function opened() {
    const arena = new Arena()
    const packets = new PacketTable(arena)
    const packet = packets.allocate()
    const connections = new OpenedConnections(arena, packets)
    const write = (isTowardServer: boolean, flags: number, ends: Ends) => {
      const { client = 1, clientPort = 50_000, server = 2, serverPort = 443 } = ends
      packets.source[packet] = isTowardServer ? client : server
      packets.sourcePort[packet] = isTowardServer ? clientPort : serverPort
      packets.destination[packet] = isTowardServer ? server : client
      packets.destinationPort[packet] = isTowardServer ? serverPort : clientPort
      packets.flags[packet] = flags
      return packet
    }
    return {
      rows: () => connections['table'].count,
      see: (isTowardServer: boolean, flags: number, ends: Ends = {}, step = 0) =>
        connections.see(step, write(isTowardServer, flags, ends), isTowardServer),
      has: (isTowardServer: boolean, ends: Ends = {}, step = 0) =>
        connections.has(step, write(isTowardServer, ACK, ends), isTowardServer),
    }
  }

  test.each([
    ['a SYN', true, SYN, true],
    ['a SYN-ACK', false, SYN | ACK, true],
    ['an ACK', true, ACK, false],
    ['a FIN', false, FIN | ACK, false],
    ['a reset', true, RST, false],
    ['a SYN with RST', true, SYN | RST, false],
  ])('a step records a connection as opened when %s has passed: %s', (_, isTowardServer, flags, isOpened) => {
    const { see, has } = opened()
    see(isTowardServer, flags)
    expect([has(true), has(false)]).toEqual([isOpened, isOpened])
  })

  test('connections that a step saw open differ by step, address or port', () => {
    const { see, has } = opened()
    see(true, SYN)
    for (const other of [{ client: 3 }, { clientPort: 50_001 }, { server: 3 }, { serverPort: 444 }])
      expect([has(true, other), has(false, other)]).toEqual([false, false])
    expect([has(true, {}, 1), has(true)]).toEqual([false, true])
    see(true, SYN, {}, 1)
    expect([has(true, {}, 1), has(true)]).toEqual([true, true])
  })

  test('each connection that a step saw open is kept once, however often it is seen', () => {
    const { see, has, rows } = opened()
    const ports = Array.from({ length: 300 }, (_, nth) => 40_000 + nth)
    for (const clientPort of [...ports, ...ports]) {
      see(true, SYN, { clientPort })
      see(false, SYN | ACK, { clientPort })
    }
    expect(rows()).toBe(300)
    expect(ports.every((clientPort) => has(false, { clientPort }))).toBe(true)
    expect(has(true, { clientPort: 39_999 })).toBe(false)
  })
})

describe('the log of requests that the apiserver has passed on', () => {
  function aLog() {
    const { arena, timeline } = aTimeline()
    const requests = [{ path: 1 }, undefined, { path: NONE }, { path: 0 }]
    return { timeline, log: new PassedOnLog(arena, timeline, { requests } as unknown as AttackPlan) }
  }

  test('the log of passed-on requests has those on paths of the plan, with their start and end', () => {
    const { timeline, log } = aLog()
    timeline.now = 10
    const sent = [0, 0, 0, 3, 0].map((request) => log.onSending(request))
    expect([1, 2, 99].map((request) => log.onSending(request))).toEqual([NONE, NONE, NONE])
    timeline.now = 30
    log.onEnded(sent[0], null, false)
    log.onEnded(sent[1], 'timed out', false)
    timeline.now = 40
    log.onEnded(sent[2], 'unexpected end', true)
    log.onEnded(sent[3], 'connection refused', false)
    const one = { messages: 1, request: 0, startTick: 10 }
    expect(log.byPath(3)).toEqual([
      [{ ...one, request: 3, endTick: 40, end: 'connection refused' }],
      [
        { ...one, endTick: 30, end: 'completed' },
        { ...one, endTick: 30, end: 'timed out' },
        { ...one, endTick: 40, end: 'withdrawn' },
        { ...one, endTick: 0, end: 'open' },
      ],
      [],
    ])
  })

  test('the log of passed-on requests counts pieces of a stream instead of its request', () => {
    const { log } = aLog()
    const [stream, other] = [log.onSending(0), log.onSending(3)]
    log.onPiece(stream, 5)
    log.onPiece(stream, 7)
    expect(log.byPath(2).map((each) => each.map(({ messages }) => messages))).toEqual([[1], [0]])
    log.onPiece(other, 6)
    expect(log.piecesByPath(3)).toEqual([[6], [5, 7], []])
  })
})
