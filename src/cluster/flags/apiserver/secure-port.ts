import { always } from '../../versions/version-steps.ts'
import { type Flag, isPort, refuseUnless } from '../flag.ts'
import { portNumber } from '../flag-kind.ts'

export const securePort: Flag<number> = {
  name: 'secure-port',
  kind: portNumber,
  meaning: 'Port of HTTPS.',
  default: always(6443, 'ARK pkg/kubeapiserver/options/serving.go'),
  /** apiserver pkg/server/options/serving.go, SecureServingOptions.Validate. */
  refusals: (port) =>
    refuseUnless(isPort(port, 1), {
      code: 'out-of-range',
      message: `--secure-port ${port} must be between 1 and 65535, inclusive. It cannot be turned off with 0`,
    }),
}
