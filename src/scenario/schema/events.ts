import { choice, durationNs, lazily, reference, SCALAR_TEXTS, section } from './scalars.ts'
import { z } from './zod.ts'

export const eventSchema = lazily(() =>
  section({
    at: durationNs('Simulated time at which the event happens.', { from: '1ns', since: 'the run begins at 0s' }),
    for: durationNs(
      'How long the event lasts; after that, the earlier state returns. Default: until the end of the run.',
      {
        from: '1ns',
      },
    ).optional(),
    set: z
      .record(z.string(), z.unknown(), 'expected a map such as { links.wan.loss: 1% }')
      .transform((record) => new Map(Object.entries(record)))
      .meta({
        description:
          'Values of links that change, by their path in the scenario, such as { links.wan.loss: 1% }; a final * in the name of a link stands for any rest, as in { links.control-*.loss: 1% }.',
      })
      .register(SCALAR_TEXTS, { kind: 'a map of values', units: [], example: '{ links.wan.loss: 1% }' })
      .optional(),
    link: reference('The link or segment that goes down or up, as `state` says.').optional(),
    state: choice('The new state of the link or segment.', ['up', 'down']).optional(),
    restart: reference('The host whose processes stop and start again, which ends its connections.').optional(),
    delete: reference(
      'The pod that is deleted. Its containers end, its tokens become invalid, and services send no connections to it any more.',
    ).optional(),
    terminating: durationNs(
      'How long the Pod object of a deleted pod stays, which its kubelet removes when the containers have ended. Until then the tokens that are bound to it are valid, for 60 s after its deletionTimestamp at the longest, which is the time of the event and 30 s. Default: 0s.',
      { to: '1h' },
    ).optional(),
  }).meta({
    description:
      'A change during the run that is not an attack. An event has one of the keys `set`, `link` with `state`, `restart` and `delete`.',
  }),
)

export type EventSection = z.output<typeof eventSchema>
