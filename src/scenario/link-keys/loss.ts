import { z } from 'zod'
import { durationNs, ratio, section } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = z
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
  print: ({ lossRatio }) => percent(lossRatio),
}

/** The shortest text that reads as the same ratio. */
function percent(ratio: number): string {
  for (let digits = 0; digits < 20; digits++) {
    const text = (ratio * 100).toFixed(digits)
    if (Number(`${text}e-2`) === ratio) return `${text}%`
  }
  return `${ratio * 100}%`
}
