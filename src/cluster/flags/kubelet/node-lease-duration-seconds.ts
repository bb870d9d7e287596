import { NS_PER_S } from '../../../engine/ticks.ts'
import { KUBELET_DEFAULTS } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseUnless } from '../flag.ts'
import { seconds } from '../flag-kind.ts'

export const nodeLeaseDurationNs: Flag<number> = {
  name: 'nodeLeaseDurationSeconds',
  kind: seconds({ minimum: 1 }),
  meaning: 'The number of seconds that a lease is valid; it is renewed four times as often.',
  default: always(40 * NS_PER_S, `${KUBELET_DEFAULTS}; k/k#66257`),
  unset: 0,
  /** pkg/kubelet/apis/config/validation/validation.go. */
  refusals: (durationNs) =>
    refuseUnless(durationNs > 0, {
      code: 'out-of-range',
      message: 'invalid configuration: nodeLeaseDurationSeconds must be greater than 0',
    }),
}
