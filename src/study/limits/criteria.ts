import type { LimitCriterion } from './criteria/criterion.ts'
import { evicted } from './criteria/evicted.ts'
import { exec } from './criteria/exec.ts'
import { flapping } from './criteria/flapping.ts'
import { logs } from './criteria/logs.ts'
import { ready } from './criteria/ready.ts'
import { tunnels } from './criteria/tunnels.ts'
import { watch } from './criteria/watch.ts'

/** The criteria of `onpath limits`, in the order of its tables. */
export const LIMIT_CRITERIA = {
  ready,
  flapping,
  evicted,
  watch,
  logs,
  exec,
  tunnels,
} satisfies Readonly<Record<string, LimitCriterion>>

export type LimitCriterionName = keyof typeof LIMIT_CRITERIA
