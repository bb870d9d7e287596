import { gcePrivate } from './link-profiles/gce-private.ts'
import type { LinkProfile } from './link-profiles/link-profile.ts'
import { localhost } from './link-profiles/localhost.ts'
import { podNetwork } from './link-profiles/pod-network.ts'
import { publicNetwork } from './link-profiles/public-network.ts'

/**
 * The media that a link can use, by the name that scenarios use. Schema, checks and lists derive from this registry.
 */
export const LINK_PROFILES = {
  localhost,
  'public-network': publicNetwork,
  'gce-private': gcePrivate,
  'pod-network': podNetwork,
} satisfies Readonly<Record<string, LinkProfile>>

/** The name of a link profile. */
export type LinkProfileName = keyof typeof LINK_PROFILES
