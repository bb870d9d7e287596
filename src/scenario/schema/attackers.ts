import { TECHNIQUES, type TechniqueName } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import { parameterSchemas } from './attack-parameters.ts'
import { choice, durationNs, entriesOf, lazily, listOf, phrase, section } from './scalars.ts'
import { z } from './zod.ts'

const paths = phrase('A path by its name, or by its role, such as `the kubelet path`.')

/** Common words that are ambiguous or too general, each with the words to write instead. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['off-path', 'RFC 3552 means blind by this word, and RFC 9000 means side; write the one that is meant'],
  ['on-path', 'write passive, side or inline'],
  ['in-path', 'write inline'],
  ['mitm', 'write the technique: impersonate-server, relay or tamper'],
])

/** A step of a plan. Its technique knows the types of its parameters. */
export interface AttackStepSection {
  readonly at?: number | undefined
  readonly technique: TechniqueName
  readonly path?: string | readonly string[] | undefined
  readonly [parameter: string]: unknown
}

const stepSchema = lazily((): z.ZodType<AttackStepSection> => {
  // Times come first.
  const { for: lasting, ...parameters } = parameterSchemas()
  return section({
    at: durationNs('Simulated time at which the step begins. Default: 0s.').optional(),
    for: lasting,
    technique: choice(
      `The technique that the attacker uses. ${namesOf(TECHNIQUES)
        .map((name) => `${name}: ${TECHNIQUES[name].meaning}`)
        .join(' ')}`,
      namesOf(TECHNIQUES),
      [],
      (written) => OTHER_WORDS.get(written),
    ),
    path: z
      .union([paths, listOf('Paths.', paths).min(1, 'at least one path').max(1_000, 'at most 1000 paths')])
      .meta({
        description: 'The path that the step attacks, by name or by role, or a list of paths. Default: every path.',
      })
      .optional(),
    ...parameters,
  }).meta({ description: 'A step of the attack: a technique that is used from a point in time on.' })
})

export const attackerSchema = lazily(() =>
  section({
    on: phrase(
      'The place of the attacker, by name or by role, such as `the link that it crosses`: a link or segment for the vantages blind, passive, side and inline, a host or pod for pod and node. A user has no place.',
    ).optional(),
    vantage: choice(
      `What the attacker can observe and do at its place. ${namesOf(VANTAGES)
        .map((name) => `${name}: ${VANTAGES[name].meaning}`)
        .join('; ')}.`,
      namesOf(VANTAGES),
      [],
      (written) => OTHER_WORDS.get(written),
    ),
    as: phrase(
      'For the vantage user: a name of cluster.users, or the host from which the user works. Default: the only user of the cluster.',
    ).optional(),
    holds: listOf(
      'Certificates and CAs with their private keys, and tokens, that the attacker has from the start, by name or by role. Default: none.',
      phrase('An identity by its name, or by its role, such as `a powerless token`.'),
    )
      .max(100, 'at most 100')
      .optional(),
    allies: listOf(
      'Other attackers with whom this one shares tokens and private keys, from the tick on at which one of them has them. Allies share in both directions, and allies of allies are allies. Default: none.',
      phrase('An attacker by its name.'),
    )
      .max(100, 'at most 100')
      .optional(),
    plan: entriesOf(
      'The steps of the attack. When two steps could act on the same packet, the first one does.',
      stepSchema,
    )
      .min(1, 'at least one step')
      .max(500, 'at most 500 steps'),
  }).meta({ description: 'An attacker on the paths of the scenario.' }),
)

export type AttackerSection = z.output<typeof attackerSchema>
