import { describe, expect, test } from 'vitest'
import type { Bearer } from '../../src/cluster/access/bearer.ts'
import { NONE } from '../../src/engine/table.ts'
import type { IssuedCertificate } from '../../src/security/tls-parameters.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import { Identities } from '../../src/simulation/security/plan-security.ts'
import { begun, scenarioOf } from '../fixtures/simulations.ts'
import { logAccess } from './access-lab.ts'
import { sendRequests } from './one-connection.ts'
import { smallCluster } from './small-cluster.ts'

interface AccessConfiguration {
  readonly anonymous: boolean
  readonly webhook: boolean
  readonly mode: 'AlwaysAllow' | 'Webhook'
}

type Shown = 'nothing' | 'garbage token' | 'token of a pod' | 'certificate of another node' | 'certificate of apiserver'
type Asked = 'exec' | 'logs' | '/pods' | '/healthz'

const SHOWN: readonly Shown[] = [
  'nothing',
  'garbage token',
  'token of a pod',
  'certificate of another node',
  'certificate of apiserver',
]
const ASKED: readonly Asked[] = ['exec', 'logs', '/pods', '/healthz']
const BOTH = [true, false]
const CONFIGURATIONS: readonly AccessConfiguration[] = BOTH.flatMap((anonymous) =>
  BOTH.flatMap((webhook) => (['AlwaysAllow', 'Webhook'] as const).map((mode) => ({ anonymous, webhook, mode }))),
)

/**
 * The documented decision (kubernetes/website, kubelet-authn-authz.md). A certificate of the client CA gives an identity,
 * a token does if it is reviewed. A request without identity is anonymous or refused, one with bad credentials is
 * refused. Mode AlwaysAllow allows everything, mode Webhook what the API server allows.
 */
function expected(
  { anonymous, webhook, mode }: AccessConfiguration,
  shown: Shown,
  asked: Asked,
): { user: string; outcome: string } {
  const isToken = shown.includes('token')
  const named =
    shown === 'certificate of apiserver'
      ? 'kube-apiserver-kubelet-client'
      : shown === 'certificate of another node'
        ? 'system:node:node-2'
        : isToken && webhook
          ? shown === 'token of a pod'
            ? 'system:serviceaccount:default:default'
            : 'bad'
          : null
  if (named === 'bad' || (named === null && !anonymous)) return { user: 'nobody', outcome: '401' }
  const user = named ?? 'system:anonymous'
  if (mode === 'Webhook' && shown !== 'certificate of apiserver') return { user, outcome: '403' }
  return { user, outcome: asked === 'exec' ? '101' : '200' }
}

const scenario = (configuration: AccessConfiguration, kubernetes: string) =>
  scenarioOf(
    smallCluster({
      kubernetes,
      nodes: 2,
      pods: '{ web: { listens: 8080 } }',
      config: `{ authentication: { anonymous: { enabled: ${configuration.anonymous} }, webhook: { enabled: ${configuration.webhook} } },
        authorization: { mode: ${configuration.mode} }, readOnlyPort: 10255 }`,
      paths: `{ users: { kind: user-apiserver }, logs: { kind: apiserver-kubelet, to: node-1 },
        kubelets: { kind: kubelet-apiserver, from: node-2 },
        direct: { kind: custom, from: web-1, to: node-1, port: 10250, scheme: https, tls: { verify: none, client: none } },
        read-only: { kind: custom, from: web-1, to: node-1, port: 10255 },
        healthz: { kind: custom, from: node-1, to: node-1, port: 10248 } }`,
      workloads: `{ exec: { path: users, kind: exec, target: pods/web, requests: 1, start: 1h },
        logs: { path: users, kind: logs, target: pods/web, requests: 1, start: 1h },
        pods: { path: direct, requests: 1, start: 1h }, health: { path: direct, requests: 1, start: 1h },
        metrics: { path: direct, requests: 1, start: 1h } }`,
    }),
  )

interface Case {
  readonly plan: Plan
  readonly requests: Readonly<Record<Asked | 'metrics', number>>
  readonly bearers: Readonly<Record<'garbage token' | 'token of a pod', number>>
  readonly certificates: Readonly<Record<'certificate of another node' | 'certificate of apiserver', IssuedCertificate>>
}

function casesOf(configuration: AccessConfiguration, kubernetes: string): Case {
  const { blueprint } = scenario(configuration, kubernetes)
  const paths = blueprint.paths.map((path) => (path.name === 'healthz' ? { ...path, address: '127.0.0.1' } : path))
  const plan = makePlan(expandBlueprint({ ...blueprint, paths }))
  const cluster = plan.cluster!
  const byWorkload = (name: string) => plan.workloads.find(({ declared }) => declared === name)!.request
  const onward = (name: string) => cluster.apiserver.proxied.get(byWorkload(name))!.targets[0].endpoints[0].request
  const presented = (path: string) => {
    const { tlsClients } = plan.paths.find(({ name }) => name === path || name.startsWith(`${path}/`))!
    return plan.tls.clients[tlsClients.http1].presents!
  }
  const bearers: Bearer[] = [
    ...cluster.kubelet.bearers,
    { kind: 'unknown' },
    { kind: 'service-account', token: new Identities(blueprint.identities).token('web-token') },
  ]
  const targets = new Map([
    [byWorkload('health'), '/healthz'],
    [byWorkload('metrics'), '/metrics'],
  ])
  const requests = cluster.kubelet.requests.map((each, request) => ({
    ...each,
    line: { ...each.line, target: targets.get(request) ?? each.line.target },
  }))
  return {
    plan: {
      ...plan,
      cluster: {
        ...cluster,
        apiserver: { ...cluster.apiserver, bearers },
        kubelet: { ...cluster.kubelet, bearers, requests },
      },
    },
    requests: {
      exec: onward('exec'),
      logs: onward('logs'),
      '/pods': byWorkload('pods'),
      '/healthz': byWorkload('health'),
      metrics: byWorkload('metrics'),
    },
    bearers: { 'garbage token': bearers.length - 2, 'token of a pod': bearers.length - 1 },
    certificates: {
      'certificate of another node': presented('kubelets'),
      'certificate of apiserver': presented('logs'),
    },
  }
}

/** The plan with a client that shows these credentials. */
function showing({ plan, bearers, certificates }: Case, shown: Shown): Plan {
  const cluster = plan.cluster!
  const bearer = shown === 'garbage token' || shown === 'token of a pod' ? bearers[shown] : NONE
  const presents = shown.startsWith('certificate') ? certificates[shown as keyof Case['certificates']] : null
  const { tlsClients } = plan.paths.find(({ name }) => name === 'direct')!
  const clients = plan.tls.clients.map((client, index) =>
    index === tlsClients.http1 ? { ...client, presents } : client,
  )
  const requests = cluster.kubelet.requests.map((request) => ({ ...request, bearer }))
  return {
    ...plan,
    tls: { ...plan.tls, clients },
    cluster: { ...cluster, kubelet: { ...cluster.kubelet, requests } },
  }
}

function outcome(plan: Plan, path: string, request: number): { user: string; outcome: string } {
  const simulation = begun(plan)
  const log = logAccess(simulation)
  const [result] = sendRequests(simulation, path, [request])
  const decided = log.filter((line) => line.startsWith('node-1: '))
  expect(decided.length).toBeLessThanOrEqual(1)
  return { user: decided[0]?.split(' ')[1] ?? 'not asked', outcome: result }
}

describe.each(['1.12', '1.30', '1.36'])('access decisions of a kubelet of %s', (kubernetes) => {
  test.each(CONFIGURATIONS)(
    'a kubelet allows or refuses each credential and request as documented for %o',
    (configuration) => {
      const known = casesOf(configuration, kubernetes)
      for (const shown of SHOWN) {
        const plan = showing(known, shown)
        for (const asked of ASKED)
          expect({ shown, asked, ...outcome(plan, 'direct', known.requests[asked]) }).toEqual({
            shown,
            asked,
            ...expected(configuration, shown, asked),
          })
      }
    },
  )
})

describe('the plain ports of a kubelet', () => {
  const closed = casesOf({ anonymous: false, webhook: true, mode: 'Webhook' }, '1.30')
  const { plan, requests } = closed

  test('the read-only port serves reads without authentication, and no commands', () => {
    for (const asked of ['/pods', '/healthz', 'metrics'] as const)
      expect(outcome(plan, 'read-only', requests[asked])).toEqual({ user: 'nobody', outcome: '200' })
    for (const asked of ['exec', 'logs'] as const)
      expect(outcome(plan, 'read-only', requests[asked])).toEqual({ user: 'nobody', outcome: '404' })
  })

  test('the port 127.0.0.1:10248 serves health checks only', () => {
    expect(outcome(plan, 'healthz', requests['/healthz'])).toEqual({ user: 'nobody', outcome: '200' })
    for (const asked of ['exec', 'logs', '/pods', 'metrics'] as const)
      expect(outcome(plan, 'healthz', requests[asked])).toEqual({ user: 'nobody', outcome: '404' })
  })
})
