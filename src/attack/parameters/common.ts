import type { EitherKind, MapKind, Written, WrittenOf } from '../../values/kind.ts'
import { choice, count, duration, hostName, identityName } from '../../values/kinds.ts'
import {
  adapted,
  type Parameter,
  type PlannedValuesOf,
  parameter,
  type ValuesOf,
  type WrittenParameters,
} from './parameter.ts'

/** The kinds of packets that a step can match. A packet with data and FIN is of kind data. */
export const PACKET_KINDS = ['any', 'syn', 'syn-ack', 'data', 'ack', 'fin', 'rst'] as const

export type PacketKind = (typeof PACKET_KINDS)[number]

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

/** The type is written out, because declarations do not contain the inferred type. */
const MATCH_CANDIDATES: readonly Readonly<Record<string, Written>>[] = [
  { kind: 'data' },
  { from: 'the host that it leads to', connections: 'any' },
]

const PACKETS_OF_A_KIND = {
  meaning: 'Some packets of the paths.',
  keys: {
    from: { meaning: 'The host that sends the packets, by name or by role. Default: any host.', kind: hostName },
    to: { meaning: 'The host that receives the packets, by name or by role. Default: any host.', kind: hostName },
    kind: { meaning: 'The kind of packets. Default: any.', kind: choice(PACKET_KINDS) },
    connections: {
      meaning:
        'The connections of the packets: all, or those that stand when the step begins, and not those that open later. Default: any.',
      kind: choice(['any', 'standing']),
    },
  },
  candidates: MATCH_CANDIDATES,
} satisfies MapKind

const SOME_PACKETS = {
  word: { meaning: 'All packets of connections that stand when the step begins.', kind: choice(['standing']) },
  map: PACKETS_OF_A_KIND,
} satisfies EitherKind

/**
 * The parameters that several techniques have, and that the simulator applies in the same way for all of them. A
 * technique takes them as they are, or with a meaning of its own (`adapted`).
 */
export const COMMON = {
  for: parameter(duration({ from: '1ns' }), { meaning: 'the time for which the step lasts', default: 'to the end' }),
  count: parameter(count(1, Number.MAX_SAFE_INTEGER), {
    meaning: 'the number of packets, connections or requests that the step acts on',
    default: 'all',
  }),
  match: parameter(SOME_PACKETS, {
    meaning:
      'the packets of its paths that the step acts on: `standing` for those of connections that stand when it begins, or a map',
    default: 'all',
    example: '{ kind: data }',
  }),
  delay: parameter(duration(), {
    meaning: 'the time by which the packet is late',
    otherwise: 0,
    default: '0s',
    example: '200ms',
  }),
  presents: parameter(identityName, {
    meaning: 'the certificate that the attacker presents as a server, by name or role',
    default: 'a self-signed one with the names of the real server',
  }),
  with: parameter(identityName, {
    meaning: 'the credential of its requests: a certificate or a token, by name or role',
    default: 'nothing',
    example: 'a powerless token',
  }),
  ask: parameter(choice(ATTACK_REQUESTS), {
    meaning:
      'the request that the attacker sends. An apiserver has the kubelet of the pod answer exec, attach, port-forward and logs; node-proxy-exec is an exec through its node proxy',
    default: 'the requests of the path’s workloads',
    example: 'list-pods',
  }),
} as const satisfies Readonly<Record<string, Parameter>>

/** The parameters of techniques that act on packets that pass. */
export const PACKETS = { for: COMMON.for, count: COMMON.count, match: COMMON.match } as const

/** The parameters of techniques that send packets in reaction to an observed one. */
export const RESPONSES = {
  ...PACKETS,
  delay: adapted(COMMON.delay, { meaning: 'the time from the observed packet until its own is sent' }),
} as const

type KindNamed<Name extends keyof typeof COMMON> = (typeof COMMON)[Name]['kind']

/** The parameters of a technique, in the order of lists. Those with the name of a common one have its kind of value. */
export type Parameters = Readonly<Record<string, Parameter>> & {
  readonly [Name in keyof typeof COMMON]?: Parameter<KindNamed<Name>>
}

/**
 * The values of the parameters of any technique in a checked scenario. The common ones have their types, and are absent
 * where the technique does not have them.
 */
export type StepValues = Readonly<Record<string, unknown>> & Partial<ValuesOf<typeof COMMON>>

/** The values in a plan. */
export type PlannedStepValues = Readonly<Record<string, unknown>> & Partial<PlannedValuesOf<typeof COMMON>>

/** The values of the parameters of one technique, or of any. */
export type ValuesIn<Own> = string extends keyof Own ? StepValues : ValuesOf<Own>
export type PlannedValuesIn<Own> = string extends keyof Own ? PlannedStepValues : PlannedValuesOf<Own>

/** The keys of a step as a scenario writes them, besides technique and path. */
export type WrittenStep<Own> = string extends keyof Own
  ? Readonly<Record<string, Written | undefined>>
  : { readonly at?: WrittenOf<(typeof COMMON)['for']['kind']> } & WrittenParameters<Own>

/** Selects packets: a host or kind that is missing means any. */
export interface SomePackets<Host> {
  readonly from?: Host | undefined
  readonly to?: Host | undefined
  readonly kind?: PacketKind | undefined
  readonly connections?: 'any' | 'standing' | undefined
}

/** Returns the value of `match` in its long form. */
export function longForm<Host>(match: 'standing' | SomePackets<Host> | null | undefined): SomePackets<Host> {
  return match === 'standing' ? { connections: match } : (match ?? {})
}
