import { z } from 'zod'
import { TECHNIQUES } from '../attackers/techniques.ts'
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
  kind: choice('What they are. Default: any.', ['any', 'syn', 'syn-ack', 'data', 'ack', 'fin', 'rst']).optional(),
}).meta({ description: 'Which packets of its paths it is about. Default: all.' })

const stepSchema = section({
  at: durationNs('When it begins, from tick 0. Default: with the run.').optional(),
  for: durationNs('How long it lasts. Default: to the end.', { from: '1ns' }).optional(),
  technique: choice(
    'What is done.',
    TECHNIQUES.map(({ name }) => name),
    [],
    (written) => OTHER_WORDS.get(written),
  ),
  path: z
    .union([paths, listOf('Paths.', paths).min(1, 'at least one path').max(1_000, 'at most 1000 paths')])
    .meta({ description: 'The path that it is about, by name or by role, or a list of them. Default: every path.' })
    .optional(),
  count: count(
    'Packets, connections or requests that it is done to. Default: all.',
    1,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  match: matchSchema.optional(),
  delay: durationNs(
    'Of delay: how much; of replay: how much later; of what answers a packet: how long it thinks. Default: 0s.',
  ).optional(),
  presents: phrase(
    'The certificate that it shows as a server, by name or role. Default: one of its own making, with the right names in it.',
  ).optional(),
  with: phrase(
    'What it shows when it asks: a certificate or a token, by name or role. Default: nothing; of readdress-node, redirect-service and smuggle-request what whoever is there has, and of bootstrap-node what its node begins with.',
  ).optional(),
  ask: choice('What it asks for. Default: what the workloads of the path ask for.', [
    'exec',
    'logs',
    'list-pods',
    'list-secrets',
    'create-pods',
    'healthz',
    'metrics',
  ]).optional(),
}).meta({ description: 'A technique, for a time.' })

export const attackerSchema = section({
  on: phrase(
    'Where it sits: a link or segment (blind, passive, side, inline) or a host (pod, node), by name or by role: `the link that it crosses`. A user has none.',
  ).optional(),
  vantage: choice(
    'What it sees of others and can do to them. blind: nothing, but it sends; passive: sees; side: sees and sends, racing the original; inline: also drops, delays, changes; pod: a process without rights on a host; node: root on a host; user: a Kubernetes identity.',
    ['blind', 'passive', 'side', 'inline', 'pod', 'node', 'user'],
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
    'Other attackers of one gang: each has, from the same tick on, the tokens and private keys that one of them holds or comes to know. Holds both ways, and for allies of allies. Default: none.',
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
