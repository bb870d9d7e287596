import type { AttackedPath, PlannedRequest, StepPlanner } from './step-planner.ts'
import type { Technique } from './technique.ts'

const USERS_CERTIFICATE = "a user's client certificate"

/** Only the apiserver has a node proxy, so a request through it goes there, whatever server the path leads to. */
function requestOn(path: AttackedPath, step: StepPlanner): PlannedRequest {
  if (step.ask !== 'node-proxy-exec' || step.leadsToApiserver(path))
    return { path, to: 'server', request: step.request(step.ask, path) }
  return { path, to: 'apiserver', request: step.request(step.ask, path, 'apiserver') }
}

export const directRequest: Technique = {
  meaning: "Sends requests of its own to the path's server, or to the first endpoint of a service.",
  needs: [],
  parameters: { count: {}, with: {}, ask: {} },
  requests: (step) => step.paths.map((path) => requestOn(path, step)),
  matrix: {
    rows: [
      // Any host with an address can send requests, so the vantage without further abilities stands for all.
      { at: ['server-network', 'node', 'pod', 'apiserver-host'] },
      { at: ['user'], step: { with: USERS_CERTIFICATE }, holds: [USERS_CERTIFICATE] },
    ],
    asHolder: {
      kubelet: ['exec', 'node-proxy-exec'],
      apiserver: ['exec', 'node-proxy-exec', 'list-secrets', 'create-pods'],
    },
    isHarmless: true,
    onReadOnlyPort: { ask: 'list-pods' },
  },
}
