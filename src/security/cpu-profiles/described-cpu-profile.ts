import type { CpuProfile } from '../cpu-profile.ts'

/** A CPU profile that a host can have: its figures, and the source of each. `npm run fit:cpu` fits them. */
export interface DescribedCpuProfile {
  /** A few words for lists. */
  readonly summary: string
  readonly description: string
  readonly figures: CpuProfile
  readonly sources: Readonly<Record<keyof CpuProfile, string>>
  /** True for a profile of real machines, whose programs wait for a core now and then. */
  readonly isInterrupted: boolean
  /** The rule by which its programs choose the sizes of TLS records (see tls-records.ts). */
  readonly recordSizing: 'go' | 'fixed'
}

export const FITTED = 'fitted to measured rows'
export const NOT_MEASURED = 'default, not measured'
