import type { Arena } from '../../engine/arena.ts'
import { TUNNELLED_DEADLINE } from '../../engine/event-kinds.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { OrdinalTable } from '../../transport/connections/ordinal.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { TunnelledConnection } from '../rows.ts'
import { READER_CHANNEL_PACKETS } from './channels.ts'
import type { TunnelledConnectionTable } from './tunnel-tables.ts'

/** Who waits for how long: events of hosts, which name connections by ordinals. */
export class TunnelDeadlines {
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly connections: TunnelledConnectionTable
  private readonly ordinals: OrdinalTable
  private readonly firstHostTarget: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    connections: TunnelledConnectionTable,
    firstHostTarget: number,
    hostCount: number,
  ) {
    this.timeline = timeline
    this.streams = streams
    this.connections = connections
    this.ordinals = new OrdinalTable(arena, hostCount)
    this.firstHostTarget = firstHostTarget
  }

  nextOrdinal(host: number): number {
    return this.ordinals.take(host)
  }

  schedule(connection: TunnelledConnection, inNs: number): void {
    const host = this.hostOf(connection)
    const tick = this.timeline.now + inNs
    this.timeline.schedule(tick, this.firstHostTarget + host, TUNNELLED_DEADLINE, this.connections.ordinal[connection])
  }

  /** NONE: it is gone. Few connections are open at a time, so that a walk is the simplest index. */
  find(host: number, ordinal: number): TunnelledConnection {
    const { connections } = this
    for (let row = 0; row < connections.highWater; row++) {
      if (connections.ordinal[row] === ordinal && this.hostOf(this.connections.rowAt(row)) === host)
        return this.connections.rowAt(row)
    }
    return NONE
  }

  /** A packet has waited for a place in its reader's channel, and will for so long; Infinity: none waits. */
  readerLeftNs(connection: TunnelledConnection, patienceNs: number): number {
    const { connections } = this
    const isWaiting =
      connections.isServer[connection] === 1 && connections.queuedPackets[connection] > READER_CHANNEL_PACKETS
    return isWaiting ? connections.waitTick[connection] + patienceNs - this.timeline.now : Number.POSITIVE_INFINITY
  }

  private hostOf(connection: TunnelledConnection): number {
    return this.streams.table.host[this.connections.stream[connection]]
  }
}
