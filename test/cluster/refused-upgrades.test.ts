import { describe, expect, test } from 'vitest'
import { NONE } from '../../src/engine/table.ts'
import { planKubeletRequest } from '../../src/simulation/apiserver/plan-proxied.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { beginPlan, makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import { begun, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { logAccess } from './access-lab.ts'
import { sendRequests } from './one-connection.ts'
import { smallCluster } from './small-cluster.ts'

const MS = 1_000_000

/**
 * A cluster whose user alice may exec in the namespace `default`, and may do nothing else; in particular not with the
 * pod `vault`.
 */
const CLUSTER = (kubernetes: string) =>
  smallCluster({
    kubernetes,
    pods: '{ web: { listens: 8080, token: false }, vault: { account: treasury/vault, token: false } }',
    users: '{ alice: { rules: [{ verbs: [create, get], resources: [pods/exec], namespaces: [default] }] } }',
    paths: '{ users: { kind: user-apiserver } }',
    workloads: `{ exec: { path: users, kind: exec, target: pods/web, requests: 1, start: 1h },
      logs: { path: users, kind: logs, target: pods/vault, response: 100B, requests: 1, start: 1h },
      shell: { path: users, kind: exec, target: pods/vault, requests: 1, response: 1KB, start: 1h } }`,
  })

interface Requests {
  /** An exec in the web pod without a command, which the apiserver forwards and the kubelet refuses. */
  readonly refused: number
  /** The logs of the vault, requested as the apiserver does of a kubelet. */
  readonly logs: number
  readonly shell: number
  /** The logs of the vault, requested as a user does of the apiserver. */
  readonly logsOfUser: number
}

function planOf(kubernetes: string): { plan: Plan; requests: Requests } {
  const plan = makePlan(expandBlueprint(scenarioOf(CLUSTER(kubernetes)).blueprint))
  const cluster = plan.cluster!
  const byUser = (name: string) => plan.workloads.find(({ declared }) => declared === name)!.request
  const forwarded = (name: string) => cluster.apiserver.proxied.get(byUser(name))!.targets[0].endpoints[0].request
  const kubeletRequests = cluster.kubelet.requests.map((each, request) => {
    const { method, target } = each.line
    const line = { method, target: target.replace('/default/vault', '/treasury/vault') }
    return { ...each, line: request === forwarded('exec') ? { method, target: target.split('?')[0] } : line }
  })
  const kubelet = { ...cluster.kubelet, requests: kubeletRequests }
  // Requests on such a connection are in the apiserver's list too, for the log of accesses.
  const requests = cluster.apiserver.requests.map((each, request) => ({
    ...each,
    line: request === forwarded('logs') || request === forwarded('shell') ? kubeletRequests[request].line : each.line,
  }))
  return {
    plan: { ...plan, cluster: { ...cluster, apiserver: { ...cluster.apiserver, requests }, kubelet } },
    requests: {
      refused: byUser('exec'),
      logs: forwarded('logs'),
      shell: forwarded('shell'),
      logsOfUser: byUser('logs'),
    },
  }
}

function resultsOn(kubernetes: string, choose: (requests: Requests) => readonly number[]) {
  const { plan, requests } = planOf(kubernetes)
  const simulation = begun(plan)
  const log = logAccess(simulation)
  const outcomes = sendRequests(simulation, 'users/alice', choose(requests))
  const kubelet = log.filter((line) => line.startsWith('node-1'))
  return { outcomes, kubelet, simulation }
}

const APISERVER = 'node-1: kube-apiserver-kubelet-client'

describe('an upgrade that the kubelet refuses', () => {
  test('an upgrade that the kubelet refuses leaves a connection open before 1.13, on which the user sends requests as the apiserver', () => {
    const { outcomes, kubelet } = resultsOn('1.12', ({ refused, logs }) => [refused, logs])
    expect(outcomes).toEqual(['400', '200'])
    expect(kubelet).toEqual([
      `${APISERVER} POST /exec/default/web-1/web allowed`,
      `${APISERVER} GET /containerLogs/treasury/vault-1/web allowed`,
    ])
  })

  test('an upgrade that the kubelet refuses ends the connection from 1.13, so that no further request reaches the kubelet', () => {
    const { outcomes, kubelet } = resultsOn('1.13', ({ refused, logs }) => [refused, logs])
    expect(outcomes).toEqual(['400', 'broken', 'unexpected end'])
    expect(kubelet).toEqual([`${APISERVER} POST /exec/default/web-1/web allowed`])
  })

  test('a forbidden upgrade does not reach the kubelet, because the apiserver refuses it', () => {
    const { outcomes, kubelet } = resultsOn('1.12', ({ logsOfUser }) => [logsOfUser])
    expect(outcomes).toEqual(['403'])
    expect(kubelet).toEqual([])
  })
})

// From 1.30 on the apiserver has switched to the user's WebSocket before it asks the kubelet, and reports its refusal as
// an internal error (streamtranslator.go, NewInternalError).
test.each([
  ['1.12', 'forbidden'],
  ['1.13', 'forbidden'],
  ['1.30', 'server error'],
])('a user of Kubernetes %s gets the kubelet’s refusal of each exec', (kubernetes, reason) => {
  const result = resultOf(
    smallCluster({
      kubernetes,
      config: '{ authentication: { anonymous: { enabled: true } }, authorization: { mode: Webhook } }',
      paths: '{ users: { kind: user-apiserver }, logs: { kind: apiserver-kubelet, tls: { client: none } } }',
      workloads: '{ exec: { path: users, kind: exec, target: pods/web, response: 100B, requests: 3 } }',
    }),
  )
  expect(workloadOf(result, 'exec').failures).toEqual([{ reason, count: 3 }])
})

test('an upgrade that only an attacker sends is planned along the path to the kubelet of its node', () => {
  const blueprint = expandBlueprint(scenarioOf(CLUSTER('1.12')).blueprint)
  const context = beginPlan(blueprint)
  const { catalogue, paths, answers } = context
  const line = { method: 'POST', target: '/exec/default/web-1/web' } as const
  const upgrade = { isUpgrade: true, responseBytes: 0, forwarded: NONE }
  const proxied = planKubeletRequest(line, 'node-1', upgrade, context)!
  const [{ path, request }] = proxied.targets[0].endpoints
  expect(paths.paths[path].name).toBe('~apiserver-kubelet/node-1')
  expect([catalogue.lines[request], answers[request].body.kind]).toEqual([line, 'output'])
  expect(proxied).toMatchObject({ workload: NONE, isUpgrade: true, requestBodyBytes: 0 })
  expect(planKubeletRequest(line, 'no-node', upgrade, context)).toBeNull()
})

describe('a connection that a refused upgrade left open', () => {
  test('a connection that a refused upgrade left open carries several requests and then an exec to the kubelet', () => {
    const { outcomes, kubelet } = resultsOn('1.12', ({ refused, logs, shell }) => [refused, logs, logs, shell])
    expect(outcomes).toEqual(['400', '200', '200', '101'])
    expect(kubelet.slice(-1)).toEqual([`${APISERVER} POST /exec/treasury/vault-1/web allowed`])
  })

  test('a connection that a refused upgrade left open is closed with the user’s connection, and releases all rows', () => {
    const { simulation } = resultsOn('1.12', ({ refused, logs }) => [refused, logs])
    simulation.runUntil(100_000 * MS, 100_000)
    const { http, tcp } = simulation.parts
    expect([http.connections.count, tcp.connections.count]).toEqual([2, 2])
  })
})
