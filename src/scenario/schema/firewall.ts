import { choice, count, entriesOf, lazily, listOf, reference, section } from './scalars.ts'
import { z } from './zod.ts'

const party = (description: string) =>
  z
    .union([choice('All hosts.', ['*']), reference('A host, or a segment with all hosts on it.')])
    .meta({ description })
    .optional()

const rule = lazily(() =>
  section({
    from: party('The client of the connection: a host, a segment, or `*` for all. Default: `*`.'),
    to: party('The server of the connection: a host, a segment, or `*` for all. Default: `*`.'),
    ports: listOf('The ports of the server. Default: all.', count('A port.', 1, 65_535))
      .min(1, 'at least one port; leave `ports` out for all')
      .optional(),
    action: choice(
      'What the firewall does with the connection. allow: lets it pass; deny: drops its packets; reject: sends a reset.',
      ['allow', 'deny', 'reject'],
    ),
  }).meta({ description: 'A rule about connections. The first rule that matches a connection decides.' }),
)

export const firewallSchema = lazily(() =>
  section(
    {
      default: choice('What the firewall does with connections that no rule matches. Default: allow.', [
        'allow',
        'deny',
      ]).optional(),
      rules: entriesOf('The rules, in the order in which they are tried.', rule)
        .max(1_000, 'at most 1000 rules')
        .optional(),
    },
    'a firewall that allows everything',
  ).meta({
    description:
      'The firewall of every host. It decides when a connection begins, at the host of the server. Packets of an allowed connection pass, and so does everything that a host sends to itself.',
  }),
)

export type FirewallSection = z.output<typeof firewallSchema>
