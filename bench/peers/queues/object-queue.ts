import type { HoldQueue } from '../../hold.ts'

/** An event as users of a priority queue on npm write it. */
export interface HeldEvent {
  readonly tick: number
  readonly target: number
  readonly kind: number
  readonly argument: number
}

/** Orders events as the simulator does. */
export function compareEvents(a: HeldEvent, b: HeldEvent): number {
  return a.tick - b.tick || a.target - b.target || a.kind - b.kind || a.argument - b.argument
}

/** A queue of objects on some heap. */
export class ObjectQueue implements HoldQueue {
  private readonly heap: { push(event: HeldEvent): unknown; pop(): HeldEvent | null | undefined }
  private taken: HeldEvent = { tick: 0, target: 0, kind: 0, argument: 0 }

  constructor(heap: ObjectQueue['heap']) {
    this.heap = heap
  }

  get tick(): number {
    return this.taken.tick
  }

  get target(): number {
    return this.taken.target
  }

  get kind(): number {
    return this.taken.kind
  }

  get argument(): number {
    return this.taken.argument
  }

  push(tick: number, target: number, kind: number, argument: number): void {
    this.heap.push({ tick, target, kind, argument })
  }

  pop(): boolean {
    const event = this.heap.pop()
    if (event === null || event === undefined) return false
    this.taken = event
    return true
  }
}
