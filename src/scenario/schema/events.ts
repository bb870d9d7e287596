import { z } from 'zod'
import { choice, durationNs, reference, section } from './scalars.ts'

export const eventSchema = section({
  at: durationNs('When it happens, from tick 0.', { from: '1ns', since: 'nothing happens before the first tick' }),
  for: durationNs('How long it lasts; then what was before is restored. Default: for good.', {
    from: '1ns',
  }).optional(),
  set: z
    .record(z.string(), z.unknown(), 'expected a map such as { links.wan.loss: 1% }')
    .transform((record) => new Map(Object.entries(record)))
    .meta({ description: 'Figures of links that change, by their place in the file: { links.wan.loss: 1% }.' })
    .optional(),
  link: reference('The link, or segment as a whole, that goes down or up; with `state`.').optional(),
  state: choice('What becomes of the link.', ['up', 'down']).optional(),
  restart: reference('The host whose processes stop and start again; its connections are gone.').optional(),
  delete: reference(
    'The pod that is deleted: it and its tokens are gone for good, and services send nobody there.',
  ).optional(),
}).meta({
  description: 'Something that happens without an attacker: `set`, `link` with `state`, `restart`, or `delete`.',
})

export type EventSection = z.output<typeof eventSchema>
