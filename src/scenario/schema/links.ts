import { z } from 'zod'
import { namesOf } from '../../engine/registry.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { choice, count, durationNs, flag, queueLimit, rateBps, ratio, reference, section } from './scalars.ts'
import { DURATION, parseQuantity } from './units.ts'

const reorder = flag('Whether a packet may overtake the one before it. Default: false.').optional()

const jitter = z
  .union([
    choice('No variation.', ['none'], [], (written) =>
      parseQuantity(DURATION, written).ok ? `did you mean { normal: ${written} }?` : 'write it like { normal: 1ms }',
    ),
    section({
      uniform: durationNs('The delay varies evenly by up to this much either way; at most the delay itself.', {
        to: '1h',
      }).optional(),
      normal: durationNs('The delay varies normally with this standard deviation, and never below zero.', {
        to: '1h',
      }).optional(),
      'log-normal': section({
        median: durationNs('Half of the packets are later by less than this.', { from: '1ns', to: '1h' }),
        p99: durationNs('99 of 100 packets are later by less than this.', { from: '1ns', to: '1h' }),
      })
        .meta({ description: 'What comes on top of the delay has a long tail, as on shared and wireless paths.' })
        .optional(),
      reorder,
    }),
  ])
  .meta({
    description:
      'Variation of the delay, packet by packet: none, { uniform: 1ms }, { normal: 1ms } or { log-normal: { median: 1ms, p99: 10ms } }. Default: none.',
  })

const loss = z
  .union([
    ratio('Probability that a packet is lost, each on its own; a lost packet takes no link time.'),
    section({
      gilbert: section({
        'good-to-bad': ratio('Probability that a burst begins in a slot.'),
        'bad-to-good': ratio('Probability that a burst ends in a slot: on average it lasts the inverse of this.'),
        'loss-in-bad': ratio('Probability that a packet is lost during a burst. Default: 100%.').optional(),
        slot: durationNs(
          'Length of a slot. Default: what a packet of mtu bytes takes at the rate; 1 ms where there is no rate.',
          { from: '1us', to: '1h' },
        ).optional(),
      }).meta({
        description:
          "Loss in bursts (Gilbert's chain in time). The mean loss is good-to-bad / (good-to-bad + bad-to-good) of loss-in-bad.",
      }),
    }),
  ])
  .meta({
    description:
      'Probability that a packet is lost, such as 0.1%, or { gilbert: { good-to-bad: 0.1%, bad-to-good: 20% } }. Default: 0%.',
  })

/** Figures of one direction of a medium. */
export const directionShape = {
  delay: durationNs('Propagation delay ONE WAY; half of the round-trip time. Default: 0ms.', {
    to: '1h',
    since: 'TCP gives up long before',
  }).optional(),
  rate: rateBps('IP bytes cross at this rate. Default: packets serialize in no time.', {
    from: '1kbps',
    to: '10000Gbps',
  }).optional(),
  jitter: jitter.optional(),
  loss: loss.optional(),
  queue: queueLimit(
    'Backlog at which arriving packets are dropped: `200 packets` (of mtu bytes each) or a size, `300KB`. Default: it never drops.',
  ).optional(),
  mtu: count(
    'Largest IP packet, in bytes. Default: 1500.',
    576,
    65_535,
    'every IPv4 host takes packets of 576 bytes, and 65535 is the largest there is',
  ).optional(),
}

export const directionSchema = section(directionShape)
export type DirectionSection = z.output<typeof directionSchema>

export const profile = choice(
  'Figures to begin with, which the other keys override. `onpath list links` shows them.',
  namesOf(LINK_PROFILES),
).optional()

export const linkSchema = section({
  between: z
    .tuple([reference('First end.'), reference('Second end.')], 'expected a list of two hosts')
    .meta({ description: 'The two hosts that the link joins. `forward` goes from the first to the second.' }),
  profile,
  ...directionShape,
  forward: directionSchema.meta({ description: 'What differs from the first end to the second.' }).optional(),
  backward: directionSchema.meta({ description: 'What differs from the second end to the first.' }).optional(),
}).meta({ description: 'A full-duplex link between two hosts.' })

export type LinkSection = z.output<typeof linkSchema>
