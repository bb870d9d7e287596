import { formatDuration } from '../../values/units.ts'
import { durationNs } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = durationNs(
  'A packet that waits longer than this in the queue is marked, where both ends use ECN (`ecn: offer` of a host), as fq_codel does with the same setting. Default: none is marked.',
  { from: '0s', to: '1m' },
).optional()

export const ceThreshold: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (ceThresholdNs) => ({ ceThresholdNs }),
  print: ({ ceThresholdNs }) => (ceThresholdNs === undefined ? undefined : formatDuration(ceThresholdNs)),
  check: ({ ceThresholdNs, rateBps }) =>
    ceThresholdNs !== undefined && rateBps === null
      ? [{ code: 'contradiction', message: 'nothing waits on a link without a rate' }]
      : [],
}
