import { namesOf } from '../../engine/registry.ts'
import { LINUX } from './linux.ts'
import { NS3 } from './ns3.ts'
import { RFC } from './rfc.ts'
import type { StandardProfile } from './standard-profile.ts'

/** All profiles, by their names in scenarios. To add one, write its file and name it here. */
export const TCP_PROFILES = {
  linux: LINUX,
  rfc: RFC,
  ns3: NS3,
} satisfies Readonly<Record<string, StandardProfile>>

export type TcpProfileName = keyof typeof TCP_PROFILES

/** Settings of a host that replace those of its profile. */
export type TcpOverrides = Partial<Omit<StandardProfile, 'isInterrupted' | 'congestionVariant'>>

/** The standard profiles, and one more for each distinct set of overrides. A host refers to its profile by index. */
export class TcpProfiles {
  private readonly list: StandardProfile[] = Object.values(TCP_PROFILES)
  private readonly indexByKey = new Map<string, number>()

  get all(): readonly StandardProfile[] {
    return this.list
  }

  indexOf(name: TcpProfileName, overrides: TcpOverrides = {}): number {
    const entries = Object.entries(overrides).sort(([a], [b]) => (a < b ? -1 : 1))
    if (entries.length === 0) return namesOf(TCP_PROFILES).indexOf(name)
    const key = JSON.stringify([name, entries])
    const known = this.indexByKey.get(key)
    if (known !== undefined) return known
    const index = this.list.push({ ...TCP_PROFILES[name], ...overrides }) - 1
    this.indexByKey.set(key, index)
    return index
  }
}
