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

/** The variation of a link's delay from packet to packet. */
export type Jitter =
  | { readonly kind: 'none' }
  /** Uniform over plus or minus `amplitudeNs`. */
  | { readonly kind: 'uniform'; readonly amplitudeNs: number; readonly canReorder: boolean }
  /** Normal, with this standard deviation. */
  | { readonly kind: 'normal'; readonly deviationNs: number; readonly canReorder: boolean }
  /** Log-normal and added to the delay, with this median and 99th percentile. */
  | { readonly kind: 'log-normal'; readonly medianNs: number; readonly p99Ns: number; readonly canReorder: boolean }

/** Returns the least delay that a link can have. */
export function leastDelayNs({ delayNs, jitter }: LinkOptions): number {
  switch (jitter.kind) {
    case 'none':
    case 'log-normal':
      return delayNs
    case 'uniform':
      return Math.max(0, delayNs - jitter.amplitudeNs)
    case 'normal':
      return 0
  }
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
