import { describe, expect, test } from 'vitest'
import { resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { accessLogOf } from './access-lab.ts'

interface Cell {
  readonly kubernetes: string
  /** The version of kubectl; absent: that of the cluster. */
  readonly kubectl?: string
  readonly verbs: readonly string[]
  readonly kind?: 'exec' | 'port-forward'
  /** Feature gates of the apiserver, as YAML in one line. */
  readonly gates?: string
}

const SUBRESOURCES = { exec: 'exec', 'port-forward': 'portforward' }

function scenario({ kubernetes, kubectl, verbs, kind = 'exec', gates }: Cell): string {
  const rights = verbs.length === 0 ? '' : `, { verbs: [${verbs.join(', ')}], resources: [pods/${SUBRESOURCES[kind]}] }`
  return `version: 1
kubernetes: "${kubernetes}"
cluster:
  nodes: 1
  pods: { web: { listens: 8080, token: false } }
  users: { alice: { rules: [{ verbs: [get], resources: [pods] }${rights}] } }
  apiserver: { flags: { authorization-mode: [Node, RBAC]${gates === undefined ? '' : `, feature-gates: ${gates}`} } }
  links: { users-to-control: { delay: 500ms }, control-to-nodes: { delay: 1us, rate: 100Gbps } }
hosts: { alice: { cpu: instant${kubectl === undefined ? '' : `, kubernetes: "${kubectl}"`} } }
paths: { kubectl: { kind: user-apiserver } }
workloads: { work: { path: kubectl, kind: ${kind}, target: pods/web, requests: 1, response: 100B } }
`
}

/** The requests that the apiserver decided about the pod's subresource, as `GET 403`. */
function asked(cell: Cell): string[] {
  return accessLogOf(scenarioOf(scenario(cell))).flatMap((line) => {
    const [, method, decision] = /^master: alice (\S+) \S+\/(?:exec|portforward) (\S+)$/.exec(line) ?? []
    return method === undefined ? [] : [`${method} ${decision}`]
  })
}

function worked(cell: Cell): boolean {
  return workloadOf(resultOf(scenario(cell)), 'work').completed === 1
}

function roundTrips(cell: Cell): number {
  return Math.floor((workloadOf(resultOf(scenario(cell)), 'work').latencyMs.min ?? 0) / 1000)
}

describe('kubectl that tries a WebSocket falls back to SPDY on a refused handshake', () => {
  test('create alone suffices for exec and port-forward at every release', () => {
    for (const kubernetes of ['1.29', '1.30', '1.31', '1.34', '1.35', '1.36', '1.37'])
      for (const kind of ['exec', 'port-forward'] as const)
        expect([kubernetes, kind, worked({ kubernetes, kind, verbs: ['create'] })]).toEqual([kubernetes, kind, true])
  })

  test('the apiserver decides a GET and then a POST, which comes on a connection of its own', () => {
    expect(asked({ kubernetes: '1.29', verbs: ['create'] })).toEqual(['POST allowed'])
    for (const kubernetes of ['1.30', '1.35', '1.37'])
      expect(asked({ kubernetes, verbs: ['create'] })).toEqual(['GET 403', 'POST allowed'])
    // TCP, TLS and the refusal before all that SPDY takes.
    expect(roundTrips({ kubernetes: '1.29', verbs: ['create'] })).toBe(9)
    expect(roundTrips({ kubernetes: '1.30', verbs: ['create'] })).toBe(9 + 3)
    expect(roundTrips({ kubernetes: '1.30', verbs: ['create', 'get'] })).toBe(6)
  })

  test('a user who may do neither fails with the refusal of the POST', () => {
    for (const kubernetes of ['1.30', '1.37']) {
      const cell = { kubernetes, verbs: [] }
      expect(asked(cell)).toEqual(['GET 403', 'POST 403'])
      expect(workloadOf(resultOf(scenario(cell)), 'work').failures).toEqual([{ reason: 'forbidden', count: 1 }])
    }
    expect(asked({ kubernetes: '1.29', verbs: [] })).toEqual(['POST 403'])
  })
})

describe('the version of kubectl decides which protocols it tries', () => {
  test('get alone suffices for a WebSocket before 1.35, and so for an exec of kubectl from 1.30 on', () => {
    const withGet = (kubernetes: string, kubectl?: string) =>
      worked({ kubernetes, verbs: ['get'], ...(kubectl === undefined ? {} : { kubectl }) })
    expect(['1.29', '1.30', '1.31', '1.34', '1.35', '1.36', '1.37'].map((version) => withGet(version))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    expect([withGet('1.34', '1.29'), withGet('1.34', '1.30'), withGet('1.34', '1.37')]).toEqual([false, true, true])
  })

  test('get alone suffices for a port-forward of kubectl from 1.31 on', () => {
    const withGet = (kubernetes: string, kubectl: string) =>
      worked({ kubernetes, kubectl, verbs: ['get'], kind: 'port-forward' })
    expect([withGet('1.34', '1.30'), withGet('1.34', '1.31'), withGet('1.35', '1.31')]).toEqual([false, true, false])
  })

  test('kubectl before 1.30 sends only a POST, at every release', () => {
    for (const kubernetes of ['1.30', '1.37'])
      expect(asked({ kubernetes, kubectl: '1.29', verbs: ['create'] })).toEqual(['POST allowed'])
  })
})
