import type { Arena } from '../../engine/arena.ts'
import { assert } from '../../engine/assert.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NumberedRows } from '../../engine/numbered-rows.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Activity } from '../../network/rows.ts'
import type { Stream } from '../../transport/rows.ts'
import type { ByteStreams, Carrier } from '../../transport/streams/byte-stream.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/streams/failure.ts'
import type { RefusedDial } from '../rows.ts'

/** A connection that a host (the target) could not dial fails. */
export const DIAL_REFUSED = new EventKind('dial refused')

class RefusedDialTable extends Table<RefusedDial> {
  readonly stream = this.handle<Stream>()
  /** Index into FAILURE_REASONS. */
  readonly reason = this.int32()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }
}

/** The dials that fail because no tunnel is up. The dialling client still gets a stream, which fails one tick later. */
export class RefusedDials implements Carrier {
  private readonly table: RefusedDialTable
  private readonly numbers: NumberedRows<RefusedDial>
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly firstHostTarget: number
  private readonly carrierKind: number

  constructor(arena: Arena, timeline: Timeline, streams: ByteStreams, hosts: number, firstHostTarget: number) {
    this.table = new RefusedDialTable(arena)
    this.numbers = new NumberedRows(arena, hosts)
    this.timeline = timeline
    this.streams = streams
    this.firstHostTarget = firstHostTarget
    this.carrierKind = streams.registerCarrier(this)
    timeline.handle(DIAL_REFUSED, firstHostTarget, (host, ordinal) => this.onDue(host, ordinal))
  }

  dial(
    host: number,
    { nameHigh, nameLow }: { readonly nameHigh: number; readonly nameLow: number },
    activity: Activity,
    reason: FailureReason,
  ): Stream {
    const { table, numbers, streams, timeline } = this
    const content = streams.contents.create(nameHigh, nameLow, host)
    const why = FAILURE_REASONS.indexOf(reason)
    const row = table.allocate()
    const stream = streams.open(host, this.carrierKind, row, activity, nameHigh, nameLow, content)
    table.stream[row] = stream
    table.reason[row] = why
    timeline.schedule(timeline.now + 1, this.firstHostTarget + host, DIAL_REFUSED, numbers.add(host, row))
    return stream
  }

  /** Handles the event DIAL_REFUSED of a host. */
  private onDue(host: number, ordinal: number): void {
    const { table, streams } = this
    const row = this.numbers.find(host, ordinal)
    assert(row !== NONE, 'a dial waits for its refusal')
    this.numbers.remove(host, ordinal)
    const stream = table.stream[row]
    streams.failed(stream, FAILURE_REASONS[table.reason[row]])
    streams.release(stream)
    table.release(row)
  }

  // Calls from the stream's user. They do nothing: the stream never opens, and fails on its own.

  flush(): void {}

  finish(): void {}

  abort(): void {}

  resume(): void {}

  hasRoom(): boolean {
    return false
  }
}
