import type { Arena } from '../engine/arena.ts'
import { EventKind } from '../engine/event-kind.ts'
import { IndexedTable, NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import { ConnectionTracking } from './connection-tracking.ts'
import { ACK, RST, SYN } from './header-flags.ts'
import type { PacketTable } from './packet.ts'
import type { Packet, Sweep, Tracked } from './rows.ts'
import { IS_DROPPED, IS_REFUSED, PASSES } from './translation.ts'

/** A middlebox before a host (the target) forgets connections that were idle for too long. */
export const MIDDLEBOX_SWEEP = new EventKind('middlebox sweep')

/** The behaviours of middleboxes towards connections that they have forgotten. */
export const EXPIRIES = ['drop', 'reset-both-at-expiry', 'reset-on-next'] as const

/** A box before a host that tracks its connections and forgets those that were idle for too long. Immutable. */
export interface Middlebox {
  readonly host: number
  /** The hosts and switches behind it: the host, and its pods with the switch that connects them. */
  readonly behind: ReadonlySet<number>
  /** The servers' ports of the connections that pass through it; null: all. */
  readonly ports: ReadonlySet<number> | null
  /** The time without a packet after which it forgets an established connection. */
  readonly idleNs: number
  /**
   * `drop`: it drops packets of a forgotten connection; `reset-on-next`: it answers the next one with a reset, of which
   * only its sender learns; `reset-both-at-expiry`: it resets both ends when it forgets the connection.
   */
  readonly expired: (typeof EXPIRIES)[number]
}

/** Sends a reset in the name of an end of a forgotten connection. Addresses are indices into the address book. */
export type ResetSender = (
  host: number,
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
  sequenceNumber: number,
) => void

/** One row for each host: the tick of the pending event MIDDLEBOX_SWEEP, or -1. */
class SweepTable extends IndexedTable<Sweep> {
  readonly tick = this.float64(-1)

  constructor(arena: Arena, hostCount: number) {
    super(arena, Math.max(1, hostCount))
    this.attach()
    for (let host = 0; host < hostCount; host++) this.allocate()
  }
}

/**
 * NAT gateways and load balancers before hosts. A connection is tracked from its SYN on. Every packet of it counts as
 * use, a keepalive probe too. Packets that belong to no tracked connection are those of a forgotten one.
 */
export class Middleboxes {
  private readonly timeline: Timeline
  private readonly tracking: ConnectionTracking
  private readonly sweeps: SweepTable
  private readonly byHost: readonly (Middlebox | undefined)[]
  private readonly firstHostTarget: number
  private sendReset!: ResetSender

  /** @param firstHostTarget the event target of host 0; those of other hosts follow */
  constructor(
    arena: Arena,
    timeline: Timeline,
    hostCount: number,
    boxes: readonly Middlebox[],
    firstHostTarget: number,
  ) {
    this.timeline = timeline
    this.byHost = Array.from({ length: hostCount }, (_, host) => boxes.find((box) => box.host === host))
    const idleNs = this.byHost.map((box) => box?.idleNs ?? Number.POSITIVE_INFINITY)
    this.tracking = new ConnectionTracking(arena, timeline, hostCount, idleNs)
    this.sweeps = new SweepTable(arena, hostCount)
    this.firstHostTarget = firstHostTarget
    timeline.handle(MIDDLEBOX_SWEEP, firstHostTarget, (host) => this.onSweep(host))
  }

  /** Sets the function that sends resets. */
  resetWith(sendReset: ResetSender): void {
    this.sendReset = sendReset
  }

  /** Returns whether packets between a host and a neighbour of it, a host or a switch, go through a middlebox. */
  isPassed(host: number, neighbour: number): boolean {
    const box = this.byHost[host]
    return box !== undefined && !box.behind.has(neighbour)
  }

  /** Returns whether a host is behind the middlebox before another. */
  isBehind(host: number, end: number): boolean {
    return this.byHost[host]?.behind.has(end) === true
  }

  /** Judges a packet that goes through the middlebox before `host`, if there is one. */
  judge(host: number, packets: PacketTable, packet: Packet): number {
    const box = this.byHost[host]
    if (box === undefined || !isConcerned(box, packets, packet)) return PASSES
    const flags = packets.flags[packet]
    const original = this.tracking.findOriginal(host, packets, packet)
    const row = original === NONE ? this.tracking.findReply(host, packets, packet) : original
    if (row !== NONE) {
      this.note(row, packets, packet, row !== original)
      return PASSES
    }
    if ((flags & (SYN | ACK)) === SYN) {
      this.open(box, packets, packet)
      return PASSES
    }
    if (box.expired === 'drop') return IS_DROPPED
    if ((flags & RST) !== 0) return PASSES
    return box.expired === 'reset-on-next' ? IS_REFUSED : IS_DROPPED
  }

  /** Handles the event MIDDLEBOX_SWEEP of a host: resets and forgets idle connections, and schedules the next sweep. */
  onSweep(host: number): void {
    const { tracking, timeline, sweeps } = this
    const { idleNs } = this.byHost[host]!
    sweeps.tick[host] = -1
    let next = Number.POSITIVE_INFINITY
    const expired: Tracked[] = []
    for (const row of tracking.establishedAt(host)) {
      const due = tracking.table.lastSeenTick[row] + idleNs
      if (due <= timeline.now) expired.push(row)
      else next = Math.min(next, due)
    }
    if (expired.length === 0) timeline.noteIdleWakeUp()
    for (const row of expired) this.resetBoth(host, row)
    if (next !== Number.POSITIVE_INFINITY) this.sweepAt(host, next)
  }

  private open(box: Middlebox, packets: PacketTable, packet: Packet): void {
    const { source, sourcePort, destination, destinationPort } = packets
    this.tracking.open(
      box.host,
      packets,
      packet,
      destination[packet],
      destinationPort[packet],
      source[packet],
      sourcePort[packet],
    )
    if (box.expired === 'reset-both-at-expiry' && this.sweeps.tick[box.host] < 0)
      this.sweepAt(box.host, this.timeline.now + box.idleNs)
  }

  private note(row: Tracked, packets: PacketTable, packet: Packet, isReply: boolean): void {
    const { table } = this.tracking
    const flags = packets.flags[packet]
    this.tracking.update(row, flags, isReply)
    if ((flags & ACK) === 0) return
    const expected = isReply ? table.serverExpects : table.clientExpects
    expected[row] = packets.acknowledgementNumber[packet]
  }

  /** Resets both ends, each in the name of the other and with the sequence number that it expects next. */
  private resetBoth(host: number, row: Tracked): void {
    const { table, tuples } = this.tracking
    const original = table.original[row]
    const client = tuples.source[original]
    const clientPort = tuples.sourcePort[original]
    const server = tuples.destination[original]
    const serverPort = tuples.destinationPort[original]
    const clientExpects = table.clientExpects[row]
    const serverExpects = table.serverExpects[row]
    this.tracking.forget(row)
    this.sendReset(host, server, serverPort, client, clientPort, clientExpects)
    this.sendReset(host, client, clientPort, server, serverPort, serverExpects)
  }

  private sweepAt(host: number, tick: number): void {
    this.sweeps.tick[host] = tick
    this.timeline.schedule(tick, this.firstHostTarget + host, MIDDLEBOX_SWEEP, 0)
  }
}

/**
 * Returns whether a packet belongs to a connection to one of the box's ports; of a packet, one port is the server's.
 */
function isConcerned({ ports }: Middlebox, packets: PacketTable, packet: Packet): boolean {
  return ports === null || ports.has(packets.destinationPort[packet]) || ports.has(packets.sourcePort[packet])
}
