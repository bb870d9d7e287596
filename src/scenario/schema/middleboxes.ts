import { namesOf } from '../../engine/registry.ts'
import { MIDDLEBOX_KINDS } from '../../network/middlebox-kinds.ts'
import { EXPIRIES } from '../../network/middleboxes.ts'
import { choice, count, durationNs, lazily, listOf, reference, section } from './scalars.ts'
import type { z } from './zod.ts'

const MILLISECOND = { from: '1ms' } as const

const timeoutSchema = lazily(() =>
  section(
    {
      client: durationNs(
        'The time without a byte from or to the client after which a proxy ends a connection (HAProxy, `timeout client`). Keepalive probes are no bytes. Default: 35s.',
        MILLISECOND,
      ).optional(),
      server: durationNs(
        'The same for the connection to the server (HAProxy, `timeout server`). Default: 35s.',
        MILLISECOND,
      ).optional(),
      tunnel: durationNs(
        'Replaces `client` and `server` once the server has accepted (HAProxy, `timeout tunnel`). Default: they stay.',
        MILLISECOND,
      ).optional(),
      connect: durationNs(
        'The longest wait for the server to accept (HAProxy, `timeout connect`). Default: 5s.',
        MILLISECOND,
      ).optional(),
    },
    'the defaults',
  ).meta({ description: 'The time-outs of a proxy. The defaults are those of the HAProxy in the guide of kubeadm.' }),
)

export const middleboxSchema = lazily(() =>
  section({
    kind: choice(
      `The kind of middlebox. ${namesOf(MIDDLEBOX_KINDS)
        .map((name) => `${name}: ${MIDDLEBOX_KINDS[name]}`)
        .join('. ')}.`,
      namesOf(MIDDLEBOX_KINDS),
    ),
    before: reference(
      'The host before which it stands. Packets between this host, or pods of this node, and others go through a nat or balancer. A proxy accepts the connections that other hosts dial to this host.',
    ),
    on: reference(
      'The host on which a proxy runs. It accepts the connections whose packets it would otherwise forward to the host of `before`. Default: the host of `before`, where it dials the server over the loopback.',
    ).optional(),
    ports: listOf(
      'The ports of the servers whose connections go through it. Default: all; for a proxy all on which the host has a server, but not those bound to 127.0.0.1.',
      count('A port.', 1, 65_535),
    )
      .min(1, 'at least one port; leave `ports` out for all')
      .optional(),
    idle: durationNs(
      'The time without a packet after which a nat or balancer forgets an established connection. Every packet counts, a keepalive probe too. Default: 350s.',
      { from: '1s' },
    ).optional(),
    expired: choice(
      'What becomes of a connection that a nat or balancer has forgotten. drop: its packets are dropped; reset-on-next: the next packet is answered with a reset, so that an end that sends nothing learns nothing; reset-both-at-expiry: both ends get a reset when it is forgotten. Default: reset-on-next.',
      EXPIRIES,
    ).optional(),
    timeout: timeoutSchema.optional(),
  }).meta({ description: 'A middlebox: it tracks connections, or ends them.' }),
)

export type MiddleboxSection = z.output<typeof middleboxSchema>
