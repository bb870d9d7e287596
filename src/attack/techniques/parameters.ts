/**
 * The keys that a step may have beside `at`, `technique` and `path`: what each means for every technique that has it,
 * and a value as a scenario would write it.
 */
export const PARAMETERS = {
  for: { meaning: 'How long it lasts. Default: to the end.', example: '10s' },
  count: { meaning: 'Packets, connections or requests that it is done to. Default: all.', example: '1' },
  match: { meaning: 'Which packets of its paths it is about. Default: all.', example: '{ kind: data }' },
  delay: { meaning: 'A time. Default: 0s.', example: '200ms' },
  presents: {
    meaning:
      'The certificate that it shows as a server, by name or role. Default: one of its own making, with the right names in it.',
    example: 'ca',
  },
  with: {
    meaning: 'What it shows when it asks: a certificate or a token, by name or role. Default: nothing.',
    example: 'a powerless token',
  },
  ask: { meaning: 'What it asks for. Default: what the workloads of the path ask for.', example: 'list-pods' },
} as const satisfies Readonly<Record<string, { readonly meaning: string; readonly example: string }>>

export type ParameterName = keyof typeof PARAMETERS

/** A technique's parameters, in the order in which they are listed: what each means here beyond its general meaning. */
export type Parameters = Readonly<Partial<Record<ParameterName, string | null>>>

/** Of techniques that act on packets as they pass. */
export const PACKETS = { for: null, count: null, match: null } as const satisfies Parameters

/** Of techniques that send packets of their own in response to one that they see. */
export const RESPONSES = {
  ...PACKETS,
  delay: 'how long after the packet that it answers',
} as const satisfies Parameters

/** Requests that an attacker can write, beside those of workloads. */
export const ATTACK_REQUESTS = [
  'exec',
  'logs',
  'list-pods',
  'list-secrets',
  'create-pods',
  'healthz',
  'metrics',
] as const

export type AttackRequest = (typeof ATTACK_REQUESTS)[number]
