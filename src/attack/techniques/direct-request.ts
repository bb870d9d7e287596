import { anonymousAuth } from '../../cluster/flags/apiserver/anonymous-auth.ts'
import { authorizationMode } from '../../cluster/flags/apiserver/authorization-mode.ts'
import { insecurePort } from '../../cluster/flags/apiserver/insecure-port.ts'
import { anonymousEnabled } from '../../cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode as kubeletMode } from '../../cluster/flags/kubelet/authorization-mode.ts'
import { readOnlyPort } from '../../cluster/flags/kubelet/read-only-port.ts'
import { COMMON } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import type { AttackedPath, PlannedRequest, StepPlanner } from './step-planner.ts'
import type { Technique } from './technique.ts'

const USERS_CERTIFICATE = "a user's client certificate"

/**
 * Only the apiserver has a node proxy, so a request through it goes there, even if the path leads to another server.
 */
function requestOn(path: AttackedPath, step: OwnStep): PlannedRequest {
  const { ask } = step.parameters
  if (ask !== 'node-proxy-exec' || step.leadsToApiserver(path))
    return { path, to: 'server', request: step.request(ask, path) }
  return { path, to: 'apiserver', request: step.request(ask, path, 'apiserver') }
}

const parameters = {
  count: adapted(COMMON.count, { meaning: 'how often it sends each request', default: '1' }),
  with: adapted(COMMON.with, { default: "a user's own certificate, for a user; none for others" }),
  ask: COMMON.ask,
}

type OwnStep = StepPlanner<typeof parameters>

export const directRequest: Technique<typeof parameters> = {
  meaning:
    "Sends requests of its own to the path's server, or to the first endpoint of a service that is not on its own host.",
  references: { attack: ['T1613', 'T1609'], weaknesses: [306, 862] },
  decidedBy: {
    kubelet: [
      { flag: anonymousEnabled, explains: 'anonymous' },
      { flag: kubeletMode, explains: 'granted' },
      { flag: readOnlyPort, explains: 'port' },
    ],
    apiserver: [
      { flag: insecurePort, explains: 'port' },
      { flag: anonymousAuth, explains: 'anonymous' },
      { flag: authorizationMode, about: 'AlwaysAllow', explains: 'granted' },
    ],
  },
  needs: [],
  parameters,
  credential: 'of-user',
  requests: (step) => step.paths.map((path) => requestOn(path, step)),
  matrix: {
    rows: [
      // Any host with an address can send requests, so one vantage without further abilities represents all.
      { at: ['server-network', 'node', 'pod', 'apiserver-host'] },
      { at: ['user'], step: { with: USERS_CERTIFICATE }, holds: [USERS_CERTIFICATE] },
    ],
    asHolder: {
      kubelet: ['exec', 'attach', 'port-forward', 'node-proxy-exec'],
      apiserver: ['exec', 'attach', 'port-forward', 'node-proxy-exec', 'list-secrets', 'create-pods'],
    },
    isHarmless: true,
    onReadOnlyPort: { ask: 'list-pods' },
  },
}
