import { mapEntries } from '../engine/registry.ts'
import type { CpuProfile } from './cpu-profile.ts'
import type { DescribedCpuProfile } from './cpu-profiles/described-cpu-profile.ts'
import { go } from './cpu-profiles/go.ts'
import { instant } from './cpu-profiles/instant.ts'
import { nodejs } from './cpu-profiles/nodejs.ts'

/** All CPU profiles, by the name that scenarios use. The schema, checks and lists derive from this. */
export const CPU_PROFILES = {
  go,
  nodejs,
  instant,
} satisfies Readonly<Record<string, DescribedCpuProfile>>

export type CpuProfileName = keyof typeof CPU_PROFILES

/** The figures of each CPU profile. */
export const CPU_FIGURES: Readonly<Record<CpuProfileName, CpuProfile>> = mapEntries<
  CpuProfileName,
  DescribedCpuProfile,
  CpuProfile
>(CPU_PROFILES, ({ figures }) => figures)
