import type { Arena, Columns } from '../engine/arena.ts'
import { bernoulliThreshold, type StreamKey } from '../engine/streams.ts'
import { NONE, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { LinkOptions } from './link-options.ts'

export const JITTER_NONE = 0
export const JITTER_UNIFORM = 1
const JITTER_NORMAL = 2

const BITS_PER_BYTE = 8

/** The randomness of one direction, keyed by its name. */
export interface LinkStreams {
  readonly loss: StreamKey
  readonly jitter: StreamKey
}

/**
 * One direction of each link, in the order of their names: row and event target differ by a constant. Packets in
 * flight hang on a list, in the order in which they were taken.
 */
export class LinkDirectionTable extends Table {
  /** A host, or a switch, which is numbered behind the hosts. */
  fromHost!: Int32Array
  toHost!: Int32Array

  delayNs!: Float64Array
  /** Infinity: packets serialize in no time. */
  rateBps!: Float64Array
  jitterKind!: Uint8Array
  jitterNs!: Float64Array
  mayReorder!: Uint8Array
  /** 1: accounts pay for what it carries. */
  isCharged!: Uint8Array
  /** Of 2^32. */
  lossThreshold!: Float64Array
  /** Link time that may wait; Infinity: any. */
  queueLimitNs!: Float64Array
  mtuBytes!: Int32Array
  isUp!: Uint8Array
  lastDownTick!: Float64Array

  lossKeyHigh!: Int32Array
  lossKeyLow!: Int32Array
  jitterKeyHigh!: Int32Array
  jitterKeyLow!: Int32Array

  /** When the last packet taken will have left, and when it will arrive. */
  busyUntilTick!: Float64Array
  lastArrivalTick!: Float64Array
  firstInFlight!: Int32Array
  lastInFlight!: Int32Array
  nextSerial!: Uint32Array

  deliveredPackets!: Float64Array
  deliveredBytes!: Float64Array
  lostPackets!: Float64Array
  droppedAtQueue!: Float64Array
  droppedWhileDown!: Float64Array
  droppedByFirewall!: Float64Array
  digestHigh!: Int32Array
  digestLow!: Int32Array

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.delayNs = columns.float64()
    this.rateBps = columns.float64()
    this.jitterNs = columns.float64()
    this.lossThreshold = columns.float64()
    this.queueLimitNs = columns.float64()
    this.lastDownTick = columns.float64()
    this.busyUntilTick = columns.float64()
    this.lastArrivalTick = columns.float64()
    this.deliveredPackets = columns.float64()
    this.deliveredBytes = columns.float64()
    this.lostPackets = columns.float64()
    this.droppedAtQueue = columns.float64()
    this.droppedWhileDown = columns.float64()
    this.droppedByFirewall = columns.float64()
    this.fromHost = columns.int32()
    this.toHost = columns.int32()
    this.mtuBytes = columns.int32()
    this.lossKeyHigh = columns.int32()
    this.lossKeyLow = columns.int32()
    this.jitterKeyHigh = columns.int32()
    this.jitterKeyLow = columns.int32()
    this.firstInFlight = columns.int32()
    this.lastInFlight = columns.int32()
    this.digestHigh = columns.int32()
    this.digestLow = columns.int32()
    this.nextSerial = columns.uint32()
    this.jitterKind = columns.uint8()
    this.mayReorder = columns.uint8()
    this.isUp = columns.uint8()
    this.isCharged = columns.uint8()
  }

  /** `isCharged` is false for the far half of a segment, whose near half was paid for. */
  add(fromHost: number, toHost: number, options: LinkOptions, streams: LinkStreams, isCharged = true): number {
    const row = this.allocate()
    this.isCharged[row] = isCharged ? 1 : 0
    this.fromHost[row] = fromHost
    this.toHost[row] = toHost
    this.lossKeyHigh[row] = streams.loss.hi
    this.lossKeyLow[row] = streams.loss.lo
    this.jitterKeyHigh[row] = streams.jitter.hi
    this.jitterKeyLow[row] = streams.jitter.lo
    this.firstInFlight[row] = NONE
    this.lastInFlight[row] = NONE
    this.isUp[row] = 1
    this.lastDownTick[row] = -1
    this.configure(row, options)
    return row
  }

  /** For packets taken from now on. */
  configure(row: number, options: LinkOptions): void {
    const { jitter } = options
    this.delayNs[row] = options.delayNs
    this.rateBps[row] = options.rateBps ?? Number.POSITIVE_INFINITY
    this.jitterKind[row] =
      jitter.kind === 'none' ? JITTER_NONE : jitter.kind === 'uniform' ? JITTER_UNIFORM : JITTER_NORMAL
    this.jitterNs[row] =
      jitter.kind === 'none' ? 0 : jitter.kind === 'uniform' ? jitter.amplitudeNs : jitter.deviationNs
    this.mayReorder[row] = jitter.kind !== 'none' && jitter.mayReorder ? 1 : 0
    this.lossThreshold[row] = bernoulliThreshold(options.lossRatio)
    this.queueLimitNs[row] = queueLimitNs(options)
    this.mtuBytes[row] = options.mtuBytes
  }

  /** Rounded up to whole ticks, so that a link never carries more than its rate. */
  serializationNs(row: number, wireBytes: number): number {
    return Math.ceil((wireBytes * BITS_PER_BYTE * NS_PER_S) / this.rateBps[row])
  }
}

function queueLimitNs(options: LinkOptions): number {
  if (options.queueBytes === null || options.rateBps === null) return Number.POSITIVE_INFINITY
  return Math.floor((options.queueBytes * BITS_PER_BYTE * NS_PER_S) / options.rateBps)
}
