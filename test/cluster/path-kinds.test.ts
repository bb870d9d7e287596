import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Protection } from '../../src/cluster/paths/letters.ts'
import type { ForwardedResource, Party } from '../../src/cluster/paths/path-kind.ts'
import { MODELLED_PATH_KINDS, PATH_KINDS, resourcesForwarding } from '../../src/cluster/paths/path-kinds.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'
import { smallCluster } from './small-cluster.ts'

const PROTECTIONS: readonly Protection[] = [null, 'none', 'ca', 'ca+cn'].flatMap((verify) =>
  [null, 'ssh', 'konnectivity'].map((kind) => ({ tls: verify && { verify }, tunnel: kind && { kind } }) as Protection),
)

const RESOURCES: readonly ForwardedResource[] = ['kubelets', 'nodes', 'pods', 'services']

/** The hosts at the ends of a path in `smallCluster`, where its kind names none. A node's programs have its certificate. */
const SERVERS: Readonly<Record<Party, string>> = {
  apiserver: 'master',
  component: 'master',
  kubelet: 'node-1',
  node: 'node-1',
  pod: 'web-1',
  service: 'web',
  user: 'alice',
  host: 'server',
}

const CLIENTS: Readonly<Record<Party, string>> = { ...SERVERS, host: 'client' }

describe('the registry of path kinds', () => {
  test('the registry of path kinds lists every descriptor file by the name of its file', () => {
    const files = readdirSync(new URL('../../src/cluster/paths/kinds/', import.meta.url))
    const names = Object.values(PATH_KINDS).map(({ name }) => name)
    expect(names).toEqual(Object.keys(PATH_KINDS))
    expect(names.map((name) => `${name}.ts`).sort()).toEqual(files.sort())
  })

  test('the registry of path kinds gives each kind a different role', () => {
    const roles = MODELLED_PATH_KINDS.map(({ role }) => role)
    expect(new Set(roles).size).toBe(roles.length)
  })

  test.each(RESOURCES)(
    'the registry of path kinds has one kind over which the apiserver forwards requests for %s',
    (resource) => {
      expect(MODELLED_PATH_KINDS.filter(({ forwards }) => forwards === resource)).toHaveLength(1)
    },
  )
})

describe('the apiserver', () => {
  test.each(['logs', 'stream', 'exec', 'keystrokes', 'port-forward'] as const)(
    'the apiserver forwards the workload %s to kubelets',
    (workload) => {
      expect(resourcesForwarding(workload)).toEqual(['kubelets'])
    },
  )

  test('the apiserver forwards the workload proxy-get to nodes, pods and services', () => {
    expect(resourcesForwarding('proxy-get')).toEqual(['nodes', 'pods', 'services'])
  })

  test.each(['requests', 'heartbeat', 'watch', 'list'] as const)(
    'the apiserver answers the workload %s itself',
    (workload) => {
      expect(resourcesForwarding(workload)).toEqual([])
    },
  )
})

describe.each(Object.values(PATH_KINDS).filter(({ modelled }) => !modelled))(
  'the reserved path kind $name',
  ({ name }) => {
    test('a reserved path kind is refused as not modelled yet', () => {
      expect(problemsIn(`paths: { a: { kind: ${name} } }\n`)).toContain(`${name} is not modelled yet`)
    })
  },
)

describe.each(MODELLED_PATH_KINDS)('the path kind $name', (kind) => {
  const { ends, defaults, kubeletPortDefaults = defaults, dials, insecurePort } = kind

  test('the role of a path kind contains a space, unlike the name of a path', () => {
    expect(kind.role).toContain(' ')
  })

  test('a path kind allows its default scheme', () => {
    expect(defaults.schemes).toContain(defaults.scheme)
    expect(kubeletPortDefaults.schemes).toContain(kubeletPortDefaults.scheme)
  })

  test('a path kind gives its paths exactly the letters that it lists', () => {
    const given = new Set(PROTECTIONS.map((protection) => kind.letterOf(protection)))
    expect([...given].sort().join(', ')).toBe(kind.letters)
  })

  test('a path kind connects to a server of the component at its far end', () => {
    const dialled = {
      apiserver: ['apiserver'],
      'kubernetes-service': ['apiserver'],
      kubelet: ['kubelet'],
      endpoint: ['service'],
      'named-port': ['component', 'node', 'pod', 'host'],
    }[dials]
    expect(dialled).toContain(ends.to.party)
    if (insecurePort !== undefined) expect([dials, ...defaults.schemes]).toEqual(['apiserver', 'http', 'https'])
  })

  test('a path kind uses the apiserver’s tunnels, or carries what it forwards, only if the apiserver is its client', () => {
    if (kind.tunnels === 'apiserver' || kind.forwards !== undefined) expect(ends.from.party).toBe('apiserver')
    if (kind.isForwarded) expect(ends.to.party).toBe('apiserver')
  })

  test.each(defaults.schemes)('a path of each kind completes a request over %s without a cluster', (scheme) => {
    // The insecure port listens on the loopback only.
    const to = insecurePort === undefined ? 'b' : 'a'
    const result = resultOf(`version: 1
seed: 1
hosts: { a: {}, b: {} }
links: { l: { between: [a, b], delay: 1ms } }
paths: { p: { kind: ${kind.name}, from: a, to: ${to}, scheme: ${scheme}, port: ${defaults.ports[scheme]} } }
workloads: { w: { path: p, requests: 1 } }
`)
    expect(workloadOf(result, 'w')).toMatchObject({ kind: kind.name, completed: 1, failed: 0 })
    expect(kind.letters.split(', ')).toContain(workloadOf(result, 'w').letter)
  })

  test.each(['requests', ...kind.carries])(
    'a path of each kind carries %s in a cluster, between its own ends',
    (workload) => {
      const from = ends.from.inCluster === null ? `, from: ${CLIENTS[ends.from.party]}` : ''
      const to = ends.to.inCluster === null ? `, to: ${SERVERS[ends.to.party]}` : ''
      const amounts = {
        requests: ', requests: 1',
        heartbeat: ', for: 20s',
        watch: ', for: 5s',
        'pod-changes': ', rate: 1/s, for: 5s',
      }
      const amount = new Map(Object.entries(amounts)).get(workload) ?? ''
      const result = resultOf(
        smallCluster({
          flags: 'authorization-mode: [AlwaysAllow]',
          pods: '{ web: { listens: 8080 } }',
          services: '{ web: { pods: web } }',
          others: ['client', 'server'],
          paths: `{ p: { kind: ${kind.name}${from}${to} } }`,
          workloads: `{ w: { path: p, kind: ${workload}${amount} } }`,
        }),
      )
      expect(result.workloads).toHaveLength(1)
      expect(result.workloads[0]).toMatchObject({ kind: kind.name, failed: 0, unfinished: 0 })
      expect(result.workloads[0].completed).toBeGreaterThan(0)
    },
  )
})
