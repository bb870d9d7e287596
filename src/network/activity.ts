import type { Arena } from '../engine/arena.ts'
import { removeRow } from '../engine/linked-rows.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Activity, Wait } from './rows.ts'
import { WaitHeap, WaitTable, waitFor } from './waits.ts'

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

/**
 * Records what a connection, or a tunnel with all that runs through it, was doing at each nanosecond since it began.
 * The totals add up to its age exactly, so the difference between two readings tells how the time between them was
 * spent.
 *
 * What an attacker holds back, CPU work, queueing and serialization are announced when they begin and end at a known tick.
 * The lack of what an attacker took away, loss recovery, handshakes and closed windows are conditions that begin and end
 * by calls. The rest of the time is propagation.
 *
 * What an activity does counts for all that wait for it, and thousands can wait for one tunnel. So nobody tells them: an
 * activity that waits for one other derives its totals when they are read. In what the other one has added since, the
 * parts after the part to which its own conditions add belong to that part. `expiries` has the ticks at which own
 * conditions end, at which totals have to be derived too. An activity that waits for several cannot do so, since these
 * overlap: each forwards its changes to it, and what these wait for forwards its changes to them.
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
  /** The waits of this activity for others, one for each. */
  private readonly firstWait = this.handle<Wait>()
  /** The only wait, if the totals are derived from it. */
  private readonly derivedWait = this.handle<Wait>()
  /** The waits of others for this activity to which its changes are forwarded. */
  private readonly firstForwarded = this.handle<Wait>()
  /** The number of these waits, and one more if this activity waits for several. Totals are derived if it is 0. */
  private readonly forwardings = this.int32()
  private readonly waits: WaitTable
  /** The ticks at which the own condition ends of an activity whose totals are derived, or a tick before. */
  private readonly expiries: WaitHeap
  private readonly timeline: Timeline
  /** Until when the last result of `ownPart` holds; infinite: until a call. Being a field, it is not allocated. */
  private ownPartEndTick = Number.NaN
  /** The tick up to which `settleAt` completes totals. */
  private settlingTick = Number.NaN

  constructor(arena: Arena, timeline: Timeline) {
    super(arena, 64)
    this.timeline = timeline
    this.attach()
    this.waits = new WaitTable(arena, PART_COUNT)
    this.expiries = new WaitHeap(arena, this.waits)
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

  /** Holds an activity for so many holders. */
  holdForEach(row: Activity, holders: number): void {
    if (row !== NONE) this.references[row] += holders
  }

  drop(row: Activity): void {
    if (row !== NONE && --this.references[row] === 0) this.release(row)
  }

  /** Records CPU work from now until `tick`. */
  recordWork(row: Activity, tick: number): void {
    if (row === NONE) return
    if (!this.isAlone(row)) return this.extend(row, 0, tick, 0, 0)
    if (this.settledTick[row] !== this.timeline.now) this.settle(row)
    if (tick > this.cpuUntilTick[row]) this.cpuUntilTick[row] = tick
  }

  /** Records that an attacker, or another rule of a link, holds a packet back from now until `tick`. */
  recordHoldingBack(row: Activity, tick: number): void {
    this.extend(row, tick, 0, 0, 0)
  }

  /** Records that a packet waits in a queue for `waitNs` from now on, and is then serialized for `lengthNs`. */
  recordTransmission(row: Activity, waitNs: number, lengthNs: number): void {
    if (row === NONE) return
    const startTick = this.timeline.now + waitNs
    const endTick = startTick + lengthNs
    if (!this.isAlone(row)) return this.extend(row, 0, 0, startTick, endTick)
    if (this.settledTick[row] !== this.timeline.now) this.settle(row)
    if (startTick > this.queueingUntilTick[row]) this.queueingUntilTick[row] = startTick
    if (endTick > this.serializationUntilTick[row]) this.serializationUntilTick[row] = endTick
  }

  /** Returns whether an activity, or NONE, waits for no other, and no other that is told of its changes waits for it. */
  isAlone(row: Activity): boolean {
    return row === NONE || (this.derivedWait[row] === NONE && this.firstForwarded[row] === NONE)
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
    const { waits } = this
    const known = waitFor(waits, this.firstWait[other], row)
    if (known !== NONE) {
      waits.times[known]++
      return
    }
    this.hold(row)
    this.hold(other)
    this.settle(row)
    this.settle(other)
    const wait = waits.allocate()
    this.expiries.makeRoom()
    const before = this.firstWait[other]
    if (before !== NONE && waits.next[before] === NONE) this.stopDeriving(other)
    waits.waiting[wait] = other
    waits.serving[wait] = row
    waits.times[wait] = 1
    waits.next[wait] = before
    this.firstWait[other] = wait
    this.beginCounting(wait)
  }

  /** Ends what `addWaiter` began: `other` no longer waits for `row`. */
  removeWaiter(row: Activity, other: Activity): void {
    if (row === NONE || other === NONE || row === other) return
    const { waits } = this
    const wait = waitFor(waits, this.firstWait[other], row)
    if (--waits.times[wait] > 0) return
    this.settle(row)
    this.settle(other)
    if (this.derivedWait[other] === wait) this.endDerived(wait)
    else this.stopForwarding(wait)
    removeRow(this.firstWait, other, waits.next, wait)
    waits.release(wait)
    const left = this.firstWait[other]
    if (left !== NONE && waits.next[left] === NONE) this.deriveAgain(other)
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
    this.planExpiry(row)
    const { waits } = this
    for (let wait = this.firstForwarded[row]; wait !== NONE; wait = waits.nextForwarded[wait])
      this.extend(waits.waiting[wait], heldBackUntilTick, cpuUntilTick, queueingUntilTick, serializationUntilTick)
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
    this.planExpiry(row)
    const { waits } = this
    for (let wait = this.firstForwarded[row]; wait !== NONE; wait = waits.nextForwarded[wait])
      this.change(waits.waiting[wait], removals, lossRecoveries, handshakes, closedWindows)
  }

  // Waits

  /** Begins to count what an activity does for one that waits for it. Both are settled. */
  private beginCounting(wait: Wait): void {
    const { waits, totalsNs } = this
    const waiting = waits.waiting[wait]
    const serving = waits.serving[wait]
    if (this.forwardings[waiting] > 0) return this.startForwarding(wait)
    for (let part = 0; part < PART_COUNT; part++) waits.countedNs[wait + part] = totalsNs[serving + part]
    this.derivedWait[waiting] = wait
    this.planExpiry(waiting)
  }

  /** Stops deriving totals. What was announced before the wait ended counts on, as it would for any packet. */
  private endDerived(wait: Wait): void {
    const { waits } = this
    const row = waits.waiting[wait]
    this.expiries.withdraw(wait)
    this.derivedWait[row] = NONE
    let serving: Activity = waits.serving[wait]
    for (let next: Wait = wait; next !== NONE; next = this.derivedWait[serving]) {
      serving = waits.serving[next]
      this.extend(
        row,
        this.heldBackUntilTick[serving],
        this.cpuUntilTick[serving],
        this.queueingUntilTick[serving],
        this.serializationUntilTick[serving],
      )
    }
  }

  /** Has all changes of what `row` waits for forwarded to it, for one more reason. */
  private stopDeriving(row: Activity): void {
    if (this.forwardings[row]++ > 0) return
    const wait = this.derivedWait[row]
    if (wait === NONE) return
    this.settle(row)
    this.endDerived(wait)
    this.startForwarding(wait)
  }

  /** Ends a reason of `stopDeriving`. Without any, `row` waits for one other at most. */
  private deriveAgain(row: Activity): void {
    if (--this.forwardings[row] > 0) return
    const wait = this.firstWait[row]
    if (wait === NONE) return
    this.settle(row)
    this.settle(this.waits.serving[wait])
    this.stopForwarding(wait)
    this.beginCounting(wait)
  }

  private startForwarding(wait: Wait): void {
    const { waits } = this
    const row = waits.serving[wait]
    const other = waits.waiting[wait]
    this.stopDeriving(row)
    const next = this.firstForwarded[row]
    waits.nextForwarded[wait] = next
    waits.previousForwarded[wait] = NONE
    if (next !== NONE) waits.previousForwarded[next] = wait
    this.firstForwarded[row] = wait
    this.change(other, this.removals[row], this.lossRecoveries[row], this.handshakes[row], this.closedWindows[row])
    this.extend(
      other,
      this.heldBackUntilTick[row],
      this.cpuUntilTick[row],
      this.queueingUntilTick[row],
      this.serializationUntilTick[row],
    )
  }

  private stopForwarding(wait: Wait): void {
    const { waits } = this
    const row = waits.serving[wait]
    const other = waits.waiting[wait]
    this.change(other, -this.removals[row], -this.lossRecoveries[row], -this.handshakes[row], -this.closedWindows[row])
    const next = waits.nextForwarded[wait]
    const previous = waits.previousForwarded[wait]
    if (previous === NONE) this.firstForwarded[row] = next
    else waits.nextForwarded[previous] = next
    if (next !== NONE) waits.previousForwarded[next] = previous
    this.deriveAgain(row)
  }

  /** Makes sure that the totals of `row`, if they are derived, are derived when its own condition ends. */
  private planExpiry(row: Activity): void {
    const wait = this.derivedWait[row]
    if (wait === NONE) return
    this.ownPart(row)
    if (this.ownPartEndTick < this.expiries.tickOf(wait)) this.expiries.setTick(wait, this.ownPartEndTick)
  }

  private takeExpiries(now: number): void {
    const { expiries, waits } = this
    for (let tick = expiries.firstTick; tick <= now; tick = expiries.firstTick) {
      const wait = expiries.first
      const row = waits.waiting[wait]
      this.settlingTick = tick
      this.settleAt(row)
      this.ownPart(row)
      if (this.ownPartEndTick < Number.POSITIVE_INFINITY) expiries.setTick(wait, this.ownPartEndTick)
      else expiries.withdraw(wait)
    }
  }

  // Totals

  private settle(row: Activity): void {
    const { now } = this.timeline
    if (this.expiries.firstTick <= now) this.takeExpiries(now)
    this.settlingTick = now
    this.settleAt(row)
  }

  /** Completes the totals up to `now`. No own condition of an activity whose totals are derived ends before. */
  private settleAt(row: Activity): void {
    const now = this.settlingTick
    if (this.settledTick[row] === now) return
    const wait = this.derivedWait[row]
    if (wait === NONE) return this.settleAlone(row)
    const { waits, totalsNs } = this
    const serving = waits.serving[wait]
    this.settleAt(serving)
    const ownPart = this.ownPart(row)
    this.settledTick[row] = now
    for (let part = 0; part < PART_COUNT; part++) {
      const totalNs = totalsNs[serving + part]
      totalsNs[row + (part < ownPart ? part : ownPart)] += totalNs - waits.countedNs[wait + part]
      waits.countedNs[wait + part] = totalNs
    }
  }

  /** Returns the part to which the own conditions of `row` add from its settled tick until `ownPartEndTick`. */
  private ownPart(row: Activity): number {
    const tick = this.settledTick[row]
    this.ownPartEndTick = Number.POSITIVE_INFINITY
    if (this.removals[row] > 0) return ATTACKER
    if (this.lastsAfter(tick, this.heldBackUntilTick[row])) return ATTACKER
    if (this.lossRecoveries[row] > 0) return RETRANSMISSION
    if (this.lastsAfter(tick, this.cpuUntilTick[row])) return CPU
    if (this.handshakes[row] > 0) return HANDSHAKE
    if (this.lastsAfter(tick, this.queueingUntilTick[row])) return QUEUEING
    if (this.closedWindows[row] > 0) return WINDOW
    return this.lastsAfter(tick, this.serializationUntilTick[row]) ? SERIALIZATION : PROPAGATION
  }

  private lastsAfter(tick: number, until: number): boolean {
    if (until <= tick) return false
    this.ownPartEndTick = until
    return true
  }

  private settleAlone(row: Activity): void {
    const now = this.settlingTick
    let tick = this.settledTick[row]
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
