import { enableAdmissionPlugins } from '../../cluster/flags/apiserver/enable-admission-plugins.ts'
import { type StepPlanner, write } from './step-planner.ts'
import type { Technique } from './technique.ts'

const DECIDING = [{ flag: enableAdmissionPlugins, about: 'DenyServiceExternalIPs' }]

export const redirectService: Technique = {
  meaning:
    "Creates a service with the address of the path's server as its external IP, and responds to its requests (CVE-2020-8554).",
  references: { attack: ['T1557'], weaknesses: [441] },
  decidedBy: { apiserver: DECIDING, kubelet: DECIDING, plain: DECIDING },
  needs: [],
  parameters: { for: {}, presents: {}, with: { default: 'the credential of its vantage' } },
  gains: ['credential'],
  serves: { at: 'own-address' },
  credential: 'own',
  requests: (step) =>
    firstPath(step).map((path) => ({
      path,
      to: 'apiserver',
      request: write({ method: 'POST', target: '/api/v1/namespaces/default/services' }, SERVICE_BYTES),
      writes: { service: step.name },
    })),
  additions: (step) => ({
    services: firstPath(step).map((path) => {
      const { address, port } = step.serverOf(path)
      return { name: step.name, externalAddress: address, port, endpoints: [{ host: step.host, port: path.port }] }
    }),
  }),
  matrix: { rows: [{ at: ['user'] }] },
}

/** The approximate size of a Service in JSON. */
const SERVICE_BYTES = 400

function firstPath({ paths }: StepPlanner) {
  return paths.slice(0, 1)
}
