import { describe, expect, test } from 'vitest'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { CertificateBlueprint } from '../../src/simulation/blueprint.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import { blueprintOf } from '../fixtures/clusters.ts'
import { begun, finish } from '../fixtures/simulations.ts'
import { plainCluster } from './background-lab.ts'

/** A pod requests a certificate of node-1 at 1 s, and shows that certificate to the API server from the start. */
function scenarioWith(): CheckedScenario {
  const scenario = plainCluster(`kubernetes: "1.30"
duration: 4s
cluster:
  nodes: 2
  pods: { client: { on: node-2, token: false } }
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
paths:
  asking: { kind: pod-apiserver, from: pods/client }
  showing: { kind: pod-apiserver, from: pods/client }
workloads:
  asks: { path: asking, kind: list, resource: configmaps, count: 1, requests: 1, start: 1s }
  shows: { path: showing, kind: list, resource: secrets, count: 1, rate: 10/s, for: 3s, connection: per-request }
`)
  const { blueprint } = scenario
  const wanted: CertificateBlueprint = {
    kind: 'certificate',
    name: 'wanted',
    issuer: 'cluster-ca',
    cn: 'system:node:node-1',
    organizations: ['system:nodes'],
    sans: [],
    usages: ['client'],
    key: 'ecdsa-p256',
    notBeforeS: 0,
    notAfterS: 365 * 24 * 3600,
  }
  const paths = blueprint.paths.map((path) =>
    path.declared === 'showing' && path.tls !== null
      ? { ...path, tls: { ...path.tls, client: { kind: 'certificate', certificate: 'wanted' } as const } }
      : path,
  )
  const certificates = [{ name: 'theft', node: 'node-1', certificate: 'wanted', token: 'bootstrap' }]
  return {
    ...scenario,
    blueprint: { ...blueprint, paths, identities: [...blueprint.identities, wanted], additions: { certificates } },
  }
}

/** Replaces the request of `asks` by a request for the certificate, with a bootstrap token or without. */
function planOf({ blueprint }: CheckedScenario, hasToken: boolean): Plan {
  const plan = makePlan(expandBlueprint(blueprint))
  const { background, cluster } = plan
  if (background === null || cluster === null) throw new Error('there is a cluster')
  const { request } = plan.workloads.find(({ name }) => name.startsWith('asks'))!
  const line = { method: 'POST', target: '/apis/certificates.k8s.io/v1/certificatesigningrequests' } as const
  const action = { kind: 'change', owner: 'certificates', change: 0, subject: 0 } as const
  const response = plan.answers[request].accepted
  const asked = { line, program: -1, bearer: null, action, response, bodyBytes: 100 }
  const group = 'system:bootstrappers:kubeadm:default-node-token'
  const token = { name: 'bootstrap', id: 'abcdef', extraGroups: [group], expiresS: null }
  const bearers = [...cluster.apiserver.bearers, { kind: 'bootstrap', token } as const]
  const judged = cluster.apiserver.requests.map((each, index) =>
    index === request ? { ...each, line, hasHandler: true, bearer: hasToken ? bearers.length - 1 : each.bearer } : each,
  )
  return {
    ...plan,
    background: {
      ...background,
      store: { ...background.store, requests: new Map([...background.store.requests, [request, asked]]) },
    },
    cluster: { ...cluster, apiserver: { ...cluster.apiserver, bearers, requests: judged } },
  }
}

describe('a certificate for the identity of a node', () => {
  const run = (hasToken: boolean) => {
    const scenario = scenarioWith()
    const simulation = begun(planOf(scenario, hasToken))
    const result = finish(simulation, scenario)
    const issuedS = simulation.parts.cluster.background!.handlers.certificates.issued.notBeforeS(0)
    const failures = (name: string) => result.workloads.find((each) => each.name.startsWith(name))!.failures
    return { asks: failures('asks'), shows: failures('shows'), issuedS }
  }

  test('a client with a bootstrap token gets a certificate for any node, since the approver checks no name', () => {
    const { asks, shows, issuedS } = run(true)
    expect(asks).toEqual([])
    expect(issuedS).toBe(1)
    // It is somebody from then on, whom the Node authorizer does not let list secrets.
    expect(shows.map(({ reason }) => reason)).toEqual(['forbidden', 'unauthorized'])
  })

  test('a client without a bootstrap token gets no certificate', () => {
    const { asks, shows, issuedS } = run(false)
    expect(asks).toEqual([{ reason: 'forbidden', count: 1 }])
    expect(issuedS).toBe(1e12)
    expect(shows.map(({ reason }) => reason)).toEqual(['unauthorized'])
  })
})

test('the metadata server is open to pods in the preset gke-ssh-tunnels, unless concealed, and concealed in others', () => {
  const of = (cluster: string) => blueprintOf(`cluster: ${cluster}\n`).cluster?.metadataServer
  expect(of('{ preset: gke-ssh-tunnels }')).toBe('open')
  expect(of('{ preset: gke-ssh-tunnels, metadata: concealed }')).toBe('concealed')
  expect(of('{ preset: kubeadm-default }')).toBe('concealed')
})
