/**
 * The keys that a step may have in addition to `at`, `technique` and `path`: the meaning, the default, and an example of
 * a value.
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

/** A technique's own meaning and default of a parameter, where they differ from the general ones. */
interface ParameterUse {
  readonly meaning?: string
  readonly default?: string
}

/** The parameters of a technique, in the order of lists. */
export type Parameters = Readonly<Partial<Record<ParameterName, ParameterUse>>>

/** The parameters of techniques that act on packets that pass. */
export const PACKETS = { for: {}, count: {}, match: {} } as const satisfies Parameters

/** The parameters of techniques that send packets in reaction to an observed one. */
export const RESPONSES = {
  ...PACKETS,
  delay: { meaning: 'how long after the packet that it answers' },
} as const satisfies Parameters

/** The requests that an attacker can send, in addition to those of workloads. */
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
