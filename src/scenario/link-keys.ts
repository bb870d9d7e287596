import { ceThreshold } from './link-keys/ce-threshold.ts'
import { delay } from './link-keys/delay.ts'
import { jitter } from './link-keys/jitter.ts'
import type { LinkKey } from './link-keys/link-key.ts'
import { loss } from './link-keys/loss.ts'
import { mtu } from './link-keys/mtu.ts'
import { queue } from './link-keys/queue.ts'
import { rate } from './link-keys/rate.ts'

/** The keys of links and segments. Schema, resolution, events and `--print-config` derive from them. */
export const LINK_KEYS = {
  delay,
  rate,
  jitter,
  loss,
  queue,
  'ce-threshold': ceThreshold,
  mtu,
} satisfies Readonly<Record<string, LinkKey>>
