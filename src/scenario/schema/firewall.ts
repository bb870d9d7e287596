import { z } from 'zod'
import { choice, count, entriesOf, listOf, reference, section } from './scalars.ts'

const party = (description: string) =>
  z
    .union([choice('Everybody.', ['*']), reference('A host, or a segment and so all hosts on it.')])
    .meta({ description })
    .optional()

const rule = section({
  from: party('Who begins the connection: a host, a segment, or `*`. Default: `*`.'),
  to: party('Whom it is for: a host, a segment, or `*`. Default: `*`.'),
  ports: listOf('Ports that it is for. Default: all.', count('A port.', 1, 65_535))
    .min(1, 'at least one port; leave `ports` out for all')
    .optional(),
  action: choice('allow; deny, which is silent; reject, which answers with a reset.', ['allow', 'deny', 'reject']),
}).meta({ description: 'What becomes of a connection; the first rule that is about it decides.' })

export const firewallSchema = section(
  {
    default: choice('What becomes of connections that no rule is about. Default: allow.', ['allow', 'deny']).optional(),
    rules: entriesOf('In the order in which they are asked.', rule).max(1_000, 'at most 1000 rules').optional(),
  },
  'one that allows everything',
).meta({
  description:
    'Asked when a connection begins, at the host that it is for; what belongs to one that was let in passes, and so does what a host sends to itself.',
})

export type FirewallSection = z.output<typeof firewallSchema>
