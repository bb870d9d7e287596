import FlatQueue from 'flatqueue'
import type { HoldQueue } from '../../hold.ts'
import { type HeldEvent, ObjectQueue } from './object-queue.ts'

/** FlatQueue orders by one number, the tick: events of one tick come in any order. */
export function newQueue(): HoldQueue {
  const queue = new FlatQueue<HeldEvent>()
  return new ObjectQueue({ push: (event) => queue.push(event, event.tick), pop: () => queue.pop() })
}
