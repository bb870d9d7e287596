/** One direction of a link: the whole fault model, each field with its unit. */
export interface LinkOptions {
  /** One way. A packet always takes at least one tick. */
  readonly delayNs: number
  /** Bits a second of IP packets; null: packets serialize in no time. */
  readonly rateBps: number | null
  readonly jitter: Jitter
  /** 0 to 1, independent for each packet. A lost packet takes no link time. */
  readonly lossRatio: number
  /** Loss that comes in bursts, in its place; null: none does. A packet that is lost so has taken its link time. */
  readonly lossBursts: LossBursts | null
  /** Backlog at which arriving packets are dropped; null: never. */
  readonly queueBytes: number | null
  readonly mtuBytes: number
}

/**
 * Gilbert's chain (E. N. Gilbert, "Capacity of a Burst-Noise Channel", 1960) in steps of `slotNs`: in the good state
 * nothing is lost, in the bad one each packet with a probability.
 */
export interface LossBursts {
  readonly goodToBad: number
  readonly badToGood: number
  readonly lossInBad: number
  /** Null: a packet of `mtuBytes` at the rate, or 1 ms where there is none. */
  readonly slotNs: number | null
}

export type Jitter =
  | { readonly kind: 'none' }
  /** The delay varies evenly within plus or minus `amplitudeNs`. */
  | { readonly kind: 'uniform'; readonly amplitudeNs: number; readonly mayReorder: boolean }
  /** The delay varies normally with this standard deviation. */
  | { readonly kind: 'normal'; readonly deviationNs: number; readonly mayReorder: boolean }
  /** What comes on top of the delay has this median, and is less than `p99Ns` in 99 cases of 100. */
  | { readonly kind: 'log-normal'; readonly medianNs: number; readonly p99Ns: number; readonly mayReorder: boolean }

/** What a link is where a scenario says nothing. */
export const DEFAULT_LINK_OPTIONS: LinkOptions = {
  delayNs: 0,
  rateBps: null,
  jitter: { kind: 'none' },
  lossRatio: 0,
  lossBursts: null,
  queueBytes: null,
  mtuBytes: 1_500,
}
