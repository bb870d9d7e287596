import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Activity, Waiter } from './rows.ts'

/**
 * The parts into which the time of a request is divided, in order of precedence: each nanosecond belongs to the first
 * part that applies.
 */
export const PARTS = [
  'attacker',
  'retransmission',
  'cpu',
  'handshake',
  'queueing',
  'window',
  'serialization',
  'propagation',
] as const
export const PART_COUNT = PARTS.length
const [ATTACKER, RETRANSMISSION, CPU, HANDSHAKE, QUEUEING, WINDOW, SERIALIZATION, PROPAGATION] = [
  0, 1, 2, 3, 4, 5, 6, 7,
]

/** Links an activity to the activities that wait for it. */
class WaiterTable extends Table<Waiter> {
  readonly activity = this.handle<Activity>()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/**
 * Records what a connection, or a tunnel with all that runs through it, was doing at each nanosecond since it began.
 * The totals add up to its age exactly, so the difference between two readings tells how the time between them was
 * spent.
 *
 * What an attacker holds back, CPU work, queueing and serialization are announced when they begin and end at a known tick.
 * The lack of what an attacker took away, loss recovery, handshakes and closed windows are conditions that begin and end
 * by calls. The rest of the time is propagation.
 */
export class ActivityTable extends Table<Activity> {
  /** PART_COUNT totals per row, complete up to `settledTick`. */
  private readonly totalsNs = this.float64(0, PART_COUNT)
  private readonly settledTick = this.float64()
  private readonly heldBackUntilTick = this.float64()
  private readonly cpuUntilTick = this.float64()
  private readonly queueingUntilTick = this.float64()
  private readonly serializationUntilTick = this.float64()
  private readonly removals = this.int32()
  private readonly lossRecoveries = this.int32()
  private readonly handshakes = this.int32()
  private readonly closedWindows = this.int32()
  /** The number of holders; the last one to drop the row releases it. */
  private readonly references = this.int32()
  /**
   * The list of activities that wait for this one, as rows of `waiters`. What this activity does counts for them too.
   */
  private readonly firstWaiter = this.handle<Waiter>()
  private readonly waiters: WaiterTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline) {
    super(arena, 64)
    this.timeline = timeline
    this.attach()
    this.waiters = new WaiterTable(arena)
  }

  /** Creates an activity, which the caller holds. */
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

  /** Records CPU work from now until `tick`. */
  recordWork(row: Activity, tick: number): void {
    this.extend(row, 0, tick, 0, 0)
  }

  /** Records that an attacker, or another rule of a link, holds a packet back from now until `tick`. */
  recordHoldingBack(row: Activity, tick: number): void {
    this.extend(row, tick, 0, 0, 0)
  }

  /** Records that a packet waits in a queue from now until `startTick`, and is then serialized until `endTick`. */
  recordTransmission(row: Activity, startTick: number, endTick: number): void {
    if (row === NONE) return
    if (this.firstWaiter[row] !== NONE) return this.extend(row, 0, 0, startTick, endTick)
    if (this.settledTick[row] !== this.timeline.now) this.settle(row)
    if (startTick > this.queueingUntilTick[row]) this.queueingUntilTick[row] = startTick
    if (endTick > this.serializationUntilTick[row]) this.serializationUntilTick[row] = endTick
  }

  /** Records that a connection begins to wait for the replacement of a lost packet (1) or has received it (-1). */
  changeLossRecoveries(row: Activity, change: 1 | -1): void {
    this.change(row, 0, change, 0, 0)
  }

  /**
   * Records that a connection begins to wait for the replacement of a packet that an attacker, or another rule of a link,
   * has dropped (1), or has received it (-1).
   */
  changeRemovals(row: Activity, change: 1 | -1): void {
    this.change(row, change, 0, 0, 0)
  }

  /** Records that a handshake begins (1) or ends (-1). */
  changeHandshakes(row: Activity, change: 1 | -1): void {
    this.change(row, 0, 0, change, 0)
  }

  /**
   * Records that data begins (1) or ceases (-1) to wait for the congestion window, the receive window or an SSH
   * channel's window.
   */
  changeClosedWindows(row: Activity, change: 1 | -1): void {
    this.change(row, 0, 0, 0, change)
  }

  /** From now on, what `row` does counts for `other` too, which waits for it. Both are held until `removeWaiter`. */
  addWaiter(row: Activity, other: Activity): void {
    if (row === NONE || other === NONE || row === other) return
    this.hold(row)
    this.hold(other)
    this.settle(row)
    const link = this.waiters.allocate()
    this.waiters.activity[link] = other
    this.waiters.next[link] = this.firstWaiter[row]
    this.firstWaiter[row] = link
    this.change(other, this.removals[row], this.lossRecoveries[row], this.handshakes[row], this.closedWindows[row])
    this.extend(
      other,
      this.heldBackUntilTick[row],
      this.cpuUntilTick[row],
      this.queueingUntilTick[row],
      this.serializationUntilTick[row],
    )
  }

  /** Ends what `addWaiter` began: `other` no longer waits for `row`. */
  removeWaiter(row: Activity, other: Activity): void {
    if (row === NONE || other === NONE || row === other) return
    this.change(other, -this.removals[row], -this.lossRecoveries[row], -this.handshakes[row], -this.closedWindows[row])
    this.unlink(row, other)
    this.drop(other)
    this.drop(row)
  }

  /** Copies the PART_COUNT totals up to now into `into`, starting at index `at`. */
  read(row: Activity, into: Float64Array, at: number): void {
    this.settle(row)
    for (let part = 0; part < PART_COUNT; part++) into[at + part] = this.totalsNs[row + part]
  }

  private extend(
    row: Activity,
    heldBackUntilTick: number,
    cpuUntilTick: number,
    queueingUntilTick: number,
    serializationUntilTick: number,
  ): void {
    if (row === NONE) return
    this.settle(row)
    if (heldBackUntilTick > this.heldBackUntilTick[row]) this.heldBackUntilTick[row] = heldBackUntilTick
    if (cpuUntilTick > this.cpuUntilTick[row]) this.cpuUntilTick[row] = cpuUntilTick
    if (queueingUntilTick > this.queueingUntilTick[row]) this.queueingUntilTick[row] = queueingUntilTick
    if (serializationUntilTick > this.serializationUntilTick[row])
      this.serializationUntilTick[row] = serializationUntilTick
    const { waiters } = this
    for (let link = this.firstWaiter[row]; link !== NONE; link = waiters.next[link])
      this.extend(waiters.activity[link], heldBackUntilTick, cpuUntilTick, queueingUntilTick, serializationUntilTick)
  }

  private change(
    row: Activity,
    removals: number,
    lossRecoveries: number,
    handshakes: number,
    closedWindows: number,
  ): void {
    if (row === NONE) return
    this.settle(row)
    this.removals[row] += removals
    this.lossRecoveries[row] += lossRecoveries
    this.handshakes[row] += handshakes
    this.closedWindows[row] += closedWindows
    const { waiters } = this
    for (let link = this.firstWaiter[row]; link !== NONE; link = waiters.next[link])
      this.change(waiters.activity[link], removals, lossRecoveries, handshakes, closedWindows)
  }

  private unlink(row: Activity, other: Activity): void {
    const { waiters } = this
    let before: Waiter = NONE
    let link = this.firstWaiter[row]
    while (waiters.activity[link] !== other) {
      before = link
      link = waiters.next[link]
    }
    if (before === NONE) this.firstWaiter[row] = waiters.next[link]
    else waiters.next[before] = waiters.next[link]
    waiters.release(link)
  }

  private settle(row: Activity): void {
    const now = this.timeline.now
    let tick = this.settledTick[row]
    if (tick === now) return
    this.settledTick[row] = now
    const base = row
    if (this.removals[row] > 0) {
      this.totalsNs[base + ATTACKER] += now - tick
      return
    }
    tick = this.spend(base + ATTACKER, tick, now, this.heldBackUntilTick[row])
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
