import type { z } from 'zod'
import { directionShape, profile } from './links.ts'
import { choice, listOf, reference, section } from './scalars.ts'

const MAX_HOSTS = 5_000

export const segmentSchema = section({
  hosts: listOf('The hosts on it; each reaches each.', reference('A host.'))
    .min(1, 'at least one host')
    .max(MAX_HOSTS, `at most ${MAX_HOSTS} hosts`),
  l2: choice(
    'How hosts find each other: routed, by the routes of a cloud; bridged, by ARP, as on an Ethernet. Default: routed.',
    ['routed', 'bridged'],
  ).optional(),
  profile,
  ...directionShape,
}).meta({
  description:
    'Many hosts on one medium. delay, jitter and loss count once from host to host; rate and queue are those of each port, and count where a packet comes in and where it goes out.',
})

export type SegmentSection = z.output<typeof segmentSchema>
