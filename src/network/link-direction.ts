import type { Arena } from '../engine/arena.ts'
import { bernoulliThreshold, type StreamKey } from '../engine/streams.ts'
import { placesOf, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import { decisiveSlots } from './decisive-slots.ts'
import type { HostNoise } from './host-noise.ts'
import { distributionOf, type Jitter } from './jitter-distributions.ts'
import type { LinkOptions } from './link-options.ts'
import type { LinkDirection, Packet } from './rows.ts'

const SLOT_WITHOUT_RATE_NS = 1_000_000

export const BITS_PER_BYTE = 8

// Bits of the column `features`

export const IS_DOWN = 1
/** Packets are lost by themselves, one by one and in bursts. */
export const HAS_LOSS = 2
export const HAS_BURSTS = 4
export const HAS_JITTER = 8
export const MAY_REORDER = 16
/** The host needs time to send a packet. */
export const TAKES_TIME_TO_SEND = 32
/** The host at the end has noise. */
export const HAS_NOISE = 128
/** Packets that wait long in the queue are marked (ECN). */
export const MARKS_WAITING = 256
/** The bytes on this direction count for their accounts. */
export const IS_CHARGED = 64

/** The random streams of a link direction, read when its options need them. */
export interface LinkStreams {
  readonly loss: StreamKey
  readonly jitter: StreamKey
}

/**
 * One row for each direction of each link, in the order of their names. Elsewhere a direction is its place in that
 * order, which differs from its event target by a constant; `rowOf` has its row.
 */
export class LinkDirectionTable extends Table<LinkDirection> {
  // What most packets read, close together, so that it is in few cache lines

  /**
   * The tick at which the last packet put on the link will have been sent, and below the tick at which it will arrive.
   */
  readonly busyUntilTick = this.float64()
  readonly lastArrivalTick = this.float64()
  readonly delayNs = this.float64()
  /** Bits per second; Infinity when packets serialize in no time. */
  readonly rateBps = this.float64()
  /** The longest backlog at which a packet is still queued, as link time; Infinity when there is no limit. */
  readonly queueLimitNs = this.float64()
  readonly lastDownTick = this.float64()
  readonly deliveredPackets = this.float64()
  readonly deliveredBytes = this.float64()

  /** Bits that tell what applies to packets on this direction: `IS_DOWN` and those after it. */
  readonly features = this.int32()
  readonly nextSerial = this.uint32()
  readonly mtuBytes = this.int32()
  /** The packets in flight that are in line (packets-in-flight.ts). */
  readonly firstInLine = this.handle<Packet>()
  readonly lastInLine = this.handle<Packet>()
  readonly digestHigh = this.int32()
  readonly digestLow = this.int32()
  /** The index of a host, or of a switch; switches are numbered after the hosts. */
  readonly toHost = this.int32()
  readonly fromHost = this.int32()

  // What only some features need

  /** The width and the shape of the jitter (`JitterDistribution.kept`). */
  readonly jitterNs = this.float64()
  readonly jitterSpread = this.float64()
  /** The number of the distribution of the jitter; 0 without jitter. */
  readonly jitterKind = this.int32()
  readonly jitterKeyHigh = this.int32()
  readonly jitterKeyLow = this.int32()
  /** 1: the key of the jitter has been computed. */
  readonly hasJitterKey = this.int32()
  /** Probability of loss, as a fraction of 2^32. */
  readonly lossThreshold = this.float64()
  /** Probability of loss in the bad state of Gilbert's chain, as a fraction of 2^32; 0 when loss has no bursts. */
  readonly lossInBadThreshold = this.float64()
  /** Packets that wait longer in the queue are marked; Infinity: none is. */
  readonly ceThresholdNs = this.float64()
  readonly markedPackets = this.float64()
  readonly lossKeyHigh = this.int32()
  readonly lossKeyLow = this.int32()
  /** Gilbert's chain (decisive-slots.ts), and the length of its slots. */
  readonly burstSlotNs = this.float64()
  readonly burstDecisiveRate = this.float64()
  readonly burstBlockSlots = this.float64()
  readonly burstBadThreshold = this.float64()
  readonly burstAlternates = this.int32()
  /** The time by which the first packet after a pause leaves its host later, and that from one packet to the next. */
  readonly coldPacketNs = this.float64()
  readonly packetNs = this.float64()
  /** When the host last sent a packet, and the earliest tick at which another can leave it (departure.ts). */
  readonly lastSentTick = this.float64()
  readonly nextDepartureTick = this.float64()
  /** A connection that used the direction, and a time in which the host at the end is not interrupted (host-noise.ts). */
  readonly quietNameHigh = this.int32()
  readonly quietNameLow = this.int32()
  readonly quietFromTick = this.float64()
  readonly quietUntilTick = this.float64()
  /** The packets in flight that are apart (packets-in-flight.ts). */
  readonly firstApart = this.handle<Packet>()
  readonly lastApart = this.handle<Packet>()
  readonly lostPackets = this.float64()
  readonly droppedAtQueue = this.float64()
  readonly droppedWhileDown = this.float64()
  readonly droppedByFirewall = this.float64()
  /** Packets with a number of this direction that were never sent on it: taken by a rule, or copied by one at its end. */
  readonly withheldPackets = this.float64()
  readonly copiedPackets = this.float64()

  private readonly streams: LinkStreams[] = []
  private readonly noises: HostNoise[] = []

  constructor(arena: Arena) {
    super(arena, 8)
    this.attach()
  }

  /** Returns the row of a direction. */
  rowOf(direction: number): LinkDirection {
    return this.rowAt(direction * STRIDE)
  }

  /** Returns the host or switch where a direction begins. */
  startOf(direction: number): number {
    return this.fromHost[this.rowOf(direction)]
  }

  /** Returns the host or switch where a direction ends. */
  endOf(direction: number): number {
    return this.toHost[this.rowOf(direction)]
  }

  /**
   * Adds a direction. `isCharged` is false for the second half of a path through a segment, since the first half was
   * charged.
   */
  add(fromHost: number, toHost: number, options: LinkOptions, streams: LinkStreams, isCharged = true): LinkDirection {
    const row = this.allocate()
    this.setFeature(row, IS_CHARGED, isCharged)
    this.fromHost[row] = fromHost
    this.toHost[row] = toHost
    this.streams.push(streams)
    this.lastDownTick[row] = -1
    this.lastSentTick[row] = Number.NEGATIVE_INFINITY
    this.configure(row, options)
    return row
  }

  /** Sets the options for packets that are put on the link from now on. */
  configure(row: LinkDirection, options: LinkOptions): void {
    const { jitter } = options
    this.takeLossKey(row, options)
    this.delayNs[row] = options.delayNs
    this.rateBps[row] = options.rateBps ?? Number.POSITIVE_INFINITY
    this.configureJitter(row, jitter)
    this.lossThreshold[row] = bernoulliThreshold(options.lossRatio)
    this.setFeature(row, HAS_LOSS, this.lossThreshold[row] > 0)
    this.configureBursts(row, options)
    this.queueLimitNs[row] = queueLimitNs(options)
    this.mtuBytes[row] = options.mtuBytes
    this.ceThresholdNs[row] = options.ceThresholdNs ?? Number.POSITIVE_INFINITY
    this.setFeature(row, MARKS_WAITING, options.ceThresholdNs !== undefined)
  }

  /** Sets the time that the host takes to send a packet, and by how much longer it takes after a pause. */
  setSendingTimes(row: LinkDirection, packetNs: number, coldPacketNs: number): void {
    this.packetNs[row] = packetNs
    this.coldPacketNs[row] = coldPacketNs
    this.setFeature(row, TAKES_TIME_TO_SEND, packetNs > 0 || coldPacketNs > 0)
  }

  setNoise(row: LinkDirection, noise: HostNoise): void {
    this.noises[this.indexOf(row)] = noise
    this.setFeature(row, HAS_NOISE, true)
  }

  /** Returns when the host at the end of a direction with noise takes up a packet that reaches it at `arrivalTick`. */
  takenUpTick(row: LinkDirection, nameHigh: number, nameLow: number, arrivalTick: number): number {
    const isQuiet =
      arrivalTick >= this.quietFromTick[row] &&
      arrivalTick < this.quietUntilTick[row] &&
      this.quietNameLow[row] === nameLow &&
      this.quietNameHigh[row] === nameHigh
    if (isQuiet) return arrivalTick
    const noise = this.noises[this.indexOf(row)]
    const takenTick = noise.takenUpTick(nameHigh, nameLow, arrivalTick)
    this.quietNameHigh[row] = nameHigh
    this.quietNameLow[row] = nameLow
    this.quietFromTick[row] = noise.quietFromTick
    this.quietUntilTick[row] = noise.quietUntilTick
    return takenTick
  }

  setFeature(row: LinkDirection, feature: number, isPresent: boolean): void {
    if (isPresent) this.features[row] |= feature
    else this.features[row] &= ~feature
  }

  isUp(row: LinkDirection): boolean {
    return (this.features[row] & IS_DOWN) === 0
  }

  /** Stores the key of losses, if the options ask for them. */
  private takeLossKey(row: LinkDirection, { lossRatio, lossBursts }: LinkOptions): void {
    if (lossRatio > 0 || lossBursts !== null) {
      const { hi, lo } = this.streams[this.indexOf(row)].loss
      this.lossKeyHigh[row] = hi
      this.lossKeyLow[row] = lo
    }
  }

  /** Stores the key of the jitter of a direction. It takes long to compute, and most links of a large network are idle. */
  takeJitterKey(row: LinkDirection): void {
    const { hi, lo } = this.streams[this.indexOf(row)].jitter
    this.jitterKeyHigh[row] = hi
    this.jitterKeyLow[row] = lo
    this.hasJitterKey[row] = 1
  }

  private configureJitter(row: LinkDirection, jitter: Jitter): void {
    const distributed = distributionOf(jitter)
    const kept = distributed?.distribution.kept(distributed.figures)
    this.jitterKind[row] = distributed?.number ?? 0
    this.jitterNs[row] = kept?.widthNs ?? 0
    this.jitterSpread[row] = kept?.shape ?? 0
    this.setFeature(row, HAS_JITTER, jitter.kind !== 'none')
    this.setFeature(row, MAY_REORDER, jitter.kind !== 'none' && jitter.canReorder)
  }

  private configureBursts(row: LinkDirection, { lossBursts: bursts, mtuBytes }: LinkOptions): void {
    this.lossInBadThreshold[row] = bernoulliThreshold(bursts?.lossInBad ?? 0)
    this.setFeature(row, HAS_BURSTS, this.lossInBadThreshold[row] > 0)
    if (bursts === null) return
    const { rate, blockSlots, badThreshold, alternates } = decisiveSlots(bursts)
    this.burstDecisiveRate[row] = rate
    this.burstBlockSlots[row] = blockSlots
    this.burstBadThreshold[row] = badThreshold
    this.burstAlternates[row] = alternates ? 1 : 0
    const packetNs = this.serializationNs(row, mtuBytes)
    this.burstSlotNs[row] = bursts.slotNs ?? (packetNs > 0 ? packetNs : SLOT_WITHOUT_RATE_NS)
  }

  /**
   * Returns the time that a packet takes to serialize, rounded up to whole ticks so that a link never carries more than
   * its rate.
   */
  serializationNs(row: LinkDirection, wireBytes: number): number {
    return Math.ceil((wireBytes * BITS_PER_BYTE * NS_PER_S) / this.rateBps[row])
  }
}

function queueLimitNs(options: LinkOptions): number {
  if (options.queueBytes === null || options.rateBps === null) return Number.POSITIVE_INFINITY
  return Math.floor((options.queueBytes * BITS_PER_BYTE * NS_PER_S) / options.rateBps)
}

/** The places of the columns of link directions (`Table.int32s`). */
export const LINK_PLACES = placesOf((arena) => new LinkDirectionTable(arena))
const { stride: STRIDE } = LINK_PLACES
