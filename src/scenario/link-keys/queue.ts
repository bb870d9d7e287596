import { queueLimit } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = queueLimit(
  'Backlog at which arriving packets are dropped: `200 packets` (of mtu bytes each) or a size, `300KB`. Default: it never drops.',
).optional()

export const queue: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (written, mtuBytes) => ({ queueBytes: 'bytes' in written ? written.bytes : written.packets * mtuBytes }),
  print: ({ queueBytes }) => (queueBytes === null ? undefined : `${queueBytes}B`),
  check({ queueBytes, mtuBytes }) {
    if (queueBytes === null) return []
    const message = `a queue of ${queueBytes}B never holds a packet of ${mtuBytes}B, the mtu`
    if (queueBytes < mtuBytes) return [{ code: 'contradiction', message }]
    if (queueBytes <= Number.MAX_SAFE_INTEGER / 2) return []
    return [{ code: 'out-of-range', message: 'the queue is larger than can be counted' }]
  },
}
