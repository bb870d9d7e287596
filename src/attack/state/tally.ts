import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { PlannedAttackers } from '../planned-attackers.ts'
import type { TallyEntry } from '../rows.ts'
import { NEVER } from './attack-state.ts'

/**
 * What happened to a path by a step, each with when and on which packet it was seen first. An honest end is one on a
 * host that the attacker does not control.
 */
export const SIGHTS = [
  /** A packet of one of its connections was seen. `amount` counts packets. */
  'packet',
  /** A name in a handshake. */
  'handshake-name',
  /** Plaintext meant for others: heads of requests, heads of answers, bodies (`amount` counts bytes), keys, pieces of streams. */
  'request-read',
  'answer-read',
  'body-read',
  'key-read',
  'chunk-read',
  /** An honest client took an answer, and bodies of it, from the attacker, as the named peer. */
  'forged-answer-accepted',
  /** An honest server took a request that the attacker had slipped into somebody else's connection. */
  'forged-request-accepted',
  /** An honest client took changed bytes, or an honest server did. */
  'altered-accepted',
  'altered-request-accepted',
  /** Of these: pieces of an answer that goes on, and echoes; keys. */
  'piece-accepted',
  'request-piece-accepted',
  /** A request came to the attacker as the named peer, in clear. */
  'request-taken',
  /** The real server answered, with success, a request that the attacker had passed on; and the client had that answer. */
  'relayed',
  /** A packet could be sent to the path's server or client, whatever came of it. */
  'sent',
] as const

export type Sight = (typeof SIGHTS)[number]

const SIGHT_COUNT = SIGHTS.length

/** A row for each step and path, `step * paths + path`. SIGHT_COUNT numbers a column of each row. */
class TallyTable extends IndexedTable<TallyEntry> {
  readonly amount = this.float64(0, SIGHT_COUNT)
  readonly firstTick = this.float64(0, SIGHT_COUNT)
  readonly firstDirection = this.int32(0, SIGHT_COUNT)
  readonly firstSerial = this.float64(0, SIGHT_COUNT)

  constructor(arena: Arena, rows: number) {
    super(arena, Math.max(1, rows))
    this.attach()
  }
}

/** The packet that shows something; NONE, NONE: none does. */
export interface Exhibit {
  readonly direction: number
  readonly serial: number
}

export const NO_EXHIBIT: Exhibit = { direction: NONE, serial: NONE }

/** Counts what attackers see and achieve, path by path: all that verdicts are made of, beside what workloads show. */
export class Tally {
  private readonly table: TallyTable
  private readonly timeline: Timeline
  private readonly pathCount: number

  constructor(arena: Arena, timeline: Timeline, plan: PlannedAttackers) {
    this.pathCount = plan.victims.length
    const rows = plan.steps.length * this.pathCount
    this.table = new TallyTable(arena, rows)
    this.timeline = timeline
    for (let i = 0; i < rows; i++) this.table.allocate()
    this.table.firstTick.fill(NEVER)
  }

  note(step: number, path: number, sight: Sight, amount: number, direction: number, serial: number): void {
    const { table } = this
    const at = this.place(step, path, sight)
    table.amount[at] += amount
    if (table.firstTick[at] !== NEVER) return
    table.firstTick[at] = this.timeline.now
    table.firstDirection[at] = direction
    table.firstSerial[at] = serial
  }

  amount(step: number, path: number, sight: Sight): number {
    return this.table.amount[this.place(step, path, sight)]
  }

  /** NEVER: it was not seen. */
  firstTick(step: number, path: number, sight: Sight): number {
    return this.table.firstTick[this.place(step, path, sight)]
  }

  firstExhibit(step: number, path: number, sight: Sight): Exhibit {
    const at = this.place(step, path, sight)
    return { direction: this.table.firstDirection[at], serial: this.table.firstSerial[at] }
  }

  private place(step: number, path: number, sight: Sight): number {
    return (step * this.pathCount + path) * SIGHT_COUNT + SIGHTS.indexOf(sight)
  }
}
