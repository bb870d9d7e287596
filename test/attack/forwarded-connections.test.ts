import { describe, expect, test } from 'vitest'
import type { AttackPlan } from '../../src/attack/attack-plan.ts'
import type { ActingStep, Leg } from '../../src/attack/planned-attackers.ts'
import { type ForwardedConnectionsParts, recordForwarding } from '../../src/attack/sockets/forwarded-connections.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import { EventCounts } from '../../src/attack/state/event-counts.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import type { Vantage } from '../../src/attack/vantages.ts'
import { NONE } from '../../src/engine/table.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { PASS, type PacketRule } from '../../src/network/packet-rule.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

/** The attacker's host, and that of the client; addresses have the number of their host, and 10 added. */
const [MINE, CLIENT] = [0, 1]
const [MY_ADDRESS, CLIENT_ADDRESS, SERVER_ADDRESS, PORT] = [10, 11, 12, 443]
/** Link directions: two that leave the attacker's host, its loopback, and one that leaves the client. */
const [TO_CLIENT, TO_SERVER, LOOP, OF_CLIENT] = [0, 1, 2, 3]
const FROM = [MINE, MINE, MINE, CLIENT]
/** Streams: of the tunnel's end to the server, and of its other side. */
const [OUTER, INNER] = [20, 21]

const leg = (path: number, more: Partial<Leg> = {}): Leg => ({
  path,
  replica: path,
  clientAddress: NONE,
  serverAddress: SERVER_ADDRESS,
  serverPort: PORT,
  isSpare: false,
  ...more,
})

interface LabStep extends Partial<ActingStep> {
  readonly technique: UsedTechnique
}

interface Options {
  readonly steps?: readonly LabStep[]
  readonly vantage?: Vantage
  readonly isForged?: boolean
  /** What its connection to the server is the end of; absent: it has no such connection, and forwards as a hop. */
  readonly tunnel?: 'none' | 'channel' | 'agent'
  /** The path that the connection in the tunnel is for. */
  readonly target?: number
  readonly ownAgents?: readonly { readonly step: number; readonly agent: number }[]
}

/** Path 0 has a connection of its own; path 1 leads to a service, path 2 to its replica, and path 3 is called 0. */
function lab({ steps = [{ technique: 'relay' }], vantage = 'node', isForged = false, tunnel, ...more }: Options = {}) {
  const { target = 0, ownAgents = [] } = more
  const { arena, timeline } = aTimeline()
  const packets = new PacketTable(arena)
  const rules = new Map<number, PacketRule>()
  const plan = {
    attackers: [anAttacker({ vantage, host: MINE }), anAttacker({ name: 'other', host: 9 })],
    steps: steps.map((step) => ({ ...aStep({ paths: [0], legs: [leg(0)] }), ...step })),
    victims: [0, 0, 0, 0],
    namedPaths: [0, 1, 1, 0],
  } as unknown as AttackPlan
  const state = new AttackState(arena, timeline, plan)
  const events = new EventCounts(arena, timeline, plan)
  const channel = 30
  const parts = {
    timeline,
    plan,
    state,
    events,
    ownAgents,
    network: {
      packets,
      rules: {
        attach: (direction: number, at: string, rule: PacketRule) => {
          expect([at, rules.has(direction)]).toEqual(['entry', false])
          rules.set(direction, rule)
        },
      },
      directions: { count: FROM.length, startOf: (direction: number) => FROM[direction] },
      routing: { nextDirection: (host: number, address: number) => (host === MINE && address === 0 ? LOOP : NONE) },
      addresses: { hostOf: (address: number, from: number) => (from === MINE ? address - 10 : NONE) },
    },
    tcp: { streamSending: (_: number, host: number) => (tunnel === undefined || host !== MINE ? NONE : OUTER) },
    relays: { otherSideOf: (stream: number) => (stream === OUTER && tunnel !== 'none' ? INNER : NONE) },
    channels: {
      channelOf: (stream: number) => (stream === INNER && tunnel === 'channel' ? channel : NONE),
      channels: { target: { [channel]: target } },
    },
    tunnelled: {
      targetOf: (stream: number) => (stream === INNER && tunnel === 'agent' ? target : NONE),
      agentOf: (stream: number) => (stream === INNER && tunnel === 'agent' ? 5 : NONE),
    },
    forge: { hasForged: () => isForged },
  } as unknown as ForwardedConnectionsParts
  recordForwarding(parts)
  let serial = 0
  /** Sends a packet on to the server. Returns the steps and paths for which it was recorded, as `step/path`. */
  const forward = ({ source = CLIENT_ADDRESS, port = PORT, payloadBytes = 100 } = {}): string[] => {
    const row = packets.allocate()
    packets.source[row] = source
    packets.destination[row] = SERVER_ADDRESS
    packets.destinationPort[row] = port
    packets.serial[row] = ++serial
    const all = steps.flatMap((_, step) => [0, 1, 2, 3].map((path) => [step, path] as const))
    const amounts = () => all.map(([step, path]) => events.amount(step, path, 'passed'))
    const before = amounts()
    expect(rules.get(TO_SERVER)?.judge({ row, payloadBytes } as Parameters<PacketRule['judge']>[0])).toBe(PASS)
    packets.release(row)
    return amounts().flatMap((amount, i) => (amount > before[i] ? [all[i].join('/')] : []))
  }
  return { forward, state, events, timeline, rules }
}

test('every packet that leaves an attacker’s host is inspected, except on its loopback', () => {
  expect([...lab().rules.keys()]).toEqual([TO_CLIENT, TO_SERVER])
  expect(FROM[OF_CLIENT]).not.toBe(MINE)
})

describe('a packet of others that an attacker’s host forwards as a hop', () => {
  test('a packet that an attacker’s host forwards counts for the steps whose server accepts connections, with the first packet as evidence', () => {
    const { forward, events } = lab({
      steps: [
        { technique: 'relay' },
        { technique: 'replay' },
        { technique: 'impersonate-server', paths: [1], legs: [leg(1, { replica: 2 })] },
        { technique: 'relay', attacker: 1 },
      ],
    })
    expect(forward({ port: 80 })).toEqual([])
    expect([forward(), forward()]).toEqual(Array(2).fill(['0/0', '2/2']))
    expect(events.amount(0, 0, 'passed')).toBe(2)
    expect(events.firstPacket(0, 0, 'passed')).toEqual({ direction: TO_SERVER, serial: 2 })
  })

  test.each([
    ['has no data', {}, { payloadBytes: 0 }],
    ['is its own', {}, { source: MY_ADDRESS }],
    ['is forged', { isForged: true }, {}],
    [
      'is of a tunnel that the path does not use',
      { steps: [{ technique: 'relay' as const, legs: [leg(0, { isSpare: true })] }] },
      {},
    ],
  ])('a packet that an attacker’s host forwards does not count where it %s', (_, options, packet) => {
    expect(lab(options).forward(packet)).toEqual([])
    expect(lab().forward()).toEqual(['0/0'])
  })

  test('a forwarded packet does not count once the steps are disabled, one or all', () => {
    const all = lab()
    all.state.disableAll()
    expect(all.forward()).toEqual([])
    const one = lab({ steps: [{ technique: 'relay' }, { technique: 'relay' }] })
    one.state.disable([0])
    expect(one.forward()).toEqual(['1/0'])
  })

  test.each([
    ['node', [false, true, true, false]],
    ['inline', [false, true, true, true]],
  ] as const)(
    'a forwarded packet counts during the step, and later too if tunnels end at the attacker’s host (%s)',
    (vantage, counted) => {
      const { forward, timeline } = lab({ vantage, steps: [{ technique: 'relay', startTick: 100, endTick: 200 }] })
      const isCounted = [99, 100, 199, 200].map((tick) => {
        timeline.now = tick
        return forward().length > 0
      })
      expect(isCounted).toEqual(counted)
    },
  )
})

describe.each(['channel', 'agent'] as const)('data that leaves a tunnel at an attacker’s host (%s)', (tunnel) => {
  test('data that leaves a tunnel at an attacker’s host counts for the steps that serve its path', () => {
    const steps: LabStep[] = [
      { technique: 'relay' },
      { technique: 'relay', paths: [1] },
      { technique: 'replay' },
      { technique: 'relay', attacker: 1 },
    ]
    expect(lab({ tunnel, steps }).forward({ source: MY_ADDRESS })).toEqual(['0/0'])
    expect(lab({ tunnel, steps, target: 1 }).forward()).toEqual(['1/1'])
    // The copy of a path has the name of that.
    expect(lab({ tunnel, steps, target: 3 }).forward()).toEqual(['0/0'])
    expect(lab({ tunnel, steps, target: NONE }).forward()).toEqual([])
  })

  test('data that leaves a tunnel at an attacker’s host counts on the path to a replica if the step has a route to it', () => {
    const steps = [{ technique: 'relay' as const, paths: [1], legs: [leg(1), leg(1, { replica: 2 })] }]
    expect(lab({ tunnel, steps, target: 2 }).forward()).toEqual(['0/2'])
    expect(lab({ tunnel, steps: [{ technique: 'relay', paths: [1], legs: [leg(1)] }], target: 2 }).forward()).toEqual([
      '0/1',
    ])
  })

  test('data that leaves a tunnel at an attacker’s host does not count before the step', () => {
    expect(lab({ tunnel, steps: [{ technique: 'relay', startTick: 1 }] }).forward()).toEqual([])
  })
})

test('data of the attacker’s own connection is not counted as forwarded', () => {
  expect(lab({ tunnel: 'none' }).forward()).toEqual([])
})

describe('data that leaves the tunnel of a Konnectivity agent of the attacker’s', () => {
  const steps: LabStep[] = [
    { technique: 'relay' },
    { technique: 'claim-agent', startTick: 50, endTick: 60 },
    { technique: 'claim-agent' },
    { technique: 'claim-agent', attacker: 1 },
  ]

  test('data that leaves a Konnectivity agent’s tunnel counts for the step that runs the agent, also after its end', () => {
    const { forward, timeline } = lab({
      tunnel: 'agent',
      steps,
      ownAgents: [
        { step: 2, agent: 4 },
        { step: 1, agent: 5 },
      ],
    })
    timeline.now = 70
    expect(forward()).toEqual(['1/0'])
  })

  test('data that leaves another attacker’s Konnectivity agent does not count for this attacker’s step', () => {
    const { forward } = lab({ tunnel: 'agent', steps, ownAgents: [{ step: 3, agent: 5 }] })
    expect(forward()).toEqual(['0/0'])
  })

  test('data that leaves a Konnectivity agent’s tunnel does not count as that of an SSH tunnel', () => {
    const { forward } = lab({ tunnel: 'channel', steps, ownAgents: [{ step: 1, agent: NONE }] })
    expect(forward()).toEqual(['0/0'])
  })
})
