import { assert } from './assert.ts'
import { KIND_LIMIT } from './pending-event-set.ts'

/** A kind of event, declared where its events are handled. Events carry its number, which `inOrder` sets. */
export class EventKind {
  readonly name: string
  /** Its place among all kinds; -1 before it has one. Events of one tick and target happen in this order. */
  number = -1

  constructor(name: string) {
    this.name = name
  }
}

/** Numbers the kinds of events, once, and returns them. */
export function inOrder(kinds: readonly EventKind[]): readonly EventKind[] {
  assert(kinds.length <= KIND_LIMIT, 'event kinds fit into KIND_BITS')
  for (const [number, kind] of kinds.entries()) {
    assert(kind.number < 0, `a kind of event has one place: ${kind.name}`)
    kind.number = number
  }
  return kinds
}
