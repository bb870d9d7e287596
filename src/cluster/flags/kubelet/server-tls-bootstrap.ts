import { KUBELET_TYPES } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import { type Flag, type FlagState, refuseUnless, stateAt } from '../flag.ts'
import { boolean } from '../flag-kind.ts'

const GATE = 'RotateKubeletServerCertificate'

/** The releases with the feature gate RotateKubeletServerCertificate on by default. */
const releases = over<FlagState>(
  [6, 'inert', 'k/k#125811'],
  [12, 'present', 'k/k#125811; ARK pkg/features/kube_features.go'],
)

export const serverTlsBootstrap: Flag<boolean> = {
  name: 'serverTLSBootstrap',
  kind: boolean,
  meaning:
    'Whether the kubelet requests its serving certificate from the API server, instead of signing one itself; true only from 1.12.',
  cis: [
    cisCheck(
      { 15: '4.2.12', 25: '4.2.11' },
      {
        isOneEnough: true,
        items: [
          { flag: GATE, field: `featureGates.${GATE}`, compare: { op: 'nothave', value: 'false' } },
          { flag: GATE, field: `featureGates.${GATE}`, isUnset: true },
        ],
      },
      { manual: { 16: true } },
    ),
  ],
  kubescape: [
    {
      id: 'C-0183',
      on: 'kubelet',
      asks: 'whether serverTLSBootstrap, --rotate-server-certificates or its feature gate is set, whatever the apiserver does with the certificate',
      fails: (commandLine, config) =>
        !commandLine.includes('--rotate-server-certificates') &&
        config?.fieldOf('serverTLSBootstrap') !== 'true' &&
        !(commandLine.includes('--feature-gates=') && commandLine.includes(`${GATE}=true`)),
    },
  ],
  default: always(false, KUBELET_TYPES),
  breaks:
    'a kubelet serves nothing until its request is approved, after each restart without a certificate (pkg/kubelet/certificate/kubelet.go)',
  releases,
  also: { name: 'rotate-server-certificates', releases },
  refusals: (isOn, { version }) =>
    refuseUnless(!isOn || stateAt(serverTlsBootstrap, version) === 'present', {
      code: 'out-of-range',
      message: 'invalid configuration: serverTLSBootstrap true requires feature gate RotateKubeletServerCertificate',
      hint: 'the gate is open from 1.12 on',
    }),
}
