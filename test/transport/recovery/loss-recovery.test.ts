import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../../src/engine/arena.ts'
import { namesOf } from '../../../src/engine/registry.ts'
import { NONE } from '../../../src/engine/table.ts'
import { ALL_OPTIONS } from '../../../src/network/syn-options.ts'
import { ConnectionTable } from '../../../src/transport/connections/connection.ts'
import { TCP_PROFILES } from '../../../src/transport/profiles/tcp-profiles.ts'
import { Ns3Detection } from '../../../src/transport/recovery/ns3-detection.ts'
import { RackDetection } from '../../../src/transport/recovery/rack-recovery.ts'
import { SackDetection } from '../../../src/transport/recovery/sack-recovery.ts'
import { LOST, RETRANSMITTED, SACKED, Scoreboard } from '../../../src/transport/recovery/scoreboard.ts'
import type { LossDetection } from '../../../src/transport/recovery/standard-recovery.ts'
import type { Connection, Segment } from '../../../src/transport/rows.ts'

type Detection = Pick<LossDetection, 'detectLosses' | 'markAtTimeout'>

const IMPLEMENTATIONS = [
  {
    name: 'SackDetection',
    create: (connections: ConnectionTable, scoreboard: Scoreboard): Detection =>
      new SackDetection(connections, scoreboard),
  },
  {
    name: 'RackDetection',
    create: (connections: ConnectionTable, scoreboard: Scoreboard): Detection =>
      new RackDetection(connections, scoreboard),
  },
  {
    name: 'Ns3Detection',
    create: (connections: ConnectionTable, scoreboard: Scoreboard): Detection =>
      new Ns3Detection(connections, scoreboard),
  },
] as const

/** A scoreboard of one connection. Segments are named by number and are 1000 bytes long. */
class Board {
  readonly connections = new ConnectionTable(new Arena())
  readonly scoreboard: Scoreboard
  readonly recovery: Detection
  readonly connection: Connection
  now = 100

  constructor(create: (typeof IMPLEMENTATIONS)[number]['create'], sent: number) {
    const { connections } = this
    this.scoreboard = new Scoreboard(new Arena(), connections)
    this.recovery = create(connections, this.scoreboard)
    this.connection = connections.allocate()
    connections.profiles = Object.values(TCP_PROFILES)
    connections.profile[this.connection] = namesOf(TCP_PROFILES).indexOf('linux')
    connections.options[this.connection] = ALL_OPTIONS
    connections.maximumSegmentBytes[this.connection] = 1000
    connections.minimumRttNs[this.connection] = 100
    connections.smoothedRttNs[this.connection] = 100
    connections.reorderingSteps[this.connection] = 1
    connections.initializeNs3(this.connection)
    for (let number = 0; number < sent; number++)
      this.scoreboard.push(this.connection, number * 1000, (number + 1) * 1000, number)
  }

  get rows(): Segment[] {
    const { segments } = this.scoreboard
    const rows: Segment[] = []
    for (let row = this.connections.firstSegment[this.connection]; row !== NONE; row = segments.next[row])
      rows.push(row)
    return rows
  }

  sack(...numbers: number[]): void {
    const { recovery, scoreboard } = this
    const board = recovery instanceof Ns3Detection ? recovery : scoreboard
    for (const number of numbers)
      board.markSacked(this.connection, this.scoreboard.segments.rowAt(this.rows[number]), this.now)
  }

  nextLost(): Segment {
    const { connection, recovery, scoreboard } = this
    return recovery instanceof Ns3Detection ? recovery.nextLost(connection) : scoreboard.oldestLost(connection)
  }

  detectLosses(): boolean {
    return this.recovery.detectLosses(this.connection, this.now)
  }

  timeOut(): void {
    this.recovery.markAtTimeout(this.connection, this.now)
  }

  retransmit(number: number, tick: number): void {
    this.scoreboard.markRetransmitted(this.connection, this.scoreboard.segments.rowAt(this.rows[number]), tick)
  }

  having(flag: number): number[] {
    return this.rows.flatMap((row, number) => ((this.scoreboard.segments.flags[row] & flag) !== 0 ? [number] : []))
  }

  get inFlight(): number {
    return this.connections.segmentsInFlight(this.connection)
  }
}

describe.each(IMPLEMENTATIONS)('$name', ({ create }) => {
  test('loss detection marks a lost segment once, and reports it once', () => {
    const board = new Board(create, 5)
    board.sack(2, 3, 4)
    expect(board.detectLosses()).toBe(true)
    expect(board.detectLosses()).toBe(false)
    expect(board.having(LOST)).toEqual([0, 1])
  })

  test('loss detection does not mark a retransmission as lost while it can still arrive', () => {
    const board = new Board(create, 6)
    board.sack(2, 3, 4)
    board.detectLosses()
    board.retransmit(0, 200)
    expect(board.detectLosses()).toBe(false)
    board.sack(5)
    expect(board.detectLosses()).toBe(false)
    expect(board.having(RETRANSMITTED)).toEqual([0])
  })

  test('loss detection marks everything that has not arrived as lost at a timeout', () => {
    const board = new Board(create, 5)
    board.sack(1, 3)
    board.retransmit(0, 50)
    board.now = 300
    board.timeOut()
    expect(board.having(LOST)).toEqual([0, 2, 4])
    expect(board.having(SACKED)).toEqual([1, 3])
    expect(board.having(RETRANSMITTED)).toEqual([])
    expect(board.inFlight).toBe(0)
  })

  test('loss detection never marks a segment that has arrived, and reports each mark that it sets', () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('sack' as const), number: fc.nat(19), tick: fc.nat(1000) }),
      fc.record({ kind: fc.constant('retransmit' as const), number: fc.nat(19), tick: fc.nat(1000) }),
      fc.record({ kind: fc.constant('timeout' as const), number: fc.constant(0), tick: fc.nat(1000) }),
    )
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const board = new Board(create, 20)
        for (const { kind, number, tick } of moves) {
          const isSacked = board.having(SACKED).includes(number)
          if (kind === 'sack' && !isSacked) board.sack(number)
          if (kind === 'retransmit' && board.having(LOST).includes(number)) board.retransmit(number, tick)
          if (kind === 'timeout') board.timeOut()
          const before = board.inFlight
          const hasMarked = board.detectLosses()
          expect(board.inFlight < before).toBe(hasMarked)
          const lost = board.having(LOST)
          expect(board.having(SACKED).filter((sacked) => lost.includes(sacked))).toEqual([])
          expect(board.inFlight).toBe(
            20 - board.having(SACKED).length - lost.length + board.having(RETRANSMITTED).length,
          )
        }
      }),
    )
  })
})

describe('SackDetection', () => {
  const { create } = IMPLEMENTATIONS[0]

  test('SackDetection marks a segment as lost when three behind it have arrived, and not before', () => {
    const board = new Board(create, 6)
    board.sack(2)
    expect(board.detectLosses()).toBe(false)
    board.sack(4)
    expect(board.detectLosses()).toBe(false)
    expect(board.inFlight).toBe(4)
    board.sack(5)
    expect(board.detectLosses()).toBe(true)
    // Only two segments behind segment 3 have arrived.
    expect(board.having(LOST)).toEqual([0, 1])
    expect(board.inFlight).toBe(1)
  })

  test('SackDetection marks a retransmission as lost when a segment sent well after it has arrived', () => {
    const board = new Board(create, 5)
    board.sack(2, 3, 4)
    board.detectLosses()
    board.retransmit(0, 200)
    board.retransmit(1, 200)
    // The reordering window is a quarter of the shortest round trip, 100 ticks.
    const late = board.scoreboard.push(board.connection, 5000, 6000, 225)
    board.scoreboard.markSacked(board.connection, late, board.now)
    expect(board.detectLosses()).toBe(false)
    const later = board.scoreboard.push(board.connection, 6000, 7000, 226)
    board.scoreboard.markSacked(board.connection, later, board.now)
    expect(board.detectLosses()).toBe(true)
    expect(board.having(LOST)).toEqual([0, 1])
    expect(board.having(RETRANSMITTED)).toEqual([])
    expect(board.inFlight).toBe(0)
  })
})

describe('RackDetection', () => {
  const { create } = IMPLEMENTATIONS[1]

  test('RackDetection marks segments sent before one that has arrived as lost, after a quarter of a round trip for reordering', () => {
    const board = new Board(create, 6)
    board.now = 102
    board.sack(2)
    expect(board.detectLosses()).toBe(false)
    // Segment 1, sent at tick 1, has 100 and 25 ticks.
    expect(board.connections.reorderingWaitNs[board.connection]).toBe(1 + 125 - 102 + 2_000_000)
    board.now = 125
    expect(board.detectLosses()).toBe(true)
    expect(board.having(LOST)).toEqual([0])
    board.now = 126
    expect(board.detectLosses()).toBe(true)
    expect(board.having(LOST)).toEqual([0, 1])
    expect(board.connections.reorderingWaitNs[board.connection]).toBe(0)
  })

  test('RackDetection does not wait after three arrivals, unless the network was seen to reorder', () => {
    for (const reorders of [false, true]) {
      const board = new Board(create, 6)
      board.connections.hasReordering[board.connection] = reorders ? 1 : 0
      board.now = 105
      board.sack(2, 4, 5)
      expect(board.detectLosses()).toBe(!reorders)
      expect(board.having(LOST)).toEqual(reorders ? [] : [0, 1, 3])
    }
  })

  test('RackDetection marks a retransmission as lost like any other segment: when one sent later has arrived', () => {
    const board = new Board(create, 5)
    board.now = 104
    board.sack(2, 3, 4)
    board.detectLosses()
    board.retransmit(0, 200)
    board.retransmit(1, 200)
    const late = board.scoreboard.push(board.connection, 5000, 6000, 201)
    expect(board.detectLosses()).toBe(false)
    board.now = 301
    board.scoreboard.markSacked(board.connection, late, board.now)
    expect(board.detectLosses()).toBe(true)
    expect(board.having(LOST)).toEqual([0, 1])
    expect(board.having(RETRANSMITTED)).toEqual([])
  })

  test('RackDetection detects reordering when a segment that was sent only once arrives late', () => {
    const board = new Board(create, 5)
    board.sack(3)
    board.scoreboard.priorHighestSacked = board.connections.highestSacked[board.connection]
    expect(board.connections.hasReordering[board.connection]).toBe(0)
    board.sack(1)
    expect(board.connections.hasReordering[board.connection]).toBe(1)
  })

  test('RackDetection attributes an ACK sooner than any round trip to the original transmission', () => {
    const board = new Board(create, 5)
    board.retransmit(0, 90)
    board.now = 105
    board.sack(0)
    expect(board.connections.latestArrivedSentTick[board.connection]).toBe(0)
  })

  test('RackDetection does not mark segments as lost at a timeout when they have just been sent', () => {
    const board = new Board(create, 4)
    board.now = 102
    board.sack(2)
    const young = board.scoreboard.push(board.connection, 4000, 5000, 150)
    board.now = 200
    board.timeOut()
    expect(board.having(LOST)).toEqual([0, 1, 3])
    expect(board.scoreboard.segments.flags[young]).toBe(0)
  })
})

describe('Ns3Detection', () => {
  const { create } = IMPLEMENTATIONS[2]

  test('Ns3Detection counts a retransmission that arrived out of order as in flight until it is cumulatively acknowledged', () => {
    const board = new Board(create, 7)
    board.sack(3, 4, 5)
    board.detectLosses()
    board.retransmit(1, 200)
    expect(board.inFlight).toBe(2)
    board.sack(1)
    expect(board.having(RETRANSMITTED)).toEqual([1])
    expect(board.inFlight).toBe(2)
  })

  test('Ns3Detection never marks a retransmission as lost, whatever has arrived since', () => {
    const board = new Board(create, 5)
    board.sack(2, 3, 4)
    board.detectLosses()
    board.retransmit(0, 200)
    for (let number = 5; number < 20; number++) {
      board.scoreboard.push(board.connection, number * 1000, (number + 1) * 1000, 300 + number)
      board.sack(number)
    }
    expect(board.detectLosses()).toBe(false)
    expect(board.having(RETRANSMITTED)).toEqual([0])
  })

  test('Ns3Detection retransmits, after a timeout, nothing above the highest segment that has arrived', () => {
    const board = new Board(create, 6)
    board.sack(3)
    board.timeOut()
    expect(board.having(LOST)).toEqual([0, 1, 2, 4, 5])
    const repeated: number[] = []
    for (let row = board.nextLost(); row !== NONE; ) {
      repeated.push(board.rows.indexOf(row))
      board.scoreboard.markRetransmitted(board.connection, row, 300)
      row = board.nextLost()
    }
    expect(repeated).toEqual([0, 1, 2])
  })

  test('Ns3Detection counts the segment just below the highest one as the highest, so one arrival fewer counts for the rest', () => {
    const board = new Board(create, 8)
    board.sack(7, 6, 5)
    // Of 5, 6 and 7 only 5 is at or below the highest.
    expect(board.detectLosses()).toBe(false)
    board.sack(4, 3)
    expect(board.detectLosses()).toBe(false)
  })
})
