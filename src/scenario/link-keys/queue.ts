import { queueLimit } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = queueLimit(
  'The limit of the queue in front of the link, such as `200 packets` (of mtu bytes each) or `300KB`. Packets beyond it are dropped. Default: no limit.',
).optional()

export const queue: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (written, mtuBytes) => ({ queueBytes: 'bytes' in written ? written.bytes : written.packets * mtuBytes }),
  print: ({ queueBytes }) => (queueBytes === null ? undefined : `${queueBytes}B`),
  check({ queueBytes, mtuBytes }) {
    if (queueBytes === null) return []
    const message = `a queue of ${queueBytes}B is too small for a packet of ${mtuBytes}B, the mtu`
    if (queueBytes < mtuBytes) return [{ code: 'contradiction', message }]
    if (queueBytes <= Number.MAX_SAFE_INTEGER / 2) return []
    return [{ code: 'out-of-range', message: 'the queue is too large: at most 2^52 bytes' }]
  },
}
