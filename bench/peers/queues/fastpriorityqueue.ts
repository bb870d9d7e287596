import FastPriorityQueue from 'fastpriorityqueue'
import type { HoldQueue } from '../../hold.ts'
import { compareEvents, type HeldEvent, ObjectQueue } from './object-queue.ts'

export function newQueue(): HoldQueue {
  const queue = new FastPriorityQueue<HeldEvent>((a, b) => compareEvents(a, b) < 0)
  return new ObjectQueue({ push: (event) => queue.add(event), pop: () => queue.poll() })
}
