/**
 * The keys that a step may have beside `at`, `technique` and `path`: what each means, what it is where a step says
 * nothing, and a value as a scenario would write it.
 */
export const PARAMETERS = {
  for: { meaning: 'How long it lasts.', default: 'to the end', example: '10s' },
  count: { meaning: 'Packets, connections or requests that it is done to.', default: 'all', example: '1' },
  match: { meaning: 'Which packets of its paths it is about.', default: 'all', example: '{ kind: data }' },
  delay: { meaning: 'A time.', default: '0s', example: '200ms' },
  presents: {
    meaning: 'The certificate that it shows as a server, by name or role.',
    default: 'one of its own making, with the right names in it',
    example: 'its server certificate',
  },
  with: {
    meaning: 'What it shows when it asks: a certificate or a token, by name or role.',
    default: 'nothing',
    example: 'a powerless token',
  },
  ask: {
    meaning: 'What it asks for.',
    default: 'what the workloads of the path ask for',
    example: 'list-pods',
  },
} as const satisfies Readonly<Record<string, Required<ParameterUse> & { readonly example: string }>>

export type ParameterName = keyof typeof PARAMETERS

/** What a parameter means, and what it is where a step says nothing, where that is not what it is in general. */
interface ParameterUse {
  readonly meaning?: string
  readonly default?: string
}

/** A technique's parameters, in the order in which they are listed. */
export type Parameters = Readonly<Partial<Record<ParameterName, ParameterUse>>>

/** Of techniques that act on packets as they pass. */
export const PACKETS = { for: {}, count: {}, match: {} } as const satisfies Parameters

/** Of techniques that send packets of their own in response to one that they see. */
export const RESPONSES = {
  ...PACKETS,
  delay: { meaning: 'how long after the packet that it answers' },
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
