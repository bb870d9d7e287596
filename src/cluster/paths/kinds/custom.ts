import type { ModelledPathKind } from '../path-kind.ts'
import { plainRequests } from '../requests/plain-requests.ts'
import { FROM_PROXY } from '../transport-defaults.ts'

export const custom = {
  name: 'custom',
  modelled: true,
  letters: '',
  letterOf: () => '',
  versions: 'all',
  explanation:
    'Any two hosts: plain HTTP on port 80, or HTTPS on 443 with a server certificate that the client verifies against the default CA.',
  role: 'the custom path',
  ends: { from: { party: 'host', inCluster: null }, to: { party: 'host', inCluster: null } },
  defaults: { ...FROM_PROXY, protocols: { http: 'http/1.1', https: 'http/1.1' }, verify: 'ca' },
  dials: 'named-port',
  tunnels: 'any',
  carries: [],
  requests: plainRequests(),
} as const satisfies ModelledPathKind
