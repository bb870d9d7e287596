import { enableAdmissionPlugins } from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { COMMON } from '../parameters/common.ts'
import { adapted } from '../parameters/parameter.ts'
import { type AttackedPath, type StepPlanner, write } from './step-planner.ts'
import type { Technique } from './technique.ts'

const DECIDING = [{ flag: enableAdmissionPlugins, about: 'DenyServiceExternalIPs' }]

const parameters = {
  for: COMMON.for,
  presents: COMMON.presents,
  with: adapted(COMMON.with, { default: 'the credential of its vantage' }),
}

export const redirectService: Technique<typeof parameters> = {
  meaning:
    "Creates a service with the address of each path's server as its external IP, and responds to its requests (CVE-2020-8554).",
  references: { attack: ['T1557'], weaknesses: [441] },
  decidedBy: { apiserver: DECIDING, kubelet: DECIDING, plain: DECIDING },
  needs: [],
  parameters,
  gains: ['credential'],
  serves: { at: 'own-address' },
  credential: 'own',
  requests: (step) =>
    redirections(step).map(({ path, service }) => ({
      path,
      to: 'apiserver',
      request: write(createService(step.namespaceFor(createService)), SERVICE_BYTES),
      writes: { service },
    })),
  additions: (step) => ({
    services: redirections(step).map(({ path, service, address, port }) => ({
      name: service,
      externalAddress: address,
      port,
      endpoints: [{ host: step.host, port: path.port }],
    })),
  }),
  matrix: { rows: [{ at: ['user'] }], byHolderOf: ({ namespaces }) => namespaces.map(createService) },
}

function createService(namespace: string): RequestLine {
  return { method: 'POST', target: `/api/v1/namespaces/${namespace}/services` }
}

/** The approximate size of a Service in JSON. */
const SERVICE_BYTES = 400

interface Redirection {
  /** The first path to this address and port. */
  readonly path: AttackedPath
  readonly service: string
  readonly address: string
  readonly port: number
}

/** Returns a service for each address and port to which paths of the step lead. */
function redirections(step: StepPlanner): readonly Redirection[] {
  const byPlace = new Map<string, Redirection>()
  for (const path of step.paths) {
    const { address, port } = step.serverOf(path)
    const service = byPlace.size === 0 ? step.name : `${step.name}/${byPlace.size + 1}`
    const place = `${address}:${port}`
    if (!byPlace.has(place)) byPlace.set(place, { path, service, address, port })
  }
  return [...byPlace.values()]
}
