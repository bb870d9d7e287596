/** One direction of a link: the whole fault model, each field with its unit. */
export interface LinkOptions {
  /** One way. A packet always takes at least one tick. */
  readonly delayNs: number
  /** Bits a second of IP packets; null: packets serialize in no time. */
  readonly rateBps: number | null
  readonly jitter: Jitter
  /** 0 to 1, independent for each packet. A lost packet takes no link time. */
  readonly lossRatio: number
  /** Backlog at which arriving packets are dropped; null: never. */
  readonly queueBytes: number | null
  readonly mtuBytes: number
}

export type Jitter =
  | { readonly kind: 'none' }
  /** The delay varies evenly within plus or minus `amplitudeNs`. */
  | { readonly kind: 'uniform'; readonly amplitudeNs: number; readonly mayReorder: boolean }
  /** The delay varies normally with this standard deviation. */
  | { readonly kind: 'normal'; readonly deviationNs: number; readonly mayReorder: boolean }
