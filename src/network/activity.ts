import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Activity, Served } from './rows.ts'

/** Parts of a request's time, in order of precedence: a nanosecond belongs to the first that applies. */
export const PARTS = [
  'retransmission',
  'cpu',
  'handshake',
  'queueing',
  'window',
  'serialization',
  'propagation',
] as const
export const PART_COUNT = PARTS.length
const [RETRANSMISSION, CPU, HANDSHAKE, QUEUEING, WINDOW, SERIALIZATION, PROPAGATION] = [0, 1, 2, 3, 4, 5, 6]

/** Who waits for what somebody else does, by who does it. */
class ServedTable extends Table<Served> {
  readonly served = this.handle<Activity>()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/**
 * What a connection, or a tunnel with all that runs through it, was doing at every nanosecond since it began. The
 * totals add up to its age exactly, so that the difference of two readings tells where the time between them went.
 *
 * Work, queueing and serialization begin when they are announced and end at a known tick; the rest are conditions
 * that are entered and left. Propagation is what remains.
 */
export class ActivityTable extends Table<Activity> {
  /** PART_COUNT totals a row, settled up to `settledTick`. */
  private readonly totalsNs = this.float64(0, PART_COUNT)
  private readonly settledTick = this.float64()
  private readonly cpuUntilTick = this.float64()
  private readonly queueingUntilTick = this.float64()
  private readonly serializationUntilTick = this.float64()
  private readonly lossRecoveries = this.int32()
  private readonly handshakes = this.int32()
  private readonly closedWindows = this.int32()
  /** Who may still write to it; released with the last. */
  private readonly references = this.int32()
  /** Those for whom what it does counts too; a row of `served`. */
  private readonly firstServed = this.handle<Served>()
  private readonly served: ServedTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline) {
    super(arena, 64)
    this.timeline = timeline
    this.attach()
    this.served = new ServedTable(arena)
  }

  /** A new one, that its maker holds. */
  begin(): Activity {
    const row = this.allocate()
    this.settledTick[row] = this.timeline.now
    this.references[row] = 1
    return row
  }

  hold(row: Activity): void {
    if (row !== NONE) this.references[row]++
  }

  drop(row: Activity): void {
    if (row !== NONE && --this.references[row] === 0) this.release(row)
  }

  worksUntil(row: Activity, tick: number): void {
    this.extend(row, tick, 0, 0)
  }

  /** A packet waits from now until `startTick` and is then put on a link until `endTick`. */
  transmits(row: Activity, startTick: number, endTick: number): void {
    this.extend(row, 0, startTick, endTick)
  }

  /** `change` is 1 when a connection begins to wait for a lost packet's replacement, -1 when it has it. */
  changeLossRecoveries(row: Activity, change: 1 | -1): void {
    this.change(row, change, 0, 0)
  }

  changeHandshakes(row: Activity, change: 1 | -1): void {
    this.change(row, 0, change, 0)
  }

  /** Data waits for the congestion window, the receive window or an SSH channel's window. */
  changeClosedWindows(row: Activity, change: 1 | -1): void {
    this.change(row, 0, 0, change)
  }

  /** From now on what `row` does counts for `other` too, which waits for it; both are held until `leave`. */
  serve(row: Activity, other: Activity): void {
    if (row === NONE || other === NONE || row === other) return
    this.hold(row)
    this.hold(other)
    this.settle(row)
    const link = this.served.allocate()
    this.served.served[link] = other
    this.served.next[link] = this.firstServed[row]
    this.firstServed[row] = link
    this.change(other, this.lossRecoveries[row], this.handshakes[row], this.closedWindows[row])
    this.extend(other, this.cpuUntilTick[row], this.queueingUntilTick[row], this.serializationUntilTick[row])
  }

  /** `other` waits for it no more. */
  leave(row: Activity, other: Activity): void {
    if (row === NONE || other === NONE || row === other) return
    this.change(other, -this.lossRecoveries[row], -this.handshakes[row], -this.closedWindows[row])
    this.unlink(row, other)
    this.drop(other)
    this.drop(row)
  }

  /** Copies the totals up to now into `into`, from `at` on. */
  read(row: Activity, into: Float64Array, at: number): void {
    this.settle(row)
    for (let part = 0; part < PART_COUNT; part++) into[at + part] = this.totalsNs[row + part]
  }

  private extend(row: Activity, cpuUntilTick: number, queueingUntilTick: number, serializationUntilTick: number): void {
    if (row === NONE) return
    this.settle(row)
    if (cpuUntilTick > this.cpuUntilTick[row]) this.cpuUntilTick[row] = cpuUntilTick
    if (queueingUntilTick > this.queueingUntilTick[row]) this.queueingUntilTick[row] = queueingUntilTick
    if (serializationUntilTick > this.serializationUntilTick[row])
      this.serializationUntilTick[row] = serializationUntilTick
    const { served } = this
    for (let link = this.firstServed[row]; link !== NONE; link = served.next[link])
      this.extend(served.served[link], cpuUntilTick, queueingUntilTick, serializationUntilTick)
  }

  private change(row: Activity, lossRecoveries: number, handshakes: number, closedWindows: number): void {
    if (row === NONE) return
    this.settle(row)
    this.lossRecoveries[row] += lossRecoveries
    this.handshakes[row] += handshakes
    this.closedWindows[row] += closedWindows
    const { served } = this
    for (let link = this.firstServed[row]; link !== NONE; link = served.next[link])
      this.change(served.served[link], lossRecoveries, handshakes, closedWindows)
  }

  private unlink(row: Activity, other: Activity): void {
    const { served } = this
    let before: Served = NONE
    let link = this.firstServed[row]
    while (served.served[link] !== other) {
      before = link
      link = served.next[link]
    }
    if (before === NONE) this.firstServed[row] = served.next[link]
    else served.next[before] = served.next[link]
    served.release(link)
  }

  private settle(row: Activity): void {
    const now = this.timeline.now
    let tick = this.settledTick[row]
    if (tick === now) return
    this.settledTick[row] = now
    const base = row
    if (this.lossRecoveries[row] > 0) {
      this.totalsNs[base + RETRANSMISSION] += now - tick
      return
    }
    tick = this.spend(base + CPU, tick, now, this.cpuUntilTick[row])
    if (this.handshakes[row] > 0) {
      this.totalsNs[base + HANDSHAKE] += now - tick
      return
    }
    tick = this.spend(base + QUEUEING, tick, now, this.queueingUntilTick[row])
    if (this.closedWindows[row] > 0) {
      this.totalsNs[base + WINDOW] += now - tick
      return
    }
    tick = this.spend(base + SERIALIZATION, tick, now, this.serializationUntilTick[row])
    this.totalsNs[base + PROPAGATION] += now - tick
  }

  private spend(total: number, tick: number, now: number, until: number): number {
    const end = until < now ? until : now
    if (end <= tick) return tick
    this.totalsNs[total] += end - tick
    return end
  }
}
