import type { z } from 'zod'
import { EXPIRIES } from '../../network/middleboxes.ts'
import { choice, count, durationNs, listOf, reference, section } from './scalars.ts'

export const middleboxSchema = section({
  kind: choice(
    'The kind of middlebox. nat: a NAT gateway; balancer: a load balancer that passes packets on. Both track the connections that begin while they are there, and forget those that are idle.',
    ['nat', 'balancer'],
  ),
  before: reference(
    'The host before which it stands. All packets between this host and others go through it, and none of those that the host sends to itself or forwards for its pods.',
  ),
  ports: listOf('The ports of the servers whose connections go through it. Default: all.', count('A port.', 1, 65_535))
    .min(1, 'at least one port; leave `ports` out for all')
    .optional(),
  idle: durationNs(
    'The time without a packet after which it forgets an established connection. Every packet counts, a keepalive probe too. Default: 350s.',
    { from: '1s' },
  ).optional(),
  expired: choice(
    'What becomes of a connection that it has forgotten. drop: its packets are dropped; reset-on-next: the next packet is answered with a reset, so that an end that sends nothing learns nothing; reset-both-at-expiry: both ends get a reset when it is forgotten. Default: reset-on-next.',
    EXPIRIES,
  ).optional(),
}).meta({ description: 'A middlebox that tracks connections.' })

export type MiddleboxSection = z.output<typeof middleboxSchema>
