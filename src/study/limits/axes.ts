import type { LimitAxis } from './axes/axis.ts'
import { loss } from './axes/loss.ts'
import { nodeOutage } from './axes/node-outage.ts'
import { outage } from './axes/outage.ts'
import { roundTripTime } from './axes/round-trip-time.ts'

/** The axes of `onpath limits`, in the order of its tables. */
export const LIMIT_AXES = {
  rtt: roundTripTime,
  loss,
  outage,
  'node-outage': nodeOutage,
} satisfies Readonly<Record<string, LimitAxis>>

export type LimitAxisName = keyof typeof LIMIT_AXES
