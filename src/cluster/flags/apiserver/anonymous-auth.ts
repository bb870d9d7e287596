import { always } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { boolean } from '../flag-kind.ts'
import { authorizationMode } from './authorization-mode.ts'

export const anonymousAuth: Flag<boolean> = {
  name: 'anonymous-auth',
  kind: boolean,
  meaning: 'Whether requests without credentials are accepted, as those of system:anonymous.',
  cis: [
    cisCheck(
      { 15: '1.2.1' },
      { items: [{ flag: '--anonymous-auth', compare: { op: 'eq', value: 'false' } }] },
      { manual: { 15: true } },
    ),
  ],
  kubescape: [
    {
      id: 'C-0113',
      on: 'kube-apiserver',
      asks: 'whether --anonymous-auth occurs and is not --anonymous-auth=true',
      fails: (words) =>
        words.some((word) => word.includes('--anonymous-auth=true')) || !words.join(' ').includes('--anonymous-auth'),
    },
  ],
  weakness: (isOn) => (isOn ? 'the apiserver accepts requests without credentials' : null),
  default: always(true, 'AS release-1.6 pkg/server/options/authentication.go; ARK pkg/kubeapiserver/options'),
  breaks:
    'kubeadm join reads cluster-info without credentials, and so do the probes of static pods that kubeadm writes (kubeadm cmd/kubeadm/app/util/staticpod/utils.go)',
  /** Turns the flag off, with a warning (ARK pkg/kubeapiserver/options/authentication.go, ApplyAuthorization). */
  derive: (isOn, { value }) =>
    isOn && value(authorizationMode).includes('AlwaysAllow')
      ? {
          value: false,
          notice:
            'AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false. You should use a different authorizer',
        }
      : null,
}
