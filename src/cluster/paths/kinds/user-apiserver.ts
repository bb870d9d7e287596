import type { ModelledPathKind } from '../path-kind.ts'
import { requestsToApiserver } from '../requests/requests-to-apiserver.ts'
import { INTO_APISERVER } from '../transport-defaults.ts'

export const userApiserver = {
  name: 'user-apiserver',
  modelled: true,
  letters: '',
  letterOf: () => '',
  versions: 'all',
  explanation:
    'kubectl talks to the apiserver, which it verifies against the root CA, with a client certificate. Here exec, logs, port-forward and proxy requests begin; the apiserver takes each on over the path of the kind that it needs.',
  role: "the user's path",
  ends: { from: { party: 'user', inCluster: 'users/*' }, to: { party: 'apiserver', inCluster: 'master' } },
  isForwarded: true,
  defaults: INTO_APISERVER,
  dials: 'apiserver',
  tunnels: 'none',
  carries: ['watch', 'list', 'logs', 'exec', 'port-forward', 'proxy-get'],
  requests: requestsToApiserver({ program: 'kubectl', encoding: 'json', upgradesTo: 'as-client' }),
} as const satisfies ModelledPathKind
