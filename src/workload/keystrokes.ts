import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { removeRow } from '../engine/linked-rows.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import type { HttpClients } from './http-clients.ts'
import type { Measurements } from './measurements.ts'
import { KEY } from './messages.ts'
import type { HttpClient, Key } from './rows.ts'
import type { Workload } from './workload.ts'

/** Keys that wait for their echo, linked by client. */
class KeyTable extends Table<Key> {
  readonly client = this.handle<HttpClient>()
  readonly number = this.float64()
  readonly sentTick = this.float64()
  /** The return value of `RequestTimes.read` when the key was typed. */
  readonly partsNs = this.float64(0, PART_COUNT)

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

const KEY_BYTES = 1
/** Bytes of one key and its echo. */
const ECHOED_BYTES = 2 * KEY_BYTES

export interface KeystrokesParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly http: HttpClients
  readonly workloads: readonly Workload[]
  readonly measurements: Measurements
}

/**
 * Types keys on upgraded connections. Each key is sent when it is due, whether or not the echo of the previous one has
 * arrived.
 */
export class Keystrokes {
  private readonly keys: KeyTable
  private readonly parts: KeystrokesParts

  constructor(parts: KeystrokesParts) {
    this.keys = new KeyTable(parts.arena)
    this.parts = parts
  }

  send(client: HttpClient, number: number): void {
    const { keys } = this
    const { timeline, http, workloads } = this.parts
    const { traffic } = workloads[http.clients.workload[client]]
    assert(traffic.kind === 'keys', 'only workloads of keystrokes send keys')
    const key = keys.allocate()
    keys.client[key] = client
    keys.next[key] = http.clients.firstKey[client]
    http.clients.firstKey[client] = key
    keys.number[key] = number
    keys.sentTick[key] = timeline.now
    const reading = http.times.read(client)
    for (let part = 0; part < PART_COUNT; part++) keys.partsNs[key + part] = reading[part]
    // Until the client has read that the session has ended, keys are typed in vain. They fail with it.
    if (http.isWriting(client)) this.parts.streams.write(http.streamOf(client), KEY_BYTES, KEY, number, 0, NONE)
  }

  /** Handles the echo of a key. */
  takeEcho(client: HttpClient, number: number): void {
    const { keys } = this
    const { http, measurements } = this.parts
    const key = this.find(client, number)
    if (key === NONE) return
    const workload = http.clients.workload[client]
    const sentTick = keys.sentTick[key]
    http.times.add(client, sentTick, keys.partsNs, key)
    this.forget(key)
    measurements.noteResponse(workload, number, sentTick, ECHOED_BYTES)
    measurements.noteRequestEnd(workload)
  }

  /** Returns when the keys were sent that wait for their echo. */
  sentTicksOf(client: HttpClient): number[] {
    const ticks: number[] = []
    for (let key = this.parts.http.clients.firstKey[client]; key !== NONE; key = this.keys.next[key])
      ticks.push(this.keys.sentTick[key])
    return ticks
  }

  /** Fails all keys that still wait for their echo, when the connection was lost. */
  failAll(client: HttpClient, reason: Parameters<Measurements['noteFailure']>[3], proxyError: number): void {
    const { keys } = this
    const { http, measurements } = this.parts
    const lost: Key[] = []
    for (let key = http.clients.firstKey[client]; key !== NONE; key = keys.next[key]) lost.push(key)
    lost.sort((a, b) => keys.number[a] - keys.number[b])
    for (const key of lost) {
      const workload = http.clients.workload[client]
      measurements.noteFailure(workload, keys.number[key], keys.sentTick[key], reason, proxyError)
      measurements.noteRequestEnd(workload)
      this.forget(key)
    }
  }

  private find(client: HttpClient, number: number): Key {
    const { keys } = this
    let key = this.parts.http.clients.firstKey[client]
    while (key !== NONE && keys.number[key] !== number) key = keys.next[key]
    return key
  }

  private forget(key: Key): void {
    const { keys } = this
    removeRow(this.parts.http.clients.firstKey, keys.client[key], keys.next, key)
    keys.release(key)
  }
}
