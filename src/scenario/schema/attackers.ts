import { PACKET_KINDS } from '../../attack/planned-attackers.ts'
import { ATTACK_REQUESTS, PARAMETERS, type ParameterName } from '../../attack/techniques/parameters.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import { choice, count, durationNs, entriesOf, lazily, listOf, phrase, section } from './scalars.ts'
import { z } from './zod.ts'

const paths = phrase('A path by its name, or by its role, such as `the kubelet path`.')

/** Common words that are ambiguous or too general, each with what to write instead. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['off-path', 'RFC 3552 means blind by this word, and RFC 9000 means side; write the one that is meant'],
  ['on-path', 'write passive, side or inline'],
  ['in-path', 'write inline'],
  ['mitm', 'write the technique: impersonate-server, relay or tamper'],
])

const packetsSchema = lazily(() =>
  section({
    from: phrase('The host that sends the packets, by name or by role. Default: any host.').optional(),
    to: phrase('The host that receives the packets, by name or by role. Default: any host.').optional(),
    kind: choice('The kind of packets. Default: any.', PACKET_KINDS).optional(),
    connections: choice(
      'The connections of the packets: all, or those that stand when the step begins, and not those that open later. Default: any.',
      ['any', 'standing'],
    ).optional(),
  }).meta({ description: 'Some packets of the paths.' }),
)

const matchSchema = lazily(() =>
  z
    .union([choice('All packets of connections that stand when the step begins.', ['standing']), packetsSchema])
    .meta({ description: describeParameter('match') }),
)

/** Describes a parameter and its default, in general and for the techniques that differ from it. */
function describeParameter(name: ParameterName): string {
  const special = (aspect: 'meaning' | 'default', sign: string) => {
    const techniquesByText = new Map<string, string[]>()
    for (const technique of namesOf(TECHNIQUES)) {
      const text = TECHNIQUES[technique].parameters[name]?.[aspect]
      if (text !== undefined) techniquesByText.set(text, [...(techniquesByText.get(text) ?? []), technique])
    }
    return [...techniquesByText].map(([text, techniques]) => `of ${techniques.join(', ')}${sign} ${text}`)
  }
  const { meaning, default: usual } = PARAMETERS[name]
  const meanings = special('meaning', ':').join('; ')
  const defaults = [usual, ...special('default', '')].join('; ')
  return `${meaning}${meanings === '' ? '' : ` O${meanings.slice(1)}.`} Default: ${defaults}.`
}

const stepSchema = lazily(() => {
  // The keys that only some techniques have.
  const parameters = {
    for: durationNs(describeParameter('for'), { from: '1ns' }).optional(),
    count: count(describeParameter('count'), 1, Number.MAX_SAFE_INTEGER).optional(),
    match: matchSchema.optional(),
    delay: durationNs(describeParameter('delay')).optional(),
    presents: phrase(describeParameter('presents')).optional(),
    with: phrase(describeParameter('with')).optional(),
    ask: choice(describeParameter('ask'), ATTACK_REQUESTS).optional(),
  } satisfies Readonly<Record<ParameterName, z.ZodType>>

  return section({
    at: durationNs('Simulated time at which the step begins. Default: 0s.').optional(),
    for: parameters.for,
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
    count: parameters.count,
    match: parameters.match,
    delay: parameters.delay,
    presents: parameters.presents,
    with: parameters.with,
    ask: parameters.ask,
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
export type AttackStepSection = z.output<typeof stepSchema>
