import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { EventCountEntry } from '../rows.ts'
import { NEVER } from './attack-state.ts'

/**
 * The events that are each about the head of a request or response. The amount counts messages: 0 for a head whose
 * messages are its pieces. An honest end is one on a host that the attacker does not control.
 */
export const EXCHANGE_EVENTS = [
  /** The attacker read plaintext that was meant for others. */
  'request-read',
  'answer-read',
  /** The attacker received a request in plaintext as the path's server. */
  'request-taken',
  /** An honest client accepted a response from the attacker as one of the server's. */
  'forged-answer-accepted',
  /** An honest server accepted a request that the attacker had injected into another client's connection. */
  'forged-request-accepted',
  /** An honest client, or an honest server, accepted altered bytes. */
  'altered-accepted',
  'altered-request-accepted',
] as const

/** The events that are each about one piece of a stream, or one typed key or its echo. */
export const PIECE_EVENTS = [
  'key-read',
  'chunk-read',
  /** Forged or altered pieces of a streamed response, echoes and keys that an honest end accepted. */
  'piece-accepted',
  'request-piece-accepted',
] as const

/** The events that a key which comes later can bring: the attacker reads then what it recorded before. */
export const READING_EVENTS: ReadonlySet<AttackEvent> = new Set([
  'request-read',
  'answer-read',
  'key-read',
  'chunk-read',
])

/** The kinds of events that are counted for each step and path. */
export const ATTACK_EVENTS = [
  /** The attacker observed a packet of one of the path's connections. The amount counts packets. */
  'packet',
  /** The attacker observed a SYN or SYN-ACK of one of the path's connections. The amount counts packets. */
  'opening',
  /** The attacker read a name in a handshake. */
  'handshake-name',
  /** The attacker read a piece of a body that was meant for others. The amount counts bytes. */
  'body-read',
  ...EXCHANGE_EVENTS,
  ...PIECE_EVENTS,
  /** The real server answered a relayed request with success, and the client received that response. */
  'relayed',
  /**
   * The attacker's host forwarded data of the path's connections, as the end of a tunnel or as a hop. The amount counts
   * packets.
   */
  'passed',
  /** The attacker acted on a packet of the path: it dropped, delayed, changed or diverted it, or sent another one then. */
  'acted',
  /** The attacker could send a packet to the path's server or client, with any result. */
  'sent',
] as const

export type AttackEvent = (typeof ATTACK_EVENTS)[number]

const EVENT_KIND_COUNT = ATTACK_EVENTS.length

/** A row for each step and path, `step * paths + path`. Each column has EVENT_KIND_COUNT numbers a row. */
class EventCountTable extends IndexedTable<EventCountEntry> {
  readonly amount = this.float64(0, EVENT_KIND_COUNT)
  readonly firstTick = this.float64(0, EVENT_KIND_COUNT)
  readonly lastTick = this.float64(0, EVENT_KIND_COUNT)
  readonly firstDirection = this.int32(0, EVENT_KIND_COUNT)
  readonly firstSerial = this.float64(0, EVENT_KIND_COUNT)

  constructor(arena: Arena, rows: number) {
    super(arena, Math.max(1, rows))
    this.attach()
  }
}

/** A packet that is evidence of an event: its link direction, and its serial number there. */
export interface PacketReference {
  readonly direction: number
  readonly serial: number
}

/** The events of a step on several paths, combined. */
export interface StepEvents {
  has(event: AttackEvent): boolean
  amount(event: AttackEvent): number
  /** The tick of the event's first occurrence; NEVER where it has not occurred. */
  firstTick(event: AttackEvent): number
  /** The tick of the event's last occurrence; 0 where it has not occurred. */
  lastTick(event: AttackEvent): number
  /** The packet of the event's first occurrence. */
  firstPacket(event: AttackEvent): PacketReference
}

/** Stands for the packet of an event that no packet is evidence of. */
export const NO_PACKET: PacketReference = { direction: NONE, serial: NONE }

/**
 * Counts what attackers observe and achieve, by step and path. Verdicts derive from these counts and from workloads.
 */
export class EventCounts {
  private readonly table: EventCountTable
  private readonly timeline: Timeline
  private readonly pathCount: number

  constructor(arena: Arena, timeline: Timeline, plan: PlannedAttackers) {
    this.pathCount = plan.victims.length
    const rows = plan.steps.length * this.pathCount
    this.table = new EventCountTable(arena, rows)
    this.timeline = timeline
    for (let i = 0; i < rows; i++) this.table.allocate()
    this.table.firstTick.fill(NEVER)
  }

  /** Adds to the amount of an event. The first addition also records the tick and the packet. */
  add(step: number, path: number, event: AttackEvent, amount: number, direction: number, serial: number): void {
    const { table } = this
    const at = this.indexOf(step, path, event)
    table.amount[at] += amount
    table.lastTick[at] = this.timeline.now
    if (table.firstTick[at] !== NEVER) return
    table.firstTick[at] = this.timeline.now
    table.firstDirection[at] = direction
    table.firstSerial[at] = serial
  }

  amount(step: number, path: number, event: AttackEvent): number {
    return this.table.amount[this.indexOf(step, path, event)]
  }

  /** Returns whether the event has occurred, with any amount. */
  has(step: number, path: number, event: AttackEvent): boolean {
    return this.firstTick(step, path, event) !== NEVER
  }

  /** The tick of the event's first occurrence; NEVER where it has not occurred. */
  firstTick(step: number, path: number, event: AttackEvent): number {
    return this.table.firstTick[this.indexOf(step, path, event)]
  }

  /** The packet of the event's first occurrence. */
  firstPacket(step: number, path: number, event: AttackEvent): PacketReference {
    const at = this.indexOf(step, path, event)
    return { direction: this.table.firstDirection[at], serial: this.table.firstSerial[at] }
  }

  /** Returns the events of a step on these paths of the plan together. */
  over(step: number, paths: readonly number[]): StepEvents {
    const firstPath = (event: AttackEvent) =>
      paths
        .filter((path) => this.has(step, path, event))
        .reduce<number | null>((first, path) => {
          const isEarlier = first === null || this.firstTick(step, path, event) < this.firstTick(step, first, event)
          return isEarlier ? path : first
        }, null)
    return {
      has: (event) => firstPath(event) !== null,
      amount: (event) => paths.reduce((sum, path) => sum + this.amount(step, path, event), 0),
      firstTick: (event) => {
        const path = firstPath(event)
        return path === null ? NEVER : this.firstTick(step, path, event)
      },
      lastTick: (event) =>
        paths.reduce((last, path) => Math.max(last, this.table.lastTick[this.indexOf(step, path, event)]), 0),
      firstPacket: (event) => {
        const path = firstPath(event)
        return path === null ? NO_PACKET : this.firstPacket(step, path, event)
      },
    }
  }

  private indexOf(step: number, path: number, event: AttackEvent): number {
    return (step * this.pathCount + path) * EVENT_KIND_COUNT + ATTACK_EVENTS.indexOf(event)
  }
}
