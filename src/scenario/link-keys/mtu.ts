import { count } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = count(
  'Largest IP packet, in bytes. Default: 1500.',
  576,
  65_535,
  'every IPv4 host takes packets of 576 bytes, and 65535 is the largest there is',
).optional()

export const mtu: LinkKey<typeof schema> = {
  schema,
  mayChange: false,
  set: (mtuBytes) => ({ mtuBytes }),
  print: ({ mtuBytes }) => mtuBytes,
}
