import { count } from '../schema/scalars.ts'
import type { LinkKey } from './link-key.ts'

const schema = count(
  'The size of the largest IP packet, in bytes. Default: 1500.',
  576,
  65_535,
  'every IPv4 host accepts packets of 576 bytes, and no IPv4 packet is longer than 65535',
).optional()

export const mtu: LinkKey<typeof schema> = {
  schema,
  mayChange: false,
  set: (mtuBytes) => ({ mtuBytes }),
  print: ({ mtuBytes }) => mtuBytes,
}
