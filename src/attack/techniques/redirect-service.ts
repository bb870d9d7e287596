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
    "Creates or changes a service so that it has the address of each path's server as its external IP, and responds to its requests (CVE-2020-8554).",
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
      request: write(wayOf(step), SERVICE_BYTES),
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
  matrix: {
    rows: [{ at: ['user'] }],
    byHolderOf: ({ namespaces }) => namespaces.flatMap((namespace) => WAYS.map((way) => way(namespace))),
  },
}

/**
 * Returns the request with which a step takes an address: the first that its credential permits. Where an admission
 * plugin refuses external IPs, it writes the address into the status of a service of type LoadBalancer, which
 * kube-proxies capture likewise and no plugin refuses, if it is allowed that and not simply everything.
 */
function wayOf(step: StepPlanner): RequestLine {
  const way = WAYS.find((one) => step.isAllowed(one(step.namespaceFor(one)))) ?? createService
  const namespace = step.namespaceFor(patchStatus)
  const isByStatus = step.refusesExternalIps && !step.isAllowed(ANYTHING)
  const status = patchStatus(namespace)
  return isByStatus && step.isAllowed(status) && step.isAllowed(way(namespace)) ? status : way(step.namespaceFor(way))
}

function createService(namespace: string): RequestLine {
  return { method: 'POST', target: `/api/v1/namespaces/${namespace}/services` }
}

function patchService(namespace: string): RequestLine {
  return { method: 'PATCH', target: `/api/v1/namespaces/${namespace}/services/${EXISTING}` }
}

function updateService(namespace: string): RequestLine {
  return { method: 'PUT', target: `/api/v1/namespaces/${namespace}/services/${EXISTING}` }
}

function patchStatus(namespace: string): RequestLine {
  return { method: 'PATCH', target: `/api/v1/namespaces/${namespace}/services/${EXISTING}/status` }
}

/** The name of a service that exists. */
const EXISTING = 'web'

/** The requests that write `spec.externalIPs` and the endpoints of a service. */
const WAYS: readonly ((namespace: string) => RequestLine)[] = [createService, patchService, updateService]

/** A request that is allowed only to those who are allowed everything. */
const ANYTHING: RequestLine = { method: 'DELETE', target: '/apis/example.com/v1/anythings' }

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
