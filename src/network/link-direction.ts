import type { Arena } from '../engine/arena.ts'
import { exactLog } from '../engine/exact-math.ts'
import { bernoulliThreshold, type StreamKey } from '../engine/streams.ts'
import { IndexedTable } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Jitter, LinkOptions } from './link-options.ts'
import type { LinkDirection, Packet } from './rows.ts'

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
export class LinkDirectionTable extends IndexedTable<LinkDirection> {
  /** A host, or a switch, which is numbered behind the hosts. */
  readonly fromHost = this.int32()
  readonly toHost = this.int32()

  readonly delayNs = this.float64()
  /** Infinity: packets serialize in no time. */
  readonly rateBps = this.float64()
  readonly jitterKind = this.uint8()
  /** Amplitude, deviation, or median. */
  readonly jitterNs = this.float64()
  /** Of a log-normal one: the deviation of its logarithm. */
  readonly jitterSpread = this.float64()
  readonly mayReorder = this.uint8()
  /** 1: accounts pay for what it carries. */
  readonly isCharged = this.uint8()
  /** Of 2^32. */
  readonly lossThreshold = this.float64()
  /** Of 2^32, like `lossThreshold`; 0: no bursts. */
  readonly goodToBadThreshold = this.float64()
  readonly badToGoodThreshold = this.float64()
  readonly lossInBadThreshold = this.float64()
  readonly burstSlotNs = this.float64()
  /** The last slot whose state was worked out, and that state: to save work only (see gilbert-chain.ts). */
  readonly knownSlot = this.float64()
  readonly isBadInKnownSlot = this.uint8()
  /** Link time that may wait; Infinity: any. */
  readonly queueLimitNs = this.float64()
  readonly mtuBytes = this.int32()
  readonly isUp = this.uint8()
  readonly lastDownTick = this.float64()

  readonly lossKeyHigh = this.int32()
  readonly lossKeyLow = this.int32()
  readonly jitterKeyHigh = this.int32()
  readonly jitterKeyLow = this.int32()

  /** When the last packet taken will have left, and when it will arrive. */
  readonly busyUntilTick = this.float64()
  readonly lastArrivalTick = this.float64()
  readonly firstInFlight = this.handle<Packet>()
  readonly lastInFlight = this.handle<Packet>()
  readonly nextSerial = this.uint32()

  readonly deliveredPackets = this.float64()
  readonly deliveredBytes = this.float64()
  readonly lostPackets = this.float64()
  readonly droppedAtQueue = this.float64()
  readonly droppedWhileDown = this.float64()
  readonly droppedByFirewall = this.float64()
  readonly digestHigh = this.int32()
  readonly digestLow = this.int32()

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
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
