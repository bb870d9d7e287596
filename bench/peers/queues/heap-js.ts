import { Heap } from 'heap-js'
import type { HoldQueue } from '../../hold.ts'
import { compareEvents, type HeldEvent, ObjectQueue } from './object-queue.ts'

export function newQueue(): HoldQueue {
  return new ObjectQueue(new Heap<HeldEvent>(compareEvents))
}
