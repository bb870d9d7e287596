import type { CpuProfile } from '../cpu-profile.ts'

/** A CPU profile that hosts can name: its figures, and where each comes from; `npm run fit:cpu` does the fitting. */
export interface DescribedCpuProfile {
  /** What work costs with it, in a few words. */
  readonly summary: string
  readonly description: string
  readonly figures: CpuProfile
  readonly sources: Readonly<Record<keyof CpuProfile, string>>
  /** How its programs cut what they write into TLS records (see tls-records.ts). */
  readonly recordSizing: 'go' | 'fixed'
}

export const FITTED = 'fitted to measured rows'
export const NOT_MEASURED = 'default, not measured'
