import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { ConnectionTracking, TRACKING_BUCKETS } from '../../src/network/connection-tracking.ts'
import { ACK, FIN, RST, SYN } from '../../src/network/header-flags.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { aTimeline } from '../fixtures/event-counts.ts'

interface Tuple {
  readonly source: number
  readonly sourcePort: number
  readonly destination: number
  readonly destinationPort: number
}

/** A tracker of three hosts, driven by packets that are made for it. */
class TrackingLab {
  readonly tracking: ConnectionTracking
  readonly timeline
  private readonly packets: PacketTable
  private readonly packet

  constructor(establishedNs: readonly number[] | null = null) {
    const { arena, timeline } = aTimeline()
    this.timeline = timeline
    this.packets = new PacketTable(arena)
    this.packet = this.packets.allocate()
    this.tracking = new ConnectionTracking(arena, timeline, 3, establishedNs)
  }

  private packetOf({ source, sourcePort, destination, destinationPort }: Tuple, flags: number) {
    const { packets, packet } = this
    packets.source[packet] = source
    packets.sourcePort[packet] = sourcePort
    packets.destination[packet] = destination
    packets.destinationPort[packet] = destinationPort
    packets.flags[packet] = flags
    return packet
  }

  findOriginal(host: number, tuple: Tuple, flags = ACK) {
    return this.tracking.findOriginal(host, this.packets, this.packetOf(tuple, flags))
  }

  findReply(host: number, tuple: Tuple, flags = ACK) {
    return this.tracking.findReply(host, this.packets, this.packetOf(tuple, flags))
  }

  open(host: number, original: Tuple, reply = inverse(original)) {
    const { source, sourcePort, destination, destinationPort } = reply
    const packet = this.packetOf(original, SYN)
    return this.tracking.open(host, this.packets, packet, source, sourcePort, destination, destinationPort)
  }

  /** Returns whether a connection is still tracked after so many seconds of silence, and forgets the time. */
  isTrackedAfter(host: number, tuple: Tuple, ns: number): boolean {
    const before = this.timeline.now
    this.timeline.now = before + ns
    const isTracked = this.findOriginal(host, tuple) !== NONE
    this.timeline.now = before
    return isTracked
  }
}

function inverse({ source, sourcePort, destination, destinationPort }: Tuple): Tuple {
  return { source: destination, sourcePort: destinationPort, destination: source, destinationPort: sourcePort }
}

const TUPLE: Tuple = { source: 1, sourcePort: 1000, destination: 2, destinationPort: 80 }
const CLIENT = false
const SERVER = true

describe('a tracked connection', () => {
  test('a tracked connection is found by packets of its client and its server, in each direction, only at its host', () => {
    const lab = new TrackingLab()
    const row = lab.open(1, TUPLE)
    expect(lab.findOriginal(1, TUPLE)).toBe(row)
    expect(lab.findReply(1, inverse(TUPLE))).toBe(row)
    expect(lab.findReply(1, TUPLE)).toBe(NONE)
    expect(lab.findOriginal(1, inverse(TUPLE))).toBe(NONE)
    expect(lab.findOriginal(0, TUPLE)).toBe(NONE)
    for (const other of [{ source: 3 }, { sourcePort: 1001 }, { destination: 3 }, { destinationPort: 81 }]) {
      expect(lab.findOriginal(1, { ...TUPLE, ...other })).toBe(NONE)
    }
  })

  test('a tracked connection is found by all its addresses and ports, also in a shared hash bucket', () => {
    const { atFirst } = TRACKING_BUCKETS
    TRACKING_BUCKETS.atFirst = 1
    try {
      const lab = new TrackingLab()
      const row = lab.open(1, TUPLE)
      expect([lab.findOriginal(1, TUPLE), lab.findReply(1, inverse(TUPLE))]).toEqual([row, row])
      for (const other of [{ source: 3 }, { sourcePort: 1001 }, { destination: 3 }, { destinationPort: 81 }]) {
        expect(lab.findOriginal(1, { ...TUPLE, ...other })).toBe(NONE)
        expect(lab.findReply(1, inverse({ ...TUPLE, ...other }))).toBe(NONE)
      }
      expect([lab.findOriginal(0, TUPLE), lab.findReply(1, TUPLE)]).toEqual([NONE, NONE])
    } finally {
      TRACKING_BUCKETS.atFirst = atFirst
    }
  })

  test('a tracked connection is found by its server’s reply if an address is translated', () => {
    const lab = new TrackingLab()
    const reply = { source: 9, sourcePort: 8080, destination: 7, destinationPort: 1024 }
    const row = lab.open(1, TUPLE, reply)
    expect(lab.findReply(1, reply)).toBe(row)
    expect(lab.findReply(1, inverse(TUPLE))).toBe(NONE)
    expect(lab.tracking.isReplyInUse(1, 9, 8080, 7, 1024)).toBe(true)
    expect(lab.tracking.isReplyInUse(1, 9, 8080, 7, 1025)).toBe(false)
    expect(lab.tracking.isReplyInUse(0, 9, 8080, 7, 1024)).toBe(false)
  })

  test('a tracked connection keeps its host busy until it is forgotten', () => {
    const lab = new TrackingLab()
    expect([0, 1, 2].map((host) => lab.tracking.isIdle(host))).toEqual([true, true, true])
    const row = lab.open(1, TUPLE)
    const other = lab.open(1, { ...TUPLE, source: 5 })
    expect([0, 1, 2].map((host) => lab.tracking.isIdle(host))).toEqual([true, false, true])
    lab.tracking.forget(row)
    expect(lab.tracking.isIdle(1)).toBe(false)
    expect([lab.findOriginal(1, TUPLE), lab.findReply(1, inverse(TUPLE))]).toEqual([NONE, NONE])
    lab.tracking.forget(other)
    expect(lab.tracking.isIdle(1)).toBe(true)
  })
})

/** The seconds of Linux for which a connection is tracked without a packet, and the packets that lead to its state. */
const STATES: readonly [string, number, readonly (readonly [number, boolean])[]][] = [
  ['after the SYN', 120, []],
  ['after a second SYN', 120, [[SYN, CLIENT]]],
  ['after the SYN-ACK', 60, [[SYN | ACK, SERVER]]],
  [
    'after two SYN-ACKs',
    60,
    [
      [SYN | ACK, SERVER],
      [SYN | ACK, SERVER],
    ],
  ],
  [
    'once established',
    432_000,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
    ],
  ],
  [
    'with data',
    432_000,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [ACK, SERVER],
      [ACK, CLIENT],
    ],
  ],
  [
    'after the FIN of its client',
    120,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [FIN | ACK, CLIENT],
    ],
  ],
  [
    'after the FIN of its server',
    120,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [FIN | ACK, SERVER],
    ],
  ],
  [
    'after two FINs of one end',
    120,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [FIN, CLIENT],
      [FIN, CLIENT],
    ],
  ],
  [
    'after a FIN and data',
    120,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [FIN, CLIENT],
      [ACK, SERVER],
      [ACK, CLIENT],
    ],
  ],
  [
    'after the FINs of both',
    120,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [FIN, CLIENT],
      [FIN, SERVER],
    ],
  ],
  [
    'after a RST',
    10,
    [
      [SYN | ACK, SERVER],
      [ACK, CLIENT],
      [RST, SERVER],
    ],
  ],
  ['after a RST of its client', 10, [[RST | ACK, CLIENT]]],
  [
    'after a RST and more',
    10,
    [
      [SYN | ACK, SERVER],
      [RST, SERVER],
      [ACK, CLIENT],
      [FIN, CLIENT],
      [FIN, SERVER],
    ],
  ],
]

describe('a silent connection is forgotten', () => {
  test.each(STATES)('a silent connection %s is forgotten after %d s', (_, seconds, packets) => {
    const lab = new TrackingLab()
    lab.timeline.now = 5 * NS_PER_S
    const row = lab.open(1, TUPLE)
    for (const [flags, isReply] of packets) {
      lab.timeline.now += NS_PER_S
      lab.tracking.update(row, flags, isReply)
    }
    expect(lab.isTrackedAfter(1, TUPLE, seconds * NS_PER_S)).toBe(true)
    expect(lab.isTrackedAfter(1, TUPLE, seconds * NS_PER_S + 1)).toBe(false)
  })

  test('a silent connection is forgotten after its host’s time-out if established, else after that of Linux', () => {
    const lab = new TrackingLab([1, 35 * NS_PER_S, 2])
    const row = lab.open(1, TUPLE)
    expect(lab.isTrackedAfter(1, TUPLE, 120 * NS_PER_S)).toBe(true)
    lab.tracking.update(row, SYN | ACK, SERVER)
    lab.tracking.update(row, ACK, CLIENT)
    expect(lab.isTrackedAfter(1, TUPLE, 35 * NS_PER_S)).toBe(true)
    expect(lab.isTrackedAfter(1, TUPLE, 35 * NS_PER_S + 1)).toBe(false)
  })

  test('the port of a silent connection is free for another once it is forgotten', () => {
    const lab = new TrackingLab()
    lab.open(1, TUPLE)
    lab.timeline.now = 120 * NS_PER_S
    expect(lab.tracking.isReplyInUse(1, 2, 80, 1, 1000)).toBe(true)
    lab.timeline.now++
    expect(lab.tracking.isReplyInUse(1, 2, 80, 1, 1000)).toBe(false)
    expect(lab.tracking.isIdle(1)).toBe(true)
  })
})

test.each(STATES)(
  'a SYN of the client begins a new tracked connection only after the end of the old one: %s',
  (name, _, packets) => {
    const lab = new TrackingLab()
    const row = lab.open(1, TUPLE)
    for (const [flags, isReply] of packets) lab.tracking.update(row, flags, isReply)
    const hasEnded = ['after the FINs of both', 'after a RST', 'after a RST of its client', 'after a RST and more']
    expect(lab.findOriginal(1, TUPLE, ACK)).toBe(row)
    expect(lab.findOriginal(1, TUPLE, SYN | ACK)).toBe(row)
    expect(lab.findOriginal(1, TUPLE, RST)).toBe(row)
    expect(lab.findOriginal(1, TUPLE, SYN)).toBe(hasEnded.includes(name) ? NONE : row)
  },
)

test('the established connections of a host are ordered by addresses and ports, in whatever order they began', () => {
  const tuples: readonly Tuple[] = [
    TUPLE,
    { ...TUPLE, source: 3, sourcePort: 5 },
    { ...TUPLE, sourcePort: 999 },
    { ...TUPLE, sourcePort: 999, destination: 1 },
    { ...TUPLE, sourcePort: 999, destination: 1, destinationPort: 79 },
    { ...TUPLE, source: 0, sourcePort: 9000 },
  ]
  const sorted = [5, 4, 3, 2, 0, 1]
  for (const order of [
    [0, 1, 2, 3, 4, 5],
    [5, 4, 3, 2, 1, 0],
    [2, 0, 4, 1, 5, 3],
  ]) {
    const lab = new TrackingLab()
    const rows = new Map<number, number>()
    for (const i of order) {
      const row = lab.open(1, tuples[i])
      lab.tracking.update(row, SYN | ACK, SERVER)
      lab.tracking.update(row, ACK, CLIENT)
      rows.set(row, i)
    }
    lab.open(1, { ...TUPLE, source: 2 })
    const elsewhere = lab.open(2, TUPLE)
    lab.tracking.update(elsewhere, SYN | ACK, SERVER)
    lab.tracking.update(elsewhere, ACK, CLIENT)
    expect(lab.tracking.establishedAt(1).map((row) => rows.get(row))).toEqual(sorted)
    expect(lab.tracking.establishedAt(2)).toEqual([elsewhere])
    expect(lab.tracking.establishedAt(0)).toEqual([])
  }
})

/** Opens connections from these ports of a client, and returns the tuples and the buckets that there are then. */
function sizesAfter(lab: TrackingLab, ports: readonly number[]): readonly [tuples: number, buckets: number] {
  for (const sourcePort of ports) lab.open(1, { ...TUPLE, sourcePort })
  return [lab.tracking.tuples.count, lab.tracking['buckets'].values.length]
}

const portsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i)

describe('a table of connections that is full', () => {
  const silence = (lab: TrackingLab) => {
    lab.timeline.now += 121 * NS_PER_S
  }

  test('a full connection table removes timed-out connections, and only then', () => {
    const lab = new TrackingLab()
    expect(sizesAfter(lab, portsFrom(1, 31))).toEqual([62, 64])
    silence(lab)
    expect(sizesAfter(lab, [100])).toEqual([64, 64])
    expect(sizesAfter(lab, [101])).toEqual([4, 64])
    expect(lab.tracking.isIdle(1)).toBe(false)
    silence(lab)
    for (const sourcePort of [100, 101]) expect(lab.findOriginal(1, { ...TUPLE, sourcePort })).toBe(NONE)
    expect([lab.tracking.isIdle(1), lab.tracking.table.count]).toEqual([true, 0])
  })

  test('a full connection table grows while more than half of it is alive', () => {
    for (const [alive, buckets] of [
      [16, 64],
      [17, 128],
      [32, 128],
    ] as const) {
      const lab = new TrackingLab()
      sizesAfter(lab, portsFrom(1, 32 - alive))
      silence(lab)
      expect(sizesAfter(lab, portsFrom(1_000, alive))).toEqual([64, 64])
      expect(sizesAfter(lab, [9])).toEqual([2 * alive + 2, buckets])
      for (const sourcePort of [9, ...portsFrom(1_000, alive)])
        expect(lab.findOriginal(1, { ...TUPLE, sourcePort })).not.toBe(NONE)
    }
  })
})

describe('many connections', () => {
  test('any number of tracked connections are all found', () => {
    const lab = new TrackingLab()
    const tuples = Array.from({ length: 500 }, (_, i) => ({ ...TUPLE, sourcePort: 1000 + i, source: i % 7 }))
    const rows = tuples.map((tuple, i) => lab.open(i % 3, tuple))
    expect(new Set(rows).size).toBe(500)
    expect(tuples.map((tuple, i) => lab.findOriginal(i % 3, tuple))).toEqual(rows)
    expect(tuples.map((tuple, i) => lab.findReply(i % 3, inverse(tuple)))).toEqual(rows)
  })

  test('forgotten connections make room, so that memory does not grow with time', () => {
    const lab = new TrackingLab()
    const { tuples } = lab.tracking
    for (let i = 0; i < 20_000; i++) {
      lab.open(0, { ...TUPLE, sourcePort: i % 60_000, source: i })
      lab.timeline.now += 5 * NS_PER_S
    }
    // 120 s of connections, one each 5 s, are alive at a time; twice as many may be in the tables.
    expect(tuples.count).toBeLessThanOrEqual(2 * 2 * 32)
    expect(lab.isTrackedAfter(0, { ...TUPLE, sourcePort: 19_999, source: 19_999 }, 0)).toBe(true)
  })

  test('many tracked connections are those of a linear search', () => {
    interface Model {
      readonly host: number
      readonly port: number
      state: 'opening' | 'answered' | 'established' | 'closing' | 'closed' | 'reset'
      fins: Set<boolean>
      seen: number
    }
    const SECONDS = { opening: 120, answered: 60, established: 432_000, closing: 120, closed: 120, reset: 10 }
    const step = fc.record({
      host: fc.nat(1),
      port: fc.nat(3),
      flags: fc.constantFrom(SYN, SYN | ACK, ACK, FIN | ACK, RST),
      isReply: fc.boolean(),
      waitsS: fc.constantFrom(0, 1, 9, 30, 61, 119, 121),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lab = new TrackingLab()
        let model: Model[] = []
        for (const { host, port, flags, isReply, waitsS } of steps) {
          lab.timeline.now += waitsS * NS_PER_S
          const { now } = lab.timeline
          model = model.filter((one) => now <= one.seen + SECONDS[one.state] * NS_PER_S)
          const tuple = { ...TUPLE, sourcePort: port }
          const isOver = (one: Model) => one.state === 'closed' || one.state === 'reset'
          if (flags === SYN && !isReply)
            model = model.filter((one) => one.host !== host || one.port !== port || !isOver(one))
          let known = model.find((one) => one.host === host && one.port === port)
          let row = isReply ? lab.findReply(host, inverse(tuple), flags) : lab.findOriginal(host, tuple, flags)
          expect(row !== NONE).toBe(known !== undefined)
          if (known === undefined) {
            if (isReply) continue
            row = lab.open(host, tuple)
            known = { host, port, state: 'opening', fins: new Set(), seen: now }
            model.push(known)
          }
          lab.tracking.update(row, flags, isReply)
          known.seen = now
          if ((flags & RST) !== 0) known.state = 'reset'
          if (known.state === 'reset') continue
          if ((flags & FIN) !== 0) {
            known.fins.add(isReply)
            known.state = known.fins.size === 2 ? 'closed' : 'closing'
          } else if (known.state === 'opening' && isReply) known.state = 'answered'
          else if (known.state === 'answered' && !isReply) known.state = 'established'
          const established = model.filter((one) => one.state === 'established' && one.host === host)
          expect(lab.tracking.establishedAt(host).length).toBe(established.length)
        }
      }),
    )
  })
})
