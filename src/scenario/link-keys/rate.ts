import { rateBps } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = rateBps('The rate at which the link sends IP packets. Default: unlimited.', {
  from: '1kbps',
  to: '10000Gbps',
}).optional()

export const rate: LinkKey<typeof schema> = {
  schema,
  mayChange: true,
  set: (rateBps) => ({ rateBps }),
  print: ({ rateBps }) => (rateBps === null ? undefined : `${rateBps}bps`),
}
