import { Arena } from '../../../src/engine/arena.ts'
import { RadixQueue } from '../../../src/engine/radix-queue.ts'
import type { HoldQueue } from '../../hold.ts'

export function newQueue(): HoldQueue {
  return new RadixQueue(new Arena())
}
