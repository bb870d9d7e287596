import type { Arena } from '../engine/arena.ts'
import { EventKind } from '../engine/event-kind.ts'
import { NumberedRows } from '../engine/numbered-rows.ts'
import { NONE } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { HttpConnectionTable } from './http-connection.ts'
import { PING_BYTES } from './http2-frames.ts'
import type { Http2Parameters, Keepalive } from './http2-parameters.ts'
import { PING } from './marks.ts'
import type { HttpConnection } from './rows.ts'

/** An HTTP/2 connection on a host (the target) must be checked with a PING, or the check has timed out. */
export const HTTP2_HEALTH_CHECK = new EventKind('http2 health check')

/** Defaults of client-go (apimachinery pkg/util/net/http.go: readIdleTimeoutSeconds, pingTimeoutSeconds). */
const CLIENT_GO: Keepalive = { idleNs: 30 * NS_PER_S, timeoutNs: 15 * NS_PER_S }

/** The parts on which Http2Health is built. */
export interface Http2HealthParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly connections: HttpConnectionTable
  readonly parameters: readonly Http2Parameters[]
  readonly streams: ByteStreams
  readonly firstHostTarget: number
  readonly hostCount: number
}

/**
 * Health checks of HTTP/2 connections: it sends a PING after some time without a frame, and reports the connection dead
 * when the PING is not acknowledged. client-go has such a check, and gRPC's keepalive is another.
 */
export class Http2Health {
  private readonly timeline: Timeline
  private readonly connections: HttpConnectionTable
  private readonly parameters: readonly Http2Parameters[]
  private readonly streams: ByteStreams
  private readonly numbers: NumberedRows<HttpConnection>
  private readonly firstHostTarget: number

  constructor({ arena, timeline, connections, parameters, streams, firstHostTarget, hostCount }: Http2HealthParts) {
    this.timeline = timeline
    this.connections = connections
    this.parameters = parameters
    this.streams = streams
    this.numbers = new NumberedRows(arena, hostCount)
    this.firstHostTarget = firstHostTarget
  }

  /** Returns whether the parameters ask for a keepalive, regardless of the connection's owner. */
  hasKeepalive(connection: HttpConnection): boolean {
    return this.parameters[this.connections.parameters[connection]].keepalive !== null
  }

  /** Begins the checks of a connection. */
  begin(connection: HttpConnection): void {
    const { connections, timeline } = this
    const { idleNs } = this.keepaliveOf(connection)
    this.number(connection)
    connections.hasHealthCheck[connection] = 1
    connections.lastReadTick[connection] = timeline.now
    this.schedule(connection, timeline.now + idleNs)
  }

  /** Handles a check that is due. Returns false when the far end is dead. */
  check(connection: HttpConnection): boolean {
    const { connections, streams, timeline } = this
    const { now } = timeline
    const { idleNs, timeoutNs } = this.keepaliveOf(connection)
    const pingTick = connections.pingTick[connection]
    if (pingTick >= 0 && connections.lastReadTick[connection] < pingTick) {
      if (now >= pingTick + timeoutNs) return false
      return this.wait(connection, pingTick + timeoutNs)
    }
    const idleTick = connections.lastReadTick[connection] + idleNs
    if (now < idleTick) return this.wait(connection, idleTick)
    connections.pingTick[connection] = now
    this.schedule(connection, now + timeoutNs)
    streams.write(connections.lower[connection], PING_BYTES, PING, PING_BYTES, 0, NONE)
    return true
  }

  /** Waits on for a check that is not due before `tick`: the present event is an idle wake-up. */
  private wait(connection: HttpConnection, tick: number): true {
    this.timeline.noteIdleWakeUp()
    this.schedule(connection, tick)
    return true
  }

  /** Numbers a connection, so that events find it. */
  private number(connection: HttpConnection): void {
    const host = this.hostOf(connection)
    const ordinal = this.numbers.add(host, connection)
    this.connections.healthHost[connection] = host
    this.connections.ordinal[connection] = ordinal
  }

  /** Returns the connection of a check, or NONE when the connection has ended: then the event is an idle wake-up. */
  find(host: number, ordinal: number): HttpConnection {
    const connection = this.numbers.find(host, ordinal)
    if (connection === NONE) this.timeline.noteIdleWakeUp()
    return connection
  }

  /** Ends the checks of a connection that is about to be released. */
  forget(connection: HttpConnection): void {
    const { healthHost, ordinal } = this.connections
    if (ordinal[connection] !== NONE) this.numbers.remove(healthHost[connection], ordinal[connection])
  }

  private keepaliveOf(connection: HttpConnection): Keepalive {
    return this.parameters[this.connections.parameters[connection]].keepalive ?? CLIENT_GO
  }

  private schedule(connection: HttpConnection, tick: number): void {
    const target = this.firstHostTarget + this.hostOf(connection)
    this.timeline.schedule(tick, target, HTTP2_HEALTH_CHECK, this.connections.ordinal[connection])
  }

  private hostOf(connection: HttpConnection): number {
    return this.streams.table.host[this.connections.lower[connection]]
  }
}
