import TinyQueue from 'tinyqueue'
import type { HoldQueue } from '../../hold.ts'
import { compareEvents, type HeldEvent, ObjectQueue } from './object-queue.ts'

export function newQueue(): HoldQueue {
  return new ObjectQueue(new TinyQueue<HeldEvent>([], compareEvents))
}
