interface NamedPolicy {
  readonly meaning: string
  /** The rules, as a scenario writes them. */
  readonly rules: readonly string[]
}

/** Policies with names, from the loosest to the strictest. */
export const POLICIES = {
  'no-takeover': {
    meaning: 'Nobody gets rights or credentials of others. What attackers read, forge or change is tolerated.',
    rules: ['never privilege, credential'],
  },
  'nothing-of-others': {
    meaning:
      'No attacker gets what others own: it reads, changes and forges nothing, and gets no rights or credentials.',
    rules: ['never privilege, credential, relayed, impersonated, modified, read'],
  },
  'no-interruption': {
    meaning:
      'As nothing-of-others, and nobody interrupts a path without being in the middle of it or root on a host; those two can always drop packets.',
    rules: [
      'never privilege, credential, relayed, impersonated, modified, read',
      'never outage, disrupted by blind, passive, side, pod, user',
    ],
  },
} as const satisfies Readonly<Record<string, NamedPolicy>>

export type PolicyName = keyof typeof POLICIES

/** The policy of a scenario that names none. */
export const DEFAULT_POLICY: PolicyName = 'nothing-of-others'
