import { INSECURE_PORT } from '../../flags/apiserver/insecure-port.ts'
import type { ModelledPathKind } from '../path-kind.ts'
import { requestsToApiserver } from '../requests/requests-to-apiserver.ts'
import { TO_APISERVER } from '../transport-defaults.ts'

export const componentApiserver = {
  name: 'component-apiserver',
  modelled: true,
  letters: 'A, A2',
  letterOf: ({ tls }) => (tls === null ? 'A' : 'A2'),
  versions:
    'A (http) until 1.19, where the insecure port was last served; A2 (https) in all, and the default from 1.20',
  explanation:
    'Scheduler and controller manager connect to the apiserver on the master. A: plain HTTP to 127.0.0.1:8080, the insecure port, which authenticates no client. A2: the secure port, with a client certificate for system:kube-scheduler.',
  role: "a component's path to the apiserver",
  ends: { from: { party: 'component', inCluster: 'master' }, to: { party: 'apiserver', inCluster: 'master' } },
  defaults: {
    ...TO_APISERVER,
    scheme: 'http',
    schemes: ['http', 'https'],
    ports: { http: INSECURE_PORT, https: 443 },
    clientCertificate: 'scheduler',
  },
  dials: 'apiserver',
  insecurePort: { address: '127.0.0.1', lastMinor: 19 },
  tunnels: 'none',
  carries: ['watch', 'list'],
  requests: requestsToApiserver({ program: 'kube-scheduler', encoding: 'protobuf' }),
} as const satisfies ModelledPathKind
