import { formatDuration } from '../../values/units.ts'
import { durationNs } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = durationNs(
  'The propagation delay in one direction, which is half of the round-trip time. Default: 0ms.',
  {
    to: '1h',
    since: 'TCP gives up long before that',
  },
).optional()

export const delay: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (delayNs) => ({ delayNs }),
  print: ({ delayNs }) => formatDuration(delayNs),
}
