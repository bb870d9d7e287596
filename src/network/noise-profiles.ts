import { NS_PER_MS } from '../engine/ticks.ts'

/** The interruptions of a core that serves a connection. */
export interface NoiseFigures {
  /** The interruptions of a core per second that are longer than the first of `lengths`. */
  readonly interruptionsPerS: number
  /** Lengths, and the shares of the interruptions that are longer: from 1 for the shortest to 0 for the longest. */
  readonly lengths: readonly { readonly ns: number; readonly longer: number }[]
}

interface NoiseProfile {
  /** A few words for lists. */
  readonly summary: string
  readonly figures: NoiseFigures | null
  readonly source: string
}

const ms = (length: number, longer: number) => ({ ns: length * NS_PER_MS, longer })

/** All profiles of noise, by the name that scenarios use. No length may exceed SLOT_NS (host-noise.ts). */
export const NOISE_PROFILES = {
  linux: {
    summary: 'about 4 times a second for 0.1 to 16 ms, as on a busy virtual machine',
    figures: {
      interruptionsPerS: 4,
      lengths: [ms(0.1, 1), ms(0.2, 0.49), ms(0.5, 0.4), ms(1, 0.33), ms(2, 0.18), ms(4, 0.11), ms(8, 0.07), ms(16, 0)],
    },
    source: 'measured (docs/facts/noise.md)',
  },
  none: { summary: 'never', figures: null, source: 'by definition' },
} satisfies Readonly<Record<string, NoiseProfile>>

export type NoiseName = keyof typeof NOISE_PROFILES
