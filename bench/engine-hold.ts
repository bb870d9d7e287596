import { Arena } from '../src/engine/arena.ts'
import { RadixQueue } from '../src/engine/radix-queue.ts'
import { Hold } from './hold.ts'
import type { Case, Suite } from './suite.ts'

const OPERATIONS = 300_000

/** Measures the queue of pending events with dispatch, at a constant number of pending events. */
export const engineHold: Suite = {
  name: 'engine-hold',
  cases: () => [100, 10_000, 1_000_000].map(holdAt),
}

function holdAt(pending: number): Case {
  const hold = new Hold(new RadixQueue(new Arena()), pending)
  return { name: `hold/${pending}`, unit: 'ns/operation', work: OPERATIONS, run: () => hold.run(OPERATIONS) }
}
