import type { Arena, ArenaTable, Columns } from '../engine/arena.ts'
import { finish32, mix32 } from '../engine/hash.ts'
import { NONE, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import { ACK, FIN, RST, SYN } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Packet, Tracked } from './rows.ts'

const OPENING = 0
const ANSWERED = 1
const ESTABLISHED = 2
const CLOSING = 3
const CLOSED = 4
const RESET = 5

/**
 * How long a connection is remembered without a packet, by state: net.netfilter.nf_conntrack_tcp_timeout_* of Linux
 * (syn_sent, syn_recv, established, fin_wait, time_wait, close).
 */
const TIMEOUT_NS = [120, 60, 432_000, 120, 120, 10].map((seconds) => seconds * NS_PER_S)

const FIN_OF_CLIENT = 1
const FIN_OF_SERVER = 2

const INITIAL_BUCKETS = 64

class TrackedTable extends Table<Tracked> {
  readonly host = this.int32()
  /** As the client sends them: addresses by index, ports. */
  readonly source = this.int32()
  readonly sourcePort = this.uint16()
  readonly destination = this.int32()
  readonly destinationPort = this.uint16()
  /** As the server sees them: whom it answers, and as whom. */
  readonly replySource = this.int32()
  readonly replySourcePort = this.uint16()
  readonly replyDestination = this.int32()
  readonly replyDestinationPort = this.uint16()
  readonly state = this.uint8()
  readonly fins = this.uint8()
  readonly lastSeenTick = this.float64()
  readonly nextByOriginal = this.handle<Tracked>()
  readonly nextByReply = this.handle<Tracked>()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

class Buckets implements ArenaTable {
  byOriginal!: Int32Array
  byReply!: Int32Array

  layOut(columns: Columns): void {
    this.byOriginal = columns.int32()
    this.byReply = columns.int32()
  }
}

class HostCounts implements ArenaTable {
  rows!: Int32Array

  layOut(columns: Columns): void {
    this.rows = columns.int32()
  }
}

/**
 * The connections that hosts remember, as Linux does (conntrack): each by the addresses and ports that its client
 * sends to, and by those that its server answers from, which differ where addresses are translated.
 *
 * Nothing is scheduled for it. A connection whose time is over counts as forgotten when somebody asks, and its row is
 * swept up when room runs short, so that the table stays within a factor of those that are alive.
 */
export class ConnectionTracking {
  readonly table: TrackedTable
  private readonly arena: Arena
  private readonly timeline: Timeline
  private readonly buckets = new Buckets()
  private readonly counts = new HostCounts()

  constructor(arena: Arena, timeline: Timeline, hostCount: number) {
    this.arena = arena
    this.timeline = timeline
    this.table = new TrackedTable(arena)
    arena.attach(this.buckets, INITIAL_BUCKETS)
    arena.attach(this.counts, Math.max(hostCount, 1))
    this.buckets.byOriginal.fill(NONE)
    this.buckets.byReply.fill(NONE)
  }

  /** Whether a host remembers anything at all. */
  isIdle(host: number): boolean {
    return this.counts.rows[host] === 0
  }

  /** The connection in whose client's name the packet was sent, or NONE. One that is over makes way for a new SYN. */
  findOriginal(host: number, packets: PacketTable, packet: Packet): Tracked {
    const row = this.lookUpOriginal(
      host,
      packets.source[packet],
      packets.sourcePort[packet],
      packets.destination[packet],
      packets.destinationPort[packet],
    )
    if (row === NONE) return NONE
    const isNew = (packets.flags[packet] & (SYN | ACK)) === SYN && this.table.state[row] >= CLOSED
    if (!isNew && !this.isOver(row)) return row
    this.remove(row)
    return NONE
  }

  /** The connection in whose server's name the packet was sent, or NONE. */
  findReply(host: number, packets: PacketTable, packet: Packet): Tracked {
    const row = this.lookUpReply(
      host,
      packets.source[packet],
      packets.sourcePort[packet],
      packets.destination[packet],
      packets.destinationPort[packet],
    )
    if (row === NONE || !this.isOver(row)) return row
    this.remove(row)
    return NONE
  }

  /** Remembers the connection that a packet begins; the server answers from `replySource`, to `replyDestination`. */
  open(
    host: number,
    packets: PacketTable,
    packet: Packet,
    replySource: number,
    replySourcePort: number,
    replyDestination: number,
    replyDestinationPort: number,
  ): Tracked {
    this.makeRoom()
    const { table } = this
    const row = table.allocate()
    table.host[row] = host
    table.source[row] = packets.source[packet]
    table.sourcePort[row] = packets.sourcePort[packet]
    table.destination[row] = packets.destination[packet]
    table.destinationPort[row] = packets.destinationPort[packet]
    table.replySource[row] = replySource
    table.replySourcePort[row] = replySourcePort
    table.replyDestination[row] = replyDestination
    table.replyDestinationPort[row] = replyDestinationPort
    table.state[row] = OPENING
    table.lastSeenTick[row] = this.timeline.now
    this.counts.rows[host]++
    this.link(row)
    return row
  }

  /** A packet of a connection passes, from its client or (`isReply`) its server. */
  note(row: Tracked, flags: number, isReply: boolean): void {
    const { table } = this
    table.lastSeenTick[row] = this.timeline.now
    if ((flags & RST) !== 0) table.state[row] = RESET
    if (table.state[row] === RESET) return
    if ((flags & FIN) !== 0) {
      table.fins[row] |= isReply ? FIN_OF_SERVER : FIN_OF_CLIENT
      table.state[row] = table.fins[row] === (FIN_OF_CLIENT | FIN_OF_SERVER) ? CLOSED : CLOSING
    } else if (table.state[row] === OPENING && isReply) table.state[row] = ANSWERED
    else if (table.state[row] === ANSWERED && !isReply) table.state[row] = ESTABLISHED
  }

  /** Whether a server's answers with these addresses and ports would be taken for those of another connection. */
  isTaken(host: number, source: number, sourcePort: number, destination: number, destinationPort: number): boolean {
    const row = this.lookUpReply(host, source, sourcePort, destination, destinationPort)
    if (row === NONE || !this.isOver(row)) return row !== NONE
    this.remove(row)
    return false
  }

  private isOver(row: Tracked): boolean {
    return this.timeline.now > this.table.lastSeenTick[row] + TIMEOUT_NS[this.table.state[row]]
  }

  /** Also one whose time is over. */
  lookUpOriginal(
    host: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): Tracked {
    const { table } = this
    let row = this.table.rowAt(
      this.buckets.byOriginal[this.bucketOf(host, source, sourcePort, destination, destinationPort)],
    )
    while (row !== NONE) {
      if (
        table.sourcePort[row] === sourcePort &&
        table.destinationPort[row] === destinationPort &&
        table.host[row] === host &&
        table.source[row] === source &&
        table.destination[row] === destination
      ) {
        return row
      }
      row = table.nextByOriginal[row]
    }
    return NONE
  }

  /** Also one whose time is over. */
  lookUpReply(host: number, source: number, sourcePort: number, destination: number, destinationPort: number): Tracked {
    const { table } = this
    let row = this.table.rowAt(
      this.buckets.byReply[this.bucketOf(host, source, sourcePort, destination, destinationPort)],
    )
    while (row !== NONE) {
      if (
        table.replySourcePort[row] === sourcePort &&
        table.replyDestinationPort[row] === destinationPort &&
        table.host[row] === host &&
        table.replySource[row] === source &&
        table.replyDestination[row] === destination
      ) {
        return row
      }
      row = table.nextByReply[row]
    }
    return NONE
  }

  private remove(row: Tracked): void {
    const { table } = this
    this.counts.rows[table.host[row]]--
    this.unlinkOriginal(row)
    this.unlinkReply(row)
    table.release(row)
  }

  private unlinkOriginal(row: Tracked): void {
    const { table, buckets } = this
    const bucket = this.originalBucket(row)
    const first = this.table.rowAt(buckets.byOriginal[bucket])
    if (first === row) {
      buckets.byOriginal[bucket] = table.nextByOriginal[row]
      return
    }
    let before = first
    while (table.nextByOriginal[before] !== row) before = table.nextByOriginal[before]
    table.nextByOriginal[before] = table.nextByOriginal[row]
  }

  private unlinkReply(row: Tracked): void {
    const { table, buckets } = this
    const bucket = this.replyBucket(row)
    const first = this.table.rowAt(buckets.byReply[bucket])
    if (first === row) {
      buckets.byReply[bucket] = table.nextByReply[row]
      return
    }
    let before = first
    while (table.nextByReply[before] !== row) before = table.nextByReply[before]
    table.nextByReply[before] = table.nextByReply[row]
  }

  private makeRoom(): void {
    if (this.table.count < this.buckets.byOriginal.length) return
    const rows = this.rows()
    for (const row of rows) if (this.isOver(row)) this.remove(row)
    if (this.table.count <= this.buckets.byOriginal.length / 2) return
    const alive = this.rows()
    this.arena.grow(this.buckets, this.buckets.byOriginal.length * 2)
    this.buckets.byOriginal.fill(NONE)
    this.buckets.byReply.fill(NONE)
    for (const row of alive) this.link(row)
  }

  private rows(): Tracked[] {
    const rows: Tracked[] = []
    for (const first of this.buckets.byOriginal) {
      for (let row = this.table.rowAt(first); row !== NONE; row = this.table.nextByOriginal[row]) rows.push(row)
    }
    return rows
  }

  private link(row: Tracked): void {
    const { table, buckets } = this
    const original = this.originalBucket(row)
    const reply = this.replyBucket(row)
    table.nextByOriginal[row] = this.table.rowAt(buckets.byOriginal[original])
    table.nextByReply[row] = this.table.rowAt(buckets.byReply[reply])
    buckets.byOriginal[original] = row
    buckets.byReply[reply] = row
  }

  private originalBucket(row: Tracked): number {
    const { host, source, sourcePort, destination, destinationPort } = this.table
    return this.bucketOf(host[row], source[row], sourcePort[row], destination[row], destinationPort[row])
  }

  private replyBucket(row: Tracked): number {
    const { host, replySource, replySourcePort, replyDestination, replyDestinationPort } = this.table
    return this.bucketOf(
      host[row],
      replySource[row],
      replySourcePort[row],
      replyDestination[row],
      replyDestinationPort[row],
    )
  }

  /** The number of buckets is a power of two. */
  private bucketOf(
    host: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): number {
    const hash = mix32(mix32(mix32(host, source), destination), (sourcePort << 16) | destinationPort)
    return finish32(hash) & (this.buckets.byOriginal.length - 1)
  }
}
