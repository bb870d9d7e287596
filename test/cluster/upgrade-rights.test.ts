import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
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
  test('permission to create alone suffices for exec and port-forward at every release', () => {
    for (const kubernetes of ['1.29', '1.30', '1.31', '1.34', '1.35', '1.36', '1.37'])
      for (const kind of ['exec', 'port-forward'] as const)
        expect([kubernetes, kind, worked({ kubernetes, kind, verbs: ['create'] })]).toEqual([kubernetes, kind, true])
  })

  test('kubectl sends a GET and, if the apiserver refuses it, a POST on a connection of its own', () => {
    expect(asked({ kubernetes: '1.29', verbs: ['create'] })).toEqual(['POST allowed'])
    for (const kubernetes of ['1.30', '1.35', '1.37'])
      expect(asked({ kubernetes, verbs: ['create'] })).toEqual(['GET 403', 'POST allowed'])
    // TCP, TLS and the refusal before all that SPDY takes.
    expect(roundTrips({ kubernetes: '1.29', verbs: ['create'] })).toBe(9)
    expect(roundTrips({ kubernetes: '1.30', verbs: ['create'] })).toBe(9 + 3)
    expect(roundTrips({ kubernetes: '1.30', verbs: ['create', 'get'] })).toBe(6)
  })

  test('an eavesdropper at the apiserver reads both the GET and the POST of kubectl, and counts both', () => {
    const exposed = (verbs: readonly string[]) => {
      const text = scenario({ kubernetes: '1.34', verbs }).replace('requests: 1,', 'requests: 3,')
      const eve = 'attackers: { eve: { on: master, vantage: node, plan: [{ technique: eavesdrop, path: kubectl }] } }'
      const { messages, of } = runScenario({ text: `${text}${eve}\n` }).verdicts[0].exposure
      return [messages, of]
    }
    expect(exposed(['create'])).toEqual([6, 6])
    expect(exposed(['create', 'get'])).toEqual([3, 3])
  })

  test('kubectl of a user without get and create fails with the refusal of the POST', () => {
    for (const kubernetes of ['1.30', '1.37']) {
      const cell = { kubernetes, verbs: [] }
      expect(asked(cell)).toEqual(['GET 403', 'POST 403'])
      expect(workloadOf(resultOf(scenario(cell)), 'work').failures).toEqual([{ reason: 'forbidden', count: 1 }])
    }
    expect(asked({ kubernetes: '1.29', verbs: [] })).toEqual(['POST 403'])
  })
})

describe('the version of kubectl decides which protocols it tries', () => {
  test('permission to get alone suffices for a WebSocket before 1.35, and so for exec of kubectl from 1.30 on', () => {
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

  test('permission to get alone suffices for a port-forward of kubectl from 1.31 on', () => {
    const withGet = (kubernetes: string, kubectl: string) =>
      worked({ kubernetes, kubectl, verbs: ['get'], kind: 'port-forward' })
    expect([withGet('1.34', '1.30'), withGet('1.34', '1.31'), withGet('1.35', '1.31')]).toEqual([false, true, false])
  })

  test('kubectl before 1.30 sends only a POST, at every release', () => {
    for (const kubernetes of ['1.30', '1.37'])
      expect(asked({ kubernetes, kubectl: '1.29', verbs: ['create'] })).toEqual(['POST allowed'])
  })
})

describe('the gate AuthorizePodWebsocketUpgradeCreatePermission', () => {
  const gates = '{ AuthorizePodWebsocketUpgradeCreatePermission: false }'

  test('permission to get alone suffices from 1.35 on if the gate AuthorizePodWebsocketUpgradeCreatePermission is off', () => {
    for (const kubernetes of ['1.35', '1.36', '1.37'])
      for (const kind of ['exec', 'port-forward'] as const) {
        expect([kubernetes, kind, worked({ kubernetes, kind, verbs: ['get'] })]).toEqual([kubernetes, kind, false])
        expect([kubernetes, kind, worked({ kubernetes, kind, verbs: ['get'], gates })]).toEqual([
          kubernetes,
          kind,
          true,
        ])
      }
    expect(asked({ kubernetes: '1.35', verbs: ['create'], gates })).toEqual(['GET 403', 'POST allowed'])
  })

  test('the gate AuthorizePodWebsocketUpgradeCreatePermission is read as on a command line, and refused before 1.35', () => {
    const text = 'AuthorizePodWebsocketUpgradeCreatePermission=false'
    expect(worked({ kubernetes: '1.35', verbs: ['get'], gates: text })).toBe(true)
    expect(() => scenarioOf(scenario({ kubernetes: '1.34', verbs: ['get'], gates: text }))).toThrow(
      'unrecognized feature gate: AuthorizePodWebsocketUpgradeCreatePermission',
    )
  })
})

describe('an apiserver that serves no newer WebSockets passes them to a container runtime, which refuses', () => {
  test('kubectl newer than the apiserver needs create for a WebSocket, because the container runtime refuses it', () => {
    const newer = { kubernetes: '1.29', kubectl: '1.30' }
    expect(asked({ ...newer, verbs: ['get', 'create'] })).toEqual(['GET allowed', 'POST allowed'])
    expect(asked({ ...newer, verbs: ['get'] })).toEqual(['GET allowed', 'POST 403'])
    expect([worked({ ...newer, verbs: ['get'] }), worked({ ...newer, verbs: ['create'] })]).toEqual([false, true])
    expect(worked({ kubernetes: '1.30', kubectl: '1.31', kind: 'port-forward', verbs: ['get'] })).toBe(false)
  })

  test('the feature gates of the apiserver decide whether it serves WebSockets itself', () => {
    const gates = '{ TranslateStreamCloseWebsocketRequests: true }'
    expect(worked({ kubernetes: '1.29', kubectl: '1.30', verbs: ['get'], gates })).toBe(true)
    const closed = '{ TranslateStreamCloseWebsocketRequests: false }'
    expect(asked({ kubernetes: '1.34', verbs: ['get', 'create'], gates: closed })).toEqual([
      'GET allowed',
      'POST allowed',
    ])
  })
})

/** The requests for a stream that kubelets got, each with its method. */
function atKubelet(text: string): string[] {
  return accessLogOf(scenarioOf(text)).flatMap((line) => {
    const [, host, method, what] = /^(node-\d): \S+ (\S+) \/(exec|portForward)\S* allowed$/.exec(line) ?? []
    return host === undefined ? [] : [`${host} ${method} ${what}`]
  })
}

describe('from 1.36 on the apiserver passes WebSockets on to kubelets that declare it', () => {
  const both = ['get', 'create']

  test('kubelets from 1.36 on get the WebSockets of exec and port-forward, and SPDY of older clients', () => {
    for (const [kind, what] of [
      ['exec', 'exec'],
      ['port-forward', 'portForward'],
    ] as const) {
      const got = (cell: Partial<Cell>) => atKubelet(scenario({ kubernetes: '1.36', kind, verbs: both, ...cell }))
      expect(got({ kubernetes: '1.35' })).toEqual([`node-1 POST ${what}`])
      expect(got({})).toEqual([`node-1 GET ${what}`])
      expect(got({ kubernetes: '1.37' })).toEqual([`node-1 GET ${what}`])
      expect(got({ kubectl: '1.29' })).toEqual([`node-1 POST ${what}`])
      expect(got({ verbs: ['create'] })).toEqual([`node-1 POST ${what}`])
    }
  })

  test('kubelets that are older, or whose feature gates are off, get SPDY', () => {
    const got = (gates: string, kubelet = '') =>
      atKubelet(
        scenario({ kubernetes: '1.36', verbs: both, gates }).replace(
          '  links:',
          `  kubelet: { config: { ${kubelet} } }\n  links:`,
        ),
      )
    expect(got('{}')).toEqual(['node-1 GET exec'])
    expect(got('{ ExtendWebSocketsToKubelet: false }')).toEqual(['node-1 POST exec'])
    expect(got('{ NodeDeclaredFeatures: false }')).toEqual(['node-1 POST exec'])
    expect(got('{}', 'featureGates: { ExtendWebSocketsToKubelet: false }')).toEqual(['node-1 POST exec'])
    expect(got('{}', 'featureGates: { NodeDeclaredFeatures: false }')).toEqual(['node-1 POST exec'])
    const older = scenario({ kubernetes: '1.36', verbs: both }).replace(
      'hosts: {',
      'hosts: { node-1: { kubernetes: "1.35" },',
    )
    expect(atKubelet(older)).toEqual(['node-1 POST exec'])
    expect(workloadOf(resultOf(older), 'work').completed).toBe(1)
  })

  test('WebSockets that are passed on to kubelets take as many round trips, and carry all data in both directions', () => {
    for (const kind of ['exec', 'port-forward'] as const) {
      expect(roundTrips({ kubernetes: '1.36', kind, verbs: both })).toBe(
        roundTrips({ kubernetes: '1.35', kind, verbs: both }),
      )
      const large = (kubernetes: string) =>
        workloadOf(
          resultOf(
            scenario({ kubernetes, kind, verbs: both })
              .replace('500ms', '5ms')
              .replace('response: 100B', 'request: 300KB, response: 700KB'),
          ),
          'work',
        )
      expect(large('1.36').completed).toBe(1)
      const [older, newer] = [large('1.35').latencyMs.min ?? 0, large('1.36').latencyMs.min ?? 0]
      expect(Math.abs(newer / older - 1)).toBeLessThan(0.05)
    }
  })
})
