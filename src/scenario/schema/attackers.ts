import { z } from 'zod'
import { PACKET_KINDS } from '../../attack/planned-attackers.ts'
import { ATTACK_REQUESTS, PARAMETERS, type ParameterName } from '../../attack/techniques/parameters.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import { choice, count, durationNs, entriesOf, listOf, phrase, section } from './scalars.ts'

const paths = phrase('A path by name, or by its role: `the kubelet path`.')

/** Usual words that say too little, or mean different things to different people. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['off-path', 'RFC 3552 means blind by it, RFC 9000 side; write which'],
  ['on-path', 'write passive, side or inline'],
  ['in-path', 'write inline'],
  ['mitm', 'write what is done: impersonate-server, relay or tamper'],
])

const matchSchema = section({
  from: phrase('The host that sends them, by name or role. Default: any.').optional(),
  to: phrase('The host that they are sent to, by name or role. Default: any.').optional(),
  kind: choice('What they are. Default: any.', PACKET_KINDS).optional(),
}).meta({ description: describeParameter('match') })

/** What a parameter means and is by default, in general and for the techniques for which that is something else. */
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

/** Keys of a step that not every technique has. */
const parameters = {
  for: durationNs(describeParameter('for'), { from: '1ns' }).optional(),
  count: count(describeParameter('count'), 1, Number.MAX_SAFE_INTEGER).optional(),
  match: matchSchema.optional(),
  delay: durationNs(describeParameter('delay')).optional(),
  presents: phrase(describeParameter('presents')).optional(),
  with: phrase(describeParameter('with')).optional(),
  ask: choice(describeParameter('ask'), ATTACK_REQUESTS).optional(),
} satisfies Readonly<Record<ParameterName, z.ZodType>>

const stepSchema = section({
  at: durationNs('When it begins, from tick 0. Default: with the run.').optional(),
  for: parameters.for,
  technique: choice(
    `What is done. ${namesOf(TECHNIQUES)
      .map((name) => `${name}: ${TECHNIQUES[name].meaning}`)
      .join(' ')}`,
    namesOf(TECHNIQUES),
    [],
    (written) => OTHER_WORDS.get(written),
  ),
  path: z
    .union([paths, listOf('Paths.', paths).min(1, 'at least one path').max(1_000, 'at most 1000 paths')])
    .meta({ description: 'The path that it is about, by name or by role, or a list of them. Default: every path.' })
    .optional(),
  count: parameters.count,
  match: parameters.match,
  delay: parameters.delay,
  presents: parameters.presents,
  with: parameters.with,
  ask: parameters.ask,
}).meta({ description: 'A technique, for a time.' })

export const attackerSchema = section({
  on: phrase(
    'Where it sits: a link or segment (blind, passive, side, inline) or a host (pod, node), by name or by role: `the link that it crosses`. A user has none.',
  ).optional(),
  vantage: choice(
    `What it sees of others and can do to them. ${namesOf(VANTAGES)
      .map((name) => `${name}: ${VANTAGES[name].meaning}`)
      .join('; ')}.`,
    namesOf(VANTAGES),
    [],
    (written) => OTHER_WORDS.get(written),
  ),
  as: phrase(
    'Who a user is: one of cluster.users, or the host that it works from. Default: the only user that there is.',
  ).optional(),
  holds: listOf(
    'Certificates with their keys, CAs with theirs, and tokens that it has from the start, by name or role. Default: none.',
    phrase('An identity, by name or by role: `a powerless token`.'),
  )
    .max(100, 'at most 100')
    .optional(),
  allies: listOf(
    'Other attackers of one group: each has, from the same tick on, the tokens and private keys that one of them holds or comes to know. Holds both ways, and for allies of allies. Default: none.',
    phrase('An attacker by name.'),
  )
    .max(100, 'at most 100')
    .optional(),
  plan: entriesOf('What it does; where two steps could act on one packet, the first does.', stepSchema)
    .min(1, 'at least one step')
    .max(500, 'at most 500 steps'),
}).meta({ description: 'Somebody who attacks the paths.' })

export type AttackerSection = z.output<typeof attackerSchema>
export type AttackStepSection = z.output<typeof stepSchema>
