import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { Provenance } from '../../src/study/check/provenance.ts'
import { aVerdict } from '../fixtures/results.ts'

const blueprintOf = (pods: string, port: string) => {
  const loaded = loadScenario({
    file: 'a.yaml',
    text: `version: 1
kubernetes: "1.30"
cluster:
  nodes: 2
  users: { guess: { rules: [{ verbs: ["*"], resources: ["*"] }], assumed: true }, eve: {} }
  pods: { web: { listens: 8080${pods} }, shop: { listens: 9090 } }
  services: { web: { pods: web } }
paths:
  ports: { kind: apiserver-node, port: 9100${port} }
  pods: { kind: apiserver-pod }
  services: { kind: apiserver-service }
  logs: { kind: apiserver-kubelet }
  users: { kind: user-apiserver }
`,
  })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return loaded.scenario.blueprint
}

const ASSUMED = new Provenance(blueprintOf(', assumed: true', ', assumed: true'))
const WRITTEN = new Provenance(blueprintOf('', ''))

const placed = (path: string, overrides: Partial<VerdictResult>, on = 'wan') => ({
  path,
  on: { name: on },
  verdict: aVerdict({ path, vantage: 'inline', requests: [], credentials: [], ...overrides }),
})
const request = (server: string, port: number, by = 'nobody', status = 200) => ({
  ...{ verb: 'get', resource: '/', status, by, server, port, times: 1 },
})

describe('the provenance of a verdict', () => {
  const alone = (one: ReturnType<typeof placed>) => [ASSUMED, WRITTEN].map((each) => each.isAssumed(one, [one]))

  test('messages of an assumed port, pod or service are assumed, and those of the same server in a file are not', () => {
    expect(alone(placed('ports', { victim: 'node-1' }))).toEqual([true, false])
    expect(alone(placed('pods', { victim: 'web-1' }))).toEqual([true, false])
    expect(alone(placed('services', { victim: 'web-2' }))).toEqual([true, false])
  })

  test('messages of a kubelet, of a pod that is in a file, and of a victim that is at no end of the path are real', () => {
    expect(alone(placed('logs', { victim: 'node-1' }))).toEqual([false, false])
    expect(alone(placed('pods', { victim: 'shop-1' }))).toEqual([false, false])
    expect(alone(placed('ports', { victim: 'master' }))).toEqual([false, false])
  })

  test('an answer or a credential of a real server makes a verdict on an assumed path real, and a refusal does not', () => {
    const on = (requests: VerdictResult['requests'], more: Partial<VerdictResult> = {}) =>
      alone(placed('pods', { victim: 'web-1', requests, ...more }))[0]
    expect(on([request('web-1', 8080)])).toBe(true)
    expect(on([request('web-1', 8080), request('master', 6443, 'eve')])).toBe(false)
    expect(on([request('web-1', 8080), request('master', 6443, 'eve', 403)])).toBe(true)
    expect(on([request('web-1', 8443)])).toBe(false)
    const credential = { name: 'token app', identity: 'app', acceptedBy: 'master', validUntilNs: null }
    expect(on([], { credentials: [credential] })).toBe(false)
  })

  test('rights of an assumed user are assumed, and data that a real server gives it without a credential are not', () => {
    const as = (on: string, requests: VerdictResult['requests']) =>
      alone(placed('logs', { vantage: 'user', victim: 'node-1', requests }, on))[1]
    expect(as('guess', [request('master', 6443, 'guess')])).toBe(true)
    expect(as('guess', [request('node-1', 10_255)])).toBe(false)
    expect(as('eve', [request('master', 6443, 'eve')])).toBe(false)
  })

  test('messages of users are assumed where the same attacker opened only those of assumed servers', () => {
    const open = { exposure: { messages: 4, of: 4, bytes: 40 } }
    const users = placed('users', { victim: 'guess', ...open })
    const [web, logs] = [placed('pods', { victim: 'web-1', ...open }), placed('logs', { victim: 'node-1', ...open })]
    expect(ASSUMED.isAssumed(users, [users, web])).toBe(true)
    expect(ASSUMED.isAssumed(users, [users, web, logs])).toBe(false)
    expect(ASSUMED.isAssumed(users, [users])).toBe(false)
    expect(WRITTEN.isAssumed(users, [users, web])).toBe(false)
  })
})
