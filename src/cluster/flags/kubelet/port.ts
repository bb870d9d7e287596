import { KUBELET_DEFAULTS } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, isPort, refuseUnless } from '../flag.ts'
import { portNumber } from '../flag-kind.ts'

export const port: Flag<number> = {
  name: 'port',
  kind: portNumber,
  meaning: 'Port of HTTPS.',
  default: always(10250, KUBELET_DEFAULTS),
  unset: 0,
  also: { name: 'port' },
  /** pkg/kubelet/apis/config/validation/validation.go. */
  refusals: (written) =>
    refuseUnless(isPort(written, 1), {
      code: 'out-of-range',
      message: `invalid configuration: port (--port) ${written} must be between 1 and 65535, inclusive`,
    }),
}
