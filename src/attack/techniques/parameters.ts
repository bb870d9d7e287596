/**
 * The keys that a step may have in addition to `at`, `technique` and `path`: the meaning, the default, and an example of
 * a value.
 */
export const PARAMETERS = {
  for: { meaning: 'The time for which the step lasts.', default: 'to the end', example: '10s' },
  count: {
    meaning: 'The number of packets, connections or requests that the step acts on.',
    default: 'all',
    example: '1',
  },
  match: {
    meaning:
      'The packets of its paths that the step acts on: `standing` for those of connections that stand when it begins, or a map.',
    default: 'all',
    example: '{ kind: data }',
  },
  delay: { meaning: 'The time by which the packet is late.', default: '0s', example: '200ms' },
  presents: {
    meaning: 'The certificate that the attacker presents as a server, by name or role.',
    default: 'a self-signed one with the names of the real server',
    example: 'its server certificate',
  },
  with: {
    meaning: 'The credential of its requests: a certificate or a token, by name or role.',
    default: 'nothing',
    example: 'a powerless token',
  },
  ask: {
    meaning:
      'The request that the attacker sends. An apiserver has the kubelet of the pod answer exec, attach, port-forward and logs; node-proxy-exec is an exec through its node proxy.',
    default: 'the requests of the path’s workloads',
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
  delay: { meaning: 'the time from the observed packet until its own is sent' },
} as const satisfies Parameters

/** The requests that an attacker can send, in addition to those of workloads. */
export const ATTACK_REQUESTS = [
  'exec',
  'attach',
  'port-forward',
  'node-proxy-exec',
  'logs',
  'list-pods',
  'list-secrets',
  'create-pods',
  'healthz',
  'metrics',
] as const

export type AttackRequest = (typeof ATTACK_REQUESTS)[number]
