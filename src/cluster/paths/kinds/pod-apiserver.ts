import type { ModelledPathKind } from '../path-kind.ts'
import { requestsToApiserver } from '../requests/requests-to-apiserver.ts'
import { TO_APISERVER } from '../transport-defaults.ts'

export const podApiserver = {
  name: 'pod-apiserver',
  modelled: true,
  letters: 'C',
  letterOf: () => 'C',
  versions: 'all; the token never expires until 1.20, and after a year (or 3607 s) from 1.21',
  explanation:
    'A pod connects to the apiserver at the virtual IP of the service `kubernetes`, which its node translates to the address of the apiserver (DNAT, once for each connection). It verifies the apiserver against the root CA that was mounted into it, and sends its service-account token.',
  role: "a pod's path to the apiserver",
  ends: { from: { party: 'pod', inCluster: 'pods/*' }, to: { party: 'apiserver', inCluster: 'master' } },
  defaults: { ...TO_APISERVER, client: 'token' },
  dials: 'kubernetes-service',
  tunnels: 'none',
  carries: ['watch', 'list'],
  requests: requestsToApiserver({ program: 'app', encoding: 'protobuf' }),
} as const satisfies ModelledPathKind
