import { describe, expect, test } from 'vitest'
import { scenarioOf } from '../fixtures/simulations.ts'
import { accessLogOf } from './access-lab.ts'
import { type SmallCluster, smallCluster } from './small-cluster.ts'

const log = (cluster: SmallCluster) => accessLogOf(scenarioOf(smallCluster(cluster)))

const USERS = '{ users: { kind: user-apiserver } }'

describe('an observer of access decisions', () => {
  test('an observer receives the decisions of the API server and of the kubelet about a proxied request', () => {
    const workloads = '{ logs: { path: users, kind: logs, target: pods/web, response: 100B, requests: 1 } }'
    expect(log({ paths: USERS, workloads })).toEqual([
      'master: alice GET /api/v1/namespaces/default/pods/web-1 allowed',
      'master: alice GET /api/v1/namespaces/default/pods/web-1/log allowed',
      'master: system:node:node-1 POST /apis/authorization.k8s.io/v1/subjectaccessreviews allowed',
      'node-1: kube-apiserver-kubelet-client GET /containerLogs/default/web-1/web allowed',
    ])
  })

  test('an observer receives refusals, also of anonymous and unauthenticated requests', () => {
    const workloads = '{ asks: { path: users, kind: list, resource: pods, requests: 1 } }'
    const nobody = '{ users: { kind: user-apiserver, tls: { client: none } } }'
    const closed = 'authorization-mode: [RBAC], anonymous-auth: false'
    expect(log({ paths: USERS, workloads, users: '{ alice: {} }' })).toEqual(['master: alice GET /api/v1/pods 403'])
    expect(log({ paths: nobody, workloads })).toEqual(['master: system:anonymous GET /api/v1/pods 403'])
    expect(log({ paths: nobody, workloads, flags: closed })).toEqual(['master: nobody GET /api/v1/pods 401'])
  })

  test('an observer receives system:unsecured as the identity of insecure requests, and none in 1.6', () => {
    const paths = '{ components: { kind: component-apiserver } }'
    const workloads = '{ asks: { path: components, kind: list, resource: secrets, count: 1, requests: 1 } }'
    const flags = 'authorization-mode: [RBAC], insecure-port: 8080'
    const what = 'GET /api/v1/secrets allowed'
    expect(log({ paths, workloads, flags, kubernetes: '1.19' })).toEqual([`master: system:unsecured ${what}`])
    const old = smallCluster({ paths, workloads, flags, kubernetes: '1.6' }).replace(/ {2}kubelet: .*\n/, '')
    expect(accessLogOf(scenarioOf(old))).toEqual([`master: nobody ${what}`])
  })

  test('an observer receives no identity for requests to the read-only port', () => {
    const paths = '{ plain: { kind: custom, from: web-1, to: node-1, port: 10255 } }'
    const workloads = '{ asks: { path: plain, requests: 1 } }'
    expect(log({ paths, workloads, config: '{ readOnlyPort: 10255 }' })).toEqual(['node-1: nobody GET /pods allowed'])
  })
})
