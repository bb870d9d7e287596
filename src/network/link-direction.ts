import type { Arena, Columns } from '../engine/arena.ts'
import { exactLog } from '../engine/exact-math.ts'
import { bernoulliThreshold, type StreamKey } from '../engine/streams.ts'
import { NONE, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Jitter, LinkOptions } from './link-options.ts'

export const JITTER_NONE = 0
export const JITTER_UNIFORM = 1
const JITTER_NORMAL = 2
export const JITTER_LOG_NORMAL = 3
/** Quantile of the standard normal distribution at 0.99. */
const NORMAL_P99 = 2.3263478740408408
const SLOT_WITHOUT_RATE_NS = 1_000_000

const BITS_PER_BYTE = 8

const JITTER_KINDS: Readonly<Record<Jitter['kind'], number>> = {
  none: JITTER_NONE,
  uniform: JITTER_UNIFORM,
  normal: JITTER_NORMAL,
  'log-normal': JITTER_LOG_NORMAL,
}

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
  /** Amplitude, deviation, or median. */
  jitterNs!: Float64Array
  /** Of a log-normal one: the deviation of its logarithm. */
  jitterSpread!: Float64Array
  mayReorder!: Uint8Array
  /** 1: accounts pay for what it carries. */
  isCharged!: Uint8Array
  /** Of 2^32. */
  lossThreshold!: Float64Array
  /** Of 2^32, like `lossThreshold`; 0: no bursts. */
  goodToBadThreshold!: Float64Array
  badToGoodThreshold!: Float64Array
  lossInBadThreshold!: Float64Array
  burstSlotNs!: Float64Array
  /** The last slot whose state was worked out, and that state: to save work only (see gilbert-chain.ts). */
  knownSlot!: Float64Array
  isBadInKnownSlot!: Uint8Array
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
    this.jitterSpread = columns.float64()
    this.lossThreshold = columns.float64()
    this.goodToBadThreshold = columns.float64()
    this.badToGoodThreshold = columns.float64()
    this.lossInBadThreshold = columns.float64()
    this.burstSlotNs = columns.float64()
    this.knownSlot = columns.float64()
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
    this.isBadInKnownSlot = columns.uint8()
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
    this.configureJitter(row, jitter)
    this.mayReorder[row] = jitter.kind !== 'none' && jitter.mayReorder ? 1 : 0
    this.lossThreshold[row] = bernoulliThreshold(options.lossRatio)
    this.configureBursts(row, options)
    this.queueLimitNs[row] = queueLimitNs(options)
    this.mtuBytes[row] = options.mtuBytes
  }

  private configureJitter(row: number, jitter: Jitter): void {
    this.jitterKind[row] = JITTER_KINDS[jitter.kind]
    this.jitterSpread[row] = 0
    if (jitter.kind === 'none') this.jitterNs[row] = 0
    else if (jitter.kind === 'uniform') this.jitterNs[row] = jitter.amplitudeNs
    else if (jitter.kind === 'normal') this.jitterNs[row] = jitter.deviationNs
    else {
      this.jitterNs[row] = jitter.medianNs
      this.jitterSpread[row] = exactLog(jitter.p99Ns / jitter.medianNs) / NORMAL_P99
    }
  }

  private configureBursts(row: number, { lossBursts: bursts, mtuBytes }: LinkOptions): void {
    this.goodToBadThreshold[row] = bernoulliThreshold(bursts?.goodToBad ?? 0)
    this.badToGoodThreshold[row] = bernoulliThreshold(bursts?.badToGood ?? 0)
    this.lossInBadThreshold[row] = bernoulliThreshold(bursts?.lossInBad ?? 0)
    const packetNs = this.serializationNs(row, mtuBytes)
    this.burstSlotNs[row] = bursts?.slotNs ?? (packetNs > 0 ? packetNs : SLOT_WITHOUT_RATE_NS)
    this.knownSlot[row] = -1
    this.isBadInKnownSlot[row] = 0
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
