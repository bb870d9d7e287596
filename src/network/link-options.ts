import { distributionOf, type Jitter } from './jitter-distributions.ts'

/** The options of one direction of a link: the whole fault model. */
export interface LinkOptions {
  /** One-way propagation delay. A packet always takes at least one tick. */
  readonly delayNs: number
  /** Bits per second of IP packets; null when packets serialize in no time. */
  readonly rateBps: number | null
  readonly jitter: Jitter
  /**
   * Probability of loss from 0 to 1, independent for each packet. A packet that is lost this way takes no link time.
   */
  readonly lossRatio: number
  /** Loss in bursts, beside `lossRatio`; null for none. A packet that is lost this way has taken its link time. */
  readonly lossBursts: LossBursts | null
  /** The backlog at which further packets are dropped; null for no limit. */
  readonly queueBytes: number | null
  /**
   * A packet that waits longer than this in the queue is marked, if its sender knows ECN (RFC 3168; `ce_threshold` of
   * fq_codel). Absent: none is.
   */
  readonly ceThresholdNs?: number
  readonly mtuBytes: number
}

/**
 * Losses in bursts, by Gilbert's Markov chain of a good and a bad state (E. N. Gilbert, "Capacity of a Burst-Noise
 * Channel", 1960), with one step per `slotNs`. In the good state no packet is lost; in the bad state each packet is
 * lost with probability `lossInBad`.
 */
export interface LossBursts {
  readonly goodToBad: number
  readonly badToGood: number
  readonly lossInBad: number
  /**
   * The length of a time slot; null for the serialization time of a packet of `mtuBytes`, or 1 ms if the link has no
   * rate.
   */
  readonly slotNs: number | null
}

/** Returns the least delay that a link can have. */
export function leastDelayNs({ delayNs, jitter }: LinkOptions): number {
  const distributed = distributionOf(jitter)
  return distributed === null
    ? delayNs
    : Math.max(0, delayNs - distributed.distribution.shortensByNs(distributed.figures))
}

/** The options of a link for which the scenario sets nothing. */
export const DEFAULT_LINK_OPTIONS: LinkOptions = {
  delayNs: 0,
  rateBps: null,
  jitter: { kind: 'none' },
  lossRatio: 0,
  lossBursts: null,
  queueBytes: null,
  mtuBytes: 1_500,
}
