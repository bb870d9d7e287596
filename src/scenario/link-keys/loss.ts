import { ratio as ratioKind } from '../../values/kinds.ts'
import { durationNs, ratio, section } from '../schema/scalars.ts'
import { z } from '../schema/zod.ts'
import type { LinkKey } from './link-key.ts'

const PROBABILITY = ratioKind()

const schema = z
  .union([
    ratio(
      'The probability that a packet is lost, independently of other packets. A lost packet takes no time on the link.',
    ),
    section({
      gilbert: section({
        'good-to-bad': ratio('The probability that a burst of losses begins in a slot.'),
        'bad-to-good': ratio(
          'The probability that a burst ends in a slot; a burst lasts the inverse of this, in slots, on average.',
        ),
        'loss-in-bad': ratio('The probability that a packet is lost during a burst. Default: 100%.').optional(),
        slot: durationNs(
          'The length of a slot. Default: the time that a packet of mtu bytes takes at the rate of the link, or 1ms without a rate.',
          { from: '1us', to: '1h' },
        ).optional(),
      }).meta({
        description:
          "Loss in bursts, by Gilbert's model. The mean loss is loss-in-bad x good-to-bad / (good-to-bad + bad-to-good).",
      }),
    }),
  ])
  .meta({
    description:
      'The probability that a packet is lost, such as 0.1%, or losses in bursts, such as { gilbert: { good-to-bad: 0.1%, bad-to-good: 20% } }. Default: 0%.',
  })
  .optional()

export const loss: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set(written) {
    if (typeof written === 'number') return { lossRatio: written, lossBursts: null }
    const { gilbert } = written
    const lossBursts = {
      goodToBad: gilbert['good-to-bad'],
      badToGood: gilbert['bad-to-good'],
      lossInBad: gilbert['loss-in-bad'] ?? 1,
      slotNs: gilbert.slot ?? null,
    }
    return { lossRatio: 0, lossBursts }
  },
  print: ({ lossRatio }) => PROBABILITY.print(lossRatio),
}
