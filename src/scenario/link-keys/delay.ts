import { durationNs } from '../schema/scalars.ts'
import { formatDuration } from '../schema/units.ts'
import type { LinkKey } from './link-key.ts'

const schema = durationNs('Propagation delay ONE WAY; half of the round-trip time. Default: 0ms.', {
  to: '1h',
  since: 'TCP gives up long before',
}).optional()

export const delay: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (delayNs) => ({ delayNs }),
  print: ({ delayNs }) => formatDuration(delayNs),
}
