import { describe, expect, test } from 'vitest'
import { ArpSpoofingAgent } from '../../src/attack/agents/arp-spoofing-agent.ts'
import { BlindAgent } from '../../src/attack/agents/blind-agent.ts'
import { InjectionAgent } from '../../src/attack/agents/injection-agent.ts'
import { Observation } from '../../src/attack/agents/observation.ts'
import { OwnCodeAgent } from '../../src/attack/agents/own-code-agent.ts'
import type { AgentTools, PacketAgent } from '../../src/attack/agents/packet-agent.ts'
import type { AttackVerdict, PacketCode } from '../../src/attack/agents/packet-code.ts'
import { ResetAgent } from '../../src/attack/agents/reset-agent.ts'
import { Forge } from '../../src/attack/forge.ts'
import type { ActingStep, Leg, PacketMatch, PlannedAttacker } from '../../src/attack/planned-attackers.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import type { Vantage } from '../../src/attack/vantages.ts'
import { NONE } from '../../src/engine/table.ts'
import { BODY, detailOf, REQUEST_HEAD, RESPONSE_HEAD } from '../../src/http/marks.ts'
import { ACK, RST, SYN } from '../../src/network/header-flags.ts'
import type { Network } from '../../src/network/network.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { MODIFY, PASS, type RuleVerdict } from '../../src/network/packet-rule.ts'
import type { Packet } from '../../src/network/rows.ts'
import type { Content } from '../../src/transport/rows.ts'
import { COVERED, Contents } from '../../src/transport/streams/content.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

/** Addresses and ports of a connection. */
const [CLIENT, SERVER, CLIENT_PORT, PORT] = [1, 2, 50_000, 443]
/** The attacker's host. */
const ME = 2
const LEG: Leg = {
  path: 0,
  replica: 0,
  clientAddress: CLIENT,
  serverAddress: SERVER,
  serverPort: PORT,
  isSpare: false,
}

interface Options {
  readonly vantage?: Vantage
  readonly step?: Partial<ActingStep>
  readonly attacker?: Partial<PlannedAttacker>
  /** The size of the largest packet that the attacker can send. */
  readonly mtu?: number
  /** The length of what is written instead of a message. */
  readonly forgedBytes?: number
}

/** What agents need, of one step; what they send, and what they write into it, in words. */
function tools({ vantage = 'side', step = {}, attacker = {}, mtu = 1_500, forgedBytes = 100 }: Options = {}) {
  const { arena, timeline } = aTimeline()
  const packets = new PacketTable(arena)
  const contents = new Contents(arena)
  const network = { packets } as unknown as Network
  const plan = {
    attackers: [anAttacker({ vantage, host: ME, ...attacker })],
    steps: [aStep({ legs: [LEG], key: { hi: 1, lo: 2 }, ...step })],
    victims: [0],
  }
  const state = new AttackState(arena, timeline, plan)
  const forge = new Forge(arena, network, contents, plan)
  const sent: string[] = []
  const flagsOf = (packet: Packet) =>
    [SYN, ACK, RST].map((flag, i) => ((packets.flags[packet] & flag) === 0 ? '' : 'SAR'[i])).join('')
  const send = (packet: Packet, how: string) => {
    const { source, sourcePort, destination, destinationPort, sequenceNumber, acknowledgementNumber } = packets
    const data =
      packets.payloadBytes[packet] === 0
        ? ''
        : `, ${packets.payloadBytes[packet]} from ${packets.contentOffset[packet]}`
    sent.push(
      `${how}${source[packet]}:${sourcePort[packet]} to ${destination[packet]}:${destinationPort[packet]} ${flagsOf(packet)} ` +
        `${sequenceNumber[packet]} ${acknowledgementNumber[packet]} win ${packets.window[packet]}${data}`,
    )
    if (packets.content[packet] !== NONE) contents.drop(packets.content[packet])
    packets.release(packet)
  }
  const write = (content: Content, what: string) => {
    sent.push(what)
    if (forgedBytes > 0) contents.append(content, forgedBytes)
  }
  const parts = {
    arena,
    timeline,
    network,
    contents,
    plan,
    state,
    forge,
    sender: {
      mostBytes: () => mtu,
      reaches: (_: number, __: number, wireBytes: number) => mtu >= wireBytes,
      send: (_: number, __: Observation, packet: Packet) => send(packet, ''),
      sendNow: (_: number, path: number, packet: Packet) => send(packet, `on ${path}: `),
    },
    messages: {
      writeGarbage: (content: Content, bytes: number) => write(content, `garbage of ${bytes}`),
      writeResponse: (content: Content, request: number, detail: number, most: number) =>
        write(content, `response to ${request} in ${detail}, at most ${most}`),
      writeRequest: (content: Content, request: number, detail: number) =>
        write(content, `request ${request} after ${detail}`),
    },
  } as unknown as AgentTools
  return { parts, packets, contents, timeline, state, sent }
}

/** A packet of a client to its server, without data. */
function aHeader(packets: ReturnType<typeof tools>['packets'], flags: number): Packet {
  const packet = packets.allocate()
  packets.source[packet] = CLIENT
  packets.sourcePort[packet] = CLIENT_PORT
  packets.destination[packet] = SERVER
  packets.destinationPort[packet] = PORT
  packets.flags[packet] = flags
  packets.sequenceNumber[packet] = 1_000
  packets.acknowledgementNumber[packet] = 2_000
  packets.window[packet] = 88
  return packet
}

describe('an attacker that injects', () => {
  interface Seen {
    readonly flags?: number
    readonly isTowardServer?: boolean
    /** The records in its data; by default 50 bytes each, of which all are in the packet. */
    readonly records?: readonly { readonly kind: number; readonly detail?: number; readonly subject?: number }[]
    readonly missingBytes?: number
  }

  function injecting(match: Partial<PacketMatch>, seen: Seen, options: Options = {}) {
    const any: PacketMatch = { fromHost: NONE, toHost: NONE, kind: 'any', isStanding: false }
    const lab = tools({ ...options, step: { match: { ...any, ...match } } })
    const { packets, contents } = lab
    const { flags = ACK, isTowardServer = true, records = [], missingBytes = 0 } = seen
    const content = contents.create(7, 7, 0)
    contents.append(content, 20)
    for (const { kind, detail = 0, subject = NONE } of records)
      contents.appendMarked(content, 50, kind, 33, detail, NONE, 0, subject)
    const packet = aHeader(packets, flags)
    packets.content[packet] = content
    packets.contentOffset[packet] = 20
    packets.payloadBytes[packet] = 50 * records.length - missingBytes
    const verdict = new InjectionAgent(lab.parts, [0]).onPacket(
      0,
      Object.assign(new Observation(), { packet, isTowardServer }),
    )
    expect([packets.count, contents.table.count]).toEqual([1, 1])
    expect(verdict).toBe(lab.sent.some((line) => line.includes(' to 1:')) ? PASS : null)
    return lab.sent
  }

  const REQUEST = { kind: REQUEST_HEAD, detail: 6 }
  const RESPONSE = { kind: RESPONSE_HEAD, detail: detailOf(3, true), subject: 5 }
  const REPLY = '2:443 to 1:50000 A'

  test('an injecting attacker answers an observed request as its server, in as many segments as it takes', () => {
    expect(injecting({}, { records: [REQUEST] })).toEqual([
      'response to 33 in 6, at most 14480',
      `${REPLY} 2000 1050 win 88, 100 from 0`,
    ])
    expect(injecting({}, { records: [REQUEST] }, { forgedBytes: 120, mtu: 102 })).toEqual([
      'response to 33 in 6, at most 500',
      `${REPLY} 2000 1050 win 88, 50 from 0`,
      `${REPLY} 2050 1050 win 88, 50 from 50`,
      `${REPLY} 2100 1050 win 88, 20 from 100`,
    ])
  })

  test('an injecting attacker sends nothing if it cannot send data or has none', () => {
    expect(injecting({}, { records: [REQUEST] }, { mtu: 53 })).toHaveLength(101)
    expect(injecting({}, { records: [REQUEST] }, { mtu: 52 })).toEqual([])
    expect(injecting({}, { records: [REQUEST] }, { forgedBytes: 0 })).toEqual(['response to 33 in 6, at most 14480'])
  })

  test('an injecting attacker waits for the end of the request, which may follow other records', () => {
    expect(injecting({}, { records: [{ kind: BODY }, REQUEST] })).toHaveLength(2)
    expect(injecting({}, { records: [REQUEST], missingBytes: 1 })).toEqual([])
    expect(injecting({}, { records: [{ kind: BODY, detail: 1, subject: 5 }, RESPONSE] })).toEqual([])
    expect(injecting({}, {})).toEqual([])
  })

  test('an injecting attacker repeats an answered request if it targets servers', () => {
    const answered = { isTowardServer: false, records: [RESPONSE] }
    const repeated = ['request 5 after 7', `${REPLY} 2000 1050 win 88, 100 from 0`]
    expect(injecting({ fromHost: 4 }, answered)).toEqual(repeated)
    expect(injecting({ toHost: 4 }, answered)).toEqual(repeated)
    expect(injecting({}, answered)).toEqual([])
    const others = [
      { ...RESPONSE, detail: detailOf(3, false) },
      { ...RESPONSE, subject: NONE },
      { ...RESPONSE, kind: REQUEST_HEAD },
    ]
    for (const record of others)
      expect(injecting({ fromHost: 4 }, { isTowardServer: false, records: [record] })).toEqual([])
    // The end of a body ends the answer too.
    expect(injecting({ fromHost: 4 }, { isTowardServer: false, records: [{ ...RESPONSE, kind: BODY }] })).toEqual(
      repeated,
    )
  })

  test('an injecting attacker writes garbage after an encrypted record, in each direction', () => {
    const garbage = ['garbage of 50', `${REPLY} 2000 1050 win 88, 100 from 0`]
    for (const kind of [1, 19]) {
      expect(injecting({}, { records: [{ kind }] })).toEqual(garbage)
      expect(injecting({ fromHost: 4 }, { isTowardServer: false, records: [{ kind }] })).toEqual(garbage)
    }
    for (const kind of [COVERED, 20]) expect(injecting({}, { records: [{ kind }] })).toEqual([])
  })

  test('an injecting attacker answers a SYN, but no SYN-ACK, if its packet reaches the client', () => {
    const [answer] = injecting({ kind: 'syn' }, { flags: SYN })
    expect(answer).toMatch(/^2:443 to 1:50000 SA \d+ 1001 win 88$/)
    expect(injecting({ kind: 'syn' }, { flags: SYN | ACK })).toEqual([])
    expect(injecting({ kind: 'syn' }, { flags: SYN }, { mtu: 59 })).toEqual([])
    expect(injecting({ kind: 'syn' }, { flags: SYN }, { mtu: 60 })).toHaveLength(1)
  })
})

/** A packet of a client to its server, with so many bytes of data. */
function aPacket({ packets, contents }: ReturnType<typeof tools>, flags: number, payloadBytes = 0): Packet {
  const packet = aHeader(packets, flags)
  packets.content[packet] = NONE
  packets.payloadBytes[packet] = payloadBytes
  if (payloadBytes > 0) packets.content[packet] = contents.create(7, 7, 0)
  return packet
}

describe('an attacker that resets', () => {
  const SENDER = '2:443 to 1:50000'
  const RECEIVER = '1:50000 to 2:443'

  function resetting(flags: number, payloadBytes: number, sends = (_address: number, _bytes: number) => true) {
    const lab = tools()
    const sender = {
      ...lab.parts.sender,
      reaches: (_: number, address: number, bytes: number) => sends(address, bytes),
    }
    const agent = new ResetAgent({ ...lab.parts, sender } as unknown as AgentTools, [0])
    const packet = aPacket(lab, flags, payloadBytes)
    return [agent.onPacket(0, Object.assign(new Observation(), { packet })), ...lab.sent]
  }

  test('a resetting attacker sends each end the sequence number that it expects next', () => {
    expect(resetting(ACK, 50)).toEqual([PASS, `${SENDER} R 2000 0 win 0`, `${RECEIVER} R 1050 0 win 0`])
  })

  test('a resetting attacker answers a SYN with a RST that acknowledges it', () => {
    expect(resetting(SYN, 0)).toEqual([PASS, `${SENDER} AR 0 1001 win 0`, `${RECEIVER} R 1001 0 win 0`])
    expect(resetting(SYN | ACK, 0)[1]).toBe(`${SENDER} R 2000 0 win 0`)
  })

  test('a resetting attacker ignores a RST', () => {
    expect(resetting(RST | ACK, 0)).toEqual([null])
  })

  test('a resetting attacker resets the end that its packets can reach', () => {
    expect(resetting(ACK, 0, (address) => address === CLIENT)).toEqual([PASS, `${SENDER} R 2000 0 win 0`])
    expect(resetting(ACK, 0, (address) => address === SERVER)).toEqual([PASS, `${RECEIVER} R 1000 0 win 0`])
    expect(resetting(ACK, 0, (_, bytes) => bytes < 40)).toEqual([null])
    expect(resetting(ACK, 0, (_, bytes) => bytes <= 40)).toHaveLength(3)
  })
})

describe('an attacker with code of a user', () => {
  const HOLD: AttackVerdict = { action: 'delay', delayNs: 5 }

  /** What becomes of a packet about which the code says this, and what is sent. */
  function obeying(answer: AttackVerdict, { flags = ACK, payloadBytes = 50, mtu = 1_500 } = {}) {
    const asked: (readonly unknown[])[] = []
    const code: PacketCode = {
      name: 'mallory',
      state: { packets: 3 },
      onPacket: (packet, state, isTowardServer) => {
        asked.push([packet.sourcePort, packet.payloadBytes, { ...state }, isTowardServer])
        Object.assign(state, { packets: state.packets + 1 })
        return answer
      },
    }
    const lab = tools({ mtu })
    const agent = new OwnCodeAgent(lab.parts, [code])
    const packet = aPacket(lab, flags, payloadBytes)
    const before = lab.packets.content[packet]
    const seen = Object.assign(new Observation(), { packet, attacker: 0, isTowardServer: true })
    const verdicts = [agent.onPacket(0, seen), agent.onPacket(0, seen)]
    return { verdicts, asked, sent: lab.sent.length, isAltered: lab.packets.content[packet] !== before }
  }

  test('an attacker with user code passes each packet and its state to the code, and obeys its decision', () => {
    expect(obeying(HOLD)).toEqual({
      verdicts: [HOLD, HOLD],
      asked: [
        [CLIENT_PORT, 50, { packets: 3 }, true],
        [CLIENT_PORT, 50, { packets: 4 }, true],
      ],
      sent: 0,
      isAltered: false,
    })
  })

  test('an attacker with user code does nothing if the code lets a packet pass', () => {
    const nothing = { verdicts: [null, null], sent: 0, isAltered: false }
    expect(obeying({ action: 'pass' })).toMatchObject({ ...nothing, asked: { length: 2 } })
  })

  test('an attacker with user code alters data, and ignores that decision for a packet without data', () => {
    expect(obeying({ action: 'tamper' })).toMatchObject({ verdicts: [MODIFY, MODIFY], isAltered: true, sent: 0 })
    expect(obeying({ action: 'tamper' }, { payloadBytes: 0 })).toMatchObject({ verdicts: [null, null] })
  })

  test('an attacker with user code resets both ends if it can send, and lets the packet pass', () => {
    expect(obeying({ action: 'reset' })).toMatchObject({ verdicts: [PASS, PASS], isAltered: false, sent: 4 })
    expect(obeying({ action: 'reset' }, { mtu: 39 })).toMatchObject({ verdicts: [null, null], sent: 0 })
  })
})

describe('an attacker that observes nothing', () => {
  const observing: PacketAgent = { onPacket: () => PASS }
  const MS = 1_000_000

  interface Guessing extends Options {
    readonly acts?: number
    readonly everyNs?: number
  }

  /** The tick of the next turn after so many acts, and what was sent in this one. */
  function guessing(sends: 'reset' | 'garbage', { acts = 0, everyNs = 0, ...options }: Guessing = {}) {
    const lab = tools({ vantage: 'blind', ...options })
    for (let i = 0; i < acts; i++) lab.state.recordAct(0)
    lab.timeline.now = 7
    const next = new BlindAgent(lab.parts, sends, [everyNs], observing).onTurn(0)
    expect([lab.state.acts(0) - acts, lab.packets.count, lab.contents.table.count]).toEqual([
      next === NONE ? 0 : 1,
      0,
      0,
    ])
    return [next, ...lab.sent]
  }

  test('a blind attacker sends RSTs without data to both ends in turn, each in the other end’s name', () => {
    expect(guessing('reset')).toEqual([7 + MS, expect.stringMatching(/^on 0: 2:443 to 1:\d{5} R \d+ 0 win 0$/)])
    expect(guessing('reset', { acts: 2 })[1]).toMatch(/ to 1:/)
    expect(guessing('reset', { acts: 1 })[1]).toMatch(/^on 0: 1:\d{5} to 2:443 R \d+ 0 win 0$/)
  })

  test('a blind attacker sends garbage with an acknowledgement', () => {
    const [next, garbage, packet] = guessing('garbage')
    expect([next, garbage]).toEqual([7 + MS, 'garbage of 64'])
    expect(packet).toMatch(/^on 0: 2:443 to 1:\d{5} A \d+ [1-9]\d+ win 65535, 64 from 0$/)
  })

  test('a blind attacker guesses a port from Linux’s ephemeral range', () => {
    for (let hi = 0; hi < 50; hi++) {
      const [, packet] = guessing('reset', { step: { key: { hi, lo: 3 } } })
      const port = Number(/ to 1:(\d+) /.exec(String(packet))?.[1])
      expect(port).toBeGreaterThanOrEqual(32_768)
      expect(port).toBeLessThan(61_000)
    }
  })

  test('a blind attacker sends a thousand packets, a millisecond apart, by default', () => {
    expect(guessing('reset', { acts: 999 })[0]).toBe(7 + MS)
    expect(guessing('reset', { acts: 1_000 })).toEqual([NONE])
    expect(guessing('reset', { acts: 1_000, step: { count: 1_001 } })[0]).toBe(7 + MS)
    expect(guessing('reset', { acts: 1_001, step: { count: 1_001 } })).toEqual([NONE])
    expect(guessing('reset', { everyNs: 5 })[0]).toBe(12)
  })

  test.each([
    ['that observes packets after all', { vantage: 'side' }],
    ['whose step is over', { step: { endTick: 7 } }],
    ['whose packets do not fit', { mtu: 115 }],
    ['that knows no way', { step: { legs: [] } }],
    ['that knows no client', { step: { legs: [{ ...LEG, clientAddress: NONE }] } }],
    ['that knows no server', { step: { legs: [{ ...LEG, serverAddress: NONE }] } }],
  ] as const)('a blind attacker sends nothing: one %s', (_, options) => {
    expect(guessing('reset', options)).toEqual([NONE])
  })

  test('a blind attacker’s agent leaves observed packets to the observing agent', () => {
    expect(new BlindAgent(tools().parts, 'reset', [0], observing).onPacket(0, new Observation())).toBe(PASS)
  })
})

describe('an attacker that claims addresses', () => {
  const DIVERT: RuleVerdict = { action: 'divert', direction: 3 }

  test.each([
    [{}, DIVERT],
    [{ canDivert: false }, null],
    [{ isLeaving: true }, null],
    [{ hasEffect: false }, null],
  ])(
    'an attacker that spoofs ARP diverts a connection that its claims attract and its host did not open: %o',
    (is, verdict) => {
      const {
        canDivert = true,
        isLeaving = false,
        hasEffect = true,
      } = is as Readonly<Record<string, boolean | undefined>>
      const { parts, state } = tools()
      if (hasEffect) state.recordEffect(0)
      const agent = new ArpSpoofingAgent({
        ...parts,
        diversion: { canDivert: () => canDivert },
      } as unknown as AgentTools)
      expect(agent.onPacket(0, Object.assign(new Observation(), { isLeaving, diversion: DIVERT }))).toBe(verdict)
    },
  )

  /** Hosts: both ends, and the segment between them. Directions have the number of the host that they lead to. */
  const [A, B, SEGMENT] = [0, 1, 3]

  interface Wire {
    /** The direction that a host sends on to an address; by default, all are on the segment. */
    readonly next?: (host: number, address: number) => number
    readonly attacker?: Partial<PlannedAttacker>
    readonly hasSegments?: boolean
  }

  /** What a step that starts and ends claims and withdraws, and how often it counts as sent. */
  function claiming({
    next = (host, address) => (host === SEGMENT ? address - 10 : SEGMENT),
    hasSegments = true,
    attacker = {},
  }: Wire = {}) {
    const leg = { ...LEG, clientAddress: 10 + A, serverAddress: 10 + B }
    const { parts, timeline, state } = tools({ step: { endTick: 9, legs: [leg] }, attacker })
    const done: string[] = []
    let sent = 0
    const network = {
      // Its own loopback, and its way onto the segment.
      directions: {
        count: 4,
        startOf: (direction: number) => [A, B, ME, ME][direction],
        endOf: (direction: number) => [SEGMENT, SEGMENT, ME, SEGMENT][direction],
      },
      addresses: { hostOf: (address: number) => address - 10, mainAddressOf: (host: number) => 10 + host },
      routing: { nextDirection: next, endOf: (direction: number) => direction },
      neighbours: hasSegments
        ? {
            claim: (segment: number, victim: number, address: number, by: number) => {
              done.push(`${by} claims ${address} before ${victim} on ${segment}`)
              return true
            },
            release: (segment: number, victim: number, address: number) =>
              done.push(`${address} before ${victim} on ${segment} is free`),
          }
        : undefined,
    }
    const agent = new ArpSpoofingAgent({ ...parts, network, events: { add: () => sent++ } } as unknown as AgentTools)
    const turns = [0, 9].map((tick) => {
      timeline.now = tick
      return agent.onTurn(0)
    })
    expect(turns).toEqual([9, NONE])
    return { done, sent, hasEffect: state.firstActTick(0) === 0 }
  }

  test('an attacker that spoofs ARP claims each end’s next hop before the other end, and withdraws this when its step ends', () => {
    expect(claiming()).toEqual({
      done: [
        `2 claims 11 before ${A} on 3`,
        `2 claims 10 before ${B} on 3`,
        `11 before ${A} on 3 is free`,
        `10 before ${B} on 3 is free`,
      ],
      sent: 2,
      hasEffect: true,
    })
  })

  test('an attacker that spoofs ARP claims nothing on a route that ends nowhere or loops', () => {
    expect(claiming({ next: (host) => (host === SEGMENT ? NONE : SEGMENT) })).toEqual({
      done: [],
      sent: 0,
      hasEffect: false,
    })
    expect(claiming({ next: () => NONE }).sent).toBe(0)
    expect(claiming({ next: (host) => (host === A ? B : A) }).sent).toBe(0)
    // Its own host is no segment, though the way leads over it.
    expect(claiming({ next: () => ME }).sent).toBe(0)
  })

  test('an attacker that spoofs ARP needs raw sockets and a segment for any effect', () => {
    const { done, ...rest } = claiming({ attacker: { hasRawSockets: false } })
    expect([done.length, rest]).toEqual([2, { sent: 2, hasEffect: false }])
    expect(claiming({ hasSegments: false })).toEqual({ done: [], sent: 2, hasEffect: false })
  })
})
