import { directionShape, profile } from './links.ts'
import { choice, lazily, listOf, reference, section } from './scalars.ts'
import type { z } from './zod.ts'

const MAX_HOSTS = 100_000

export const segmentSchema = lazily(() =>
  section({
    hosts: listOf('The hosts on the segment, which all reach each other.', reference('A host.'))
      .min(1, 'at least one host')
      .max(MAX_HOSTS, `at most ${MAX_HOSTS} hosts`),
    l2: choice(
      'How hosts find each other. routed: by the routes of a cloud network; bridged: by ARP, as on Ethernet. Default: routed.',
      ['routed', 'bridged'],
    ).optional(),
    profile,
    ...directionShape,
  }).meta({
    description:
      'A network segment that connects many hosts. Delay, jitter and loss apply once from host to host. Rate and queue belong to each port, and apply at the port of the sender and at the port of the receiver.',
  }),
)

export type SegmentSection = z.output<typeof segmentSchema>
