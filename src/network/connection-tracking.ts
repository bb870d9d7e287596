import type { Arena, ArenaTable, Columns } from '../engine/arena.ts'
import { finish32, mix32 } from '../engine/hash.ts'
import { NONE, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import { ACK, FIN, RST, SYN } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Packet, Tracked, Tuple } from './rows.ts'

const OPENING = 0
const ANSWERED = 1
const ESTABLISHED = 2
const CLOSING = 3
const CLOSED = 4
const RESET = 5

/**
 * Seconds for which a connection is tracked without a packet, by state: the defaults of Linux's
 * net.netfilter.nf_conntrack_tcp_timeout_* (syn_sent, syn_recv, established, fin_wait, time_wait, close).
 */
const TIMEOUT_NS = [120, 60, 432_000, 120, 120, 10].map((seconds) => seconds * NS_PER_S)

const FIN_OF_CLIENT = 1
const FIN_OF_SERVER = 2

/** The buckets of the hash table at first, a power of two. Tests have fewer. */
export const TRACKING_BUCKETS = { atFirst: 64 }

/** Addresses (by index) and ports of the packets that one side of a connection sends, as they reach the host. */
class TupleTable extends Table<Tuple> {
  readonly connection = this.handle<Tracked>()
  /** 1 when the server sends these packets, 0 when the client does. */
  readonly isReply = this.int32()
  readonly host = this.int32()
  readonly source = this.int32()
  readonly sourcePort = this.int32()
  readonly destination = this.int32()
  readonly destinationPort = this.int32()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

class TrackedTable extends Table<Tracked> {
  readonly original = this.handle<Tuple>()
  readonly reply = this.handle<Tuple>()
  readonly state = this.int32()
  readonly fins = this.int32()
  readonly lastSeenTick = this.float64()
  /** The acknowledgement numbers that the client and the server last sent, for those who note them (middleboxes). */
  readonly clientExpects = this.uint32()
  readonly serverExpects = this.uint32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** One number for each host, or for each bucket. */
class Numbers implements ArenaTable {
  values!: Int32Array

  layOut(columns: Columns): void {
    this.values = columns.int32()
  }
}

/**
 * Connection tracking of the hosts, after Linux (net/netfilter/nf_conntrack_core.c). A connection has two tuples of
 * addresses and ports, as the kernel's nf_conn has: `original` of the packets that its client sends, `reply` of those
 * that its server sends. Where addresses are translated, the one is not the inverse of the other.
 *
 * No event is scheduled for it. A connection that has timed out is removed when a packet matches it, or when the hash
 * table is full, so the table holds at most twice as many connections as are alive.
 */
export class ConnectionTracking {
  readonly table: TrackedTable
  readonly tuples: TupleTable
  private readonly arena: Arena
  private readonly timeline: Timeline
  private readonly establishedNs: readonly number[] | null
  /** The first tuple of each bucket of the hash table; `tuples.next` leads to the others. */
  private readonly buckets = new Numbers()
  /** The number of connections that each host tracks. */
  private readonly counts = new Numbers()

  /** @param establishedNs how long each host tracks an idle established connection; absent: as Linux does */
  constructor(arena: Arena, timeline: Timeline, hostCount: number, establishedNs: readonly number[] | null = null) {
    this.establishedNs = establishedNs
    this.arena = arena
    this.timeline = timeline
    this.table = new TrackedTable(arena)
    this.tuples = new TupleTable(arena)
    arena.attach(this.buckets, TRACKING_BUCKETS.atFirst)
    arena.attach(this.counts, Math.max(hostCount, 1))
    this.buckets.values.fill(NONE)
  }

  /** Returns whether the host tracks no connection. */
  isIdle(host: number): boolean {
    return this.counts.values[host] === 0
  }

  /** Returns the connection whose client sent the packet, or NONE. A SYN ends the tracking of a closed connection. */
  findOriginal(host: number, packets: PacketTable, packet: Packet): Tracked {
    const row = this.findByPacket(host, false, packets, packet)
    if (row === NONE || (packets.flags[packet] & (SYN | ACK)) !== SYN || this.table.state[row] < CLOSED) return row
    this.remove(row)
    return NONE
  }

  /** Returns the connection whose server sent the packet, or NONE. */
  findReply(host: number, packets: PacketTable, packet: Packet): Tracked {
    return this.findByPacket(host, true, packets, packet)
  }

  /** Tracks the connection that a packet begins; its server sends from `replySource` to `replyDestination`. */
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
    const { table, tuples } = this
    const row = table.allocate()
    const original = tuples.allocate()
    const reply = tuples.allocate()
    table.original[row] = original
    table.reply[row] = reply
    table.state[row] = OPENING
    table.lastSeenTick[row] = this.timeline.now
    tuples.source[original] = packets.source[packet]
    tuples.sourcePort[original] = packets.sourcePort[packet]
    tuples.destination[original] = packets.destination[packet]
    tuples.destinationPort[original] = packets.destinationPort[packet]
    tuples.isReply[reply] = 1
    tuples.source[reply] = replySource
    tuples.sourcePort[reply] = replySourcePort
    tuples.destination[reply] = replyDestination
    tuples.destinationPort[reply] = replyDestinationPort
    for (const tuple of [original, reply]) {
      tuples.host[tuple] = host
      tuples.connection[tuple] = row
      this.link(tuple)
    }
    this.counts.values[host]++
    return row
  }

  /** Updates a connection by a packet of its client or (`isReply`) its server that passes. */
  update(row: Tracked, flags: number, isReply: boolean): void {
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

  /** Returns the established connections of a host, ordered by their tuples. */
  establishedAt(host: number): readonly Tracked[] {
    const { table, tuples } = this
    const found = this.linkedTuples()
      .filter((tuple) => tuples.host[tuple] === host && tuples.isReply[tuple] === 0)
      .map((tuple) => tuples.connection[tuple])
      .filter((row) => table.state[row] === ESTABLISHED)
    const keyOf = (row: Tracked) => table.original[row]
    return found.sort(
      (a, b) =>
        tuples.source[keyOf(a)] - tuples.source[keyOf(b)] ||
        tuples.sourcePort[keyOf(a)] - tuples.sourcePort[keyOf(b)] ||
        tuples.destination[keyOf(a)] - tuples.destination[keyOf(b)] ||
        tuples.destinationPort[keyOf(a)] - tuples.destinationPort[keyOf(b)],
    )
  }

  /** Ends the tracking of a connection. */
  forget(row: Tracked): void {
    this.remove(row)
  }

  /** Returns whether another connection already has this reply tuple. */
  isReplyInUse(
    host: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): boolean {
    return this.ifAlive(this.lookUp(host, true, source, sourcePort, destination, destinationPort)) !== NONE
  }

  /** Returns the connection that has this tuple, even if it has timed out; or NONE. */
  lookUp(
    host: number,
    isReply: boolean,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): Tracked {
    const { tuples } = this
    const bucket = this.bucketOf(host, source, sourcePort, destination, destinationPort)
    let tuple = tuples.rowAt(this.buckets.values[bucket])
    while (tuple !== NONE) {
      if (
        tuples.sourcePort[tuple] === sourcePort &&
        tuples.destinationPort[tuple] === destinationPort &&
        tuples.host[tuple] === host &&
        tuples.source[tuple] === source &&
        tuples.destination[tuple] === destination &&
        (tuples.isReply[tuple] === 1) === isReply
      ) {
        return tuples.connection[tuple]
      }
      tuple = tuples.next[tuple]
    }
    return NONE
  }

  private findByPacket(host: number, isReply: boolean, packets: PacketTable, packet: Packet): Tracked {
    const { source, sourcePort, destination, destinationPort } = packets
    return this.ifAlive(
      this.lookUp(host, isReply, source[packet], sourcePort[packet], destination[packet], destinationPort[packet]),
    )
  }

  /** Returns the connection; if it has timed out, removes it and returns NONE. */
  private ifAlive(row: Tracked): Tracked {
    if (row === NONE || !this.hasTimedOut(row)) return row
    this.remove(row)
    return NONE
  }

  private hasTimedOut(row: Tracked): boolean {
    const { table, tuples, establishedNs } = this
    const state = table.state[row]
    const isOwn = establishedNs !== null && state === ESTABLISHED
    const timeoutNs = isOwn ? establishedNs[tuples.host[table.original[row]]] : TIMEOUT_NS[state]
    return this.timeline.now > table.lastSeenTick[row] + timeoutNs
  }

  private remove(row: Tracked): void {
    const { table, tuples } = this
    this.counts.values[tuples.host[table.original[row]]]--
    for (const tuple of [table.original[row], table.reply[row]]) {
      this.unlink(tuple)
      tuples.release(tuple)
    }
    table.release(row)
  }

  private makeRoom(): void {
    if (this.tuples.count < this.buckets.values.length) return
    for (const tuple of this.linkedTuples()) {
      const row = this.tuples.connection[tuple]
      if (this.tuples.isReply[tuple] === 1 && this.hasTimedOut(row)) this.remove(row)
    }
    if (this.tuples.count <= this.buckets.values.length / 2) return
    const alive = this.linkedTuples()
    this.arena.grow(this.buckets, this.buckets.values.length * 2)
    this.buckets.values.fill(NONE)
    for (const tuple of alive) this.link(tuple)
  }

  private linkedTuples(): Tuple[] {
    const { tuples } = this
    const linked: Tuple[] = []
    for (const first of this.buckets.values)
      for (let tuple = tuples.rowAt(first); tuple !== NONE; tuple = tuples.next[tuple]) linked.push(tuple)
    return linked
  }

  private link(tuple: Tuple): void {
    const bucket = this.bucketOfTuple(tuple)
    this.tuples.next[tuple] = this.tuples.rowAt(this.buckets.values[bucket])
    this.buckets.values[bucket] = tuple
  }

  private unlink(tuple: Tuple): void {
    const { tuples, buckets } = this
    const bucket = this.bucketOfTuple(tuple)
    let before = tuples.rowAt(buckets.values[bucket])
    if (before === tuple) {
      buckets.values[bucket] = tuples.next[tuple]
      return
    }
    while (tuples.next[before] !== tuple) before = tuples.next[before]
    tuples.next[before] = tuples.next[tuple]
  }

  private bucketOfTuple(tuple: Tuple): number {
    const { host, source, sourcePort, destination, destinationPort } = this.tuples
    return this.bucketOf(host[tuple], source[tuple], sourcePort[tuple], destination[tuple], destinationPort[tuple])
  }

  /** The number of buckets is a power of two, so a mask takes the place of a remainder. */
  private bucketOf(
    host: number,
    source: number,
    sourcePort: number,
    destination: number,
    destinationPort: number,
  ): number {
    const hash = mix32(mix32(mix32(host, source), destination), (sourcePort << 16) | destinationPort)
    return finish32(hash) & (this.buckets.values.length - 1)
  }
}
