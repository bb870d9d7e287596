import { over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import { type Flag, type FlagState, isPort, refuseUnless, stateAt } from '../flag.ts'
import { portNumber } from '../flag-kind.ts'

export const INSECURE_SERVING = 'AS release-1.6 pkg/server/options/serving.go; ARK pkg/kubeapiserver/options/serving.go'

/** The releases of both flags of the insecure port. */
export const INSECURE_RELEASES = over<FlagState>(
  [6, 'present', INSECURE_SERVING],
  [20, 'inert', 'k/k#95856'],
  [24, 'absent', 'k/k#106859'],
)

/** The port where Kubernetes 1.6 to 1.19 serve plain HTTP unless configured otherwise. */
export const INSECURE_PORT = 8080

export const insecurePort: Flag<number> = {
  name: 'insecure-port',
  kind: portNumber,
  meaning: 'Port of plain HTTP without authentication; 0 turns it off. From 1.20 only 0 is allowed.',
  cis: [
    cisCheck(
      { 15: '1.2.19', 19: '1.2.18', 22: null },
      { items: [{ flag: '--insecure-port', compare: { op: 'eq', value: '0' } }] },
    ),
  ],
  weakness: (port) => (port === 0 ? null : `the apiserver serves plain HTTP without authentication at port ${port}`),
  default: over([6, INSECURE_PORT, INSECURE_SERVING], [20, 0, 'k/k#95856']),
  releases: INSECURE_RELEASES,
  absence: 'the insecure port was removed in 1.20, its flags in 1.24',
  /** cmd/kube-apiserver/app/server.go (checkNonZeroInsecurePort); pkg/server/options/deprecated_insecure_serving.go. */
  refusals: (port, { version }) =>
    stateAt(insecurePort, version) === 'inert'
      ? refuseUnless(port === 0, {
          code: 'out-of-range',
          message: `invalid port value ${port}: only zero is allowed`,
          hint: 'since 1.20 the apiserver cannot serve without TLS',
        })
      : refuseUnless(isPort(port, 0), {
          code: 'out-of-range',
          message: `insecure port ${port} must be between 0 and 65535, inclusive. 0 for turning off insecure (HTTP) port`,
        }),
}
