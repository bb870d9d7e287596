import type { ModelledPathKind } from '../path-kind.ts'
import { requestsToApiserver } from '../requests/requests-to-apiserver.ts'
import { TO_APISERVER } from '../transport-defaults.ts'

export const userApiserver = {
  name: 'user-apiserver',
  modelled: true,
  letters: '',
  letterOf: () => '',
  versions: 'all',
  explanation:
    'kubectl connects to the apiserver, which it verifies against the root CA, and presents a client certificate. Requests for exec, logs, port-forward and proxy begin here; the apiserver forwards each over a path of the kind that it needs.',
  role: "the user's path",
  ends: { from: { party: 'user', inCluster: 'users/*' }, to: { party: 'apiserver', inCluster: 'master' } },
  isForwarded: true,
  defaults: TO_APISERVER,
  dials: 'apiserver',
  tunnels: 'none',
  carries: ['watch', 'list', 'logs', 'exec', 'attach', 'cp', 'port-forward', 'proxy-get'],
  requests: requestsToApiserver({ program: 'kubectl', encoding: 'json', upgradesTo: 'as-client' }),
} as const satisfies ModelledPathKind
