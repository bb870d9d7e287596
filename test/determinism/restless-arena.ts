import type { Arena } from '../../src/engine/arena.ts'
import { RadixQueue } from '../../src/engine/radix-queue.ts'
import { Table } from '../../src/engine/table.ts'
import { SampleLog } from '../../src/workload/sample-log.ts'

/** Private members of an arena. */
interface Insides {
  buffer: ArrayBuffer
  /** Moves all tables but one, here all, into a new buffer. */
  moveOthers(table: null, bytes: number): void
}

/** Bytes that are odd as numbers of every kind, and out of range as rows. */
const RUBBISH = Uint8Array.from({ length: 1 << 22 }, (_, i) => (i * 167 + (i >> 8) + 90) % 256)

/**
 * Moves all tables into a new buffer, as growing does, and fills the old one with rubbish, which a stale view would
 * read.
 */
function move(arena: Arena): void {
  const insides = arena as unknown as Insides
  const { buffer } = insides
  insides.moveOthers(null, 0)
  new Uint8Array(buffer).set(RUBBISH.subarray(0, buffer.byteLength))
}

export interface Restlessness {
  readonly moves: number
  end(): void
}

/**
 * Makes every arena move whenever a row is taken, a sample is added or an event is pushed, and not only when a table is
 * full. Code that holds a column across such a call then reads rubbish.
 */
export function makeArenasRestless(): Restlessness {
  // Both kinds of table take every row through this method.
  const tables: Table<never> = Object.getPrototypeOf(Table.prototype)
  const { allocateUnset } = tables
  const { push } = RadixQueue.prototype
  const { add } = SampleLog.prototype
  const counter = { moves: 0 }
  const moveAllOf = (table: unknown): void => {
    const { arena } = table as { arena?: Arena }
    if (arena === undefined) return
    counter.moves++
    move(arena)
  }
  tables.allocateUnset = function () {
    moveAllOf(this)
    return allocateUnset.call(this)
  }
  RadixQueue.prototype.push = function (tick, target, kind, argument): void {
    moveAllOf((this as unknown as { heap: unknown }).heap)
    push.call(this, tick, target, kind, argument)
  }
  SampleLog.prototype.add = function (previous, latencyNs, endTick) {
    moveAllOf(this)
    return add.call(this, previous, latencyNs, endTick)
  }
  return {
    get moves() {
      return counter.moves
    },
    end() {
      tables.allocateUnset = allocateUnset
      RadixQueue.prototype.push = push
      SampleLog.prototype.add = add
    },
  }
}
