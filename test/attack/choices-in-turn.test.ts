import { describe, expect, test } from 'vitest'
import { run } from '../../src/simulation/run.ts'
import { readMatrix } from '../../src/study/matrix/matrix.ts'
import { invoke } from '../fixtures/fake-io.ts'

interface Cluster {
  readonly nodes: number
  readonly tunnel?: 'ssh' | 'konnectivity'
  readonly workload?: string
  readonly seed?: number
}

const FLAGS = { ssh: 'ssh-user: core', konnectivity: 'egress-selector-config-file: konnectivity' }

/** A cluster whose apiserver reaches pods and kubelets through a random node. */
function behindTunnels({ nodes, tunnel = 'ssh', workload = 'kind: proxy-get', seed = 1 }: Cluster): string {
  return `
version: 1
seed: ${seed}
kubernetes: "1.20"
cluster:
  nodes: ${nodes}
  pods: { web: { on: node-1, listens: 8080, replicas: 1 } }
  services: { web: { pods: web, port: 80 } }
  apiserver: { flags: { ${FLAGS[tunnel]} } }
paths: { web: { kind: apiserver-pod, to: web-1, tunnel: { kind: ${tunnel} } } }
workloads: { get: { path: web, ${workload} } }
`
}

/** The share of messages that root on another node reads behind its tunnel. */
function shareOf(cluster: Cluster) {
  const read = readMatrix({ file: '-', text: behindTunnels(cluster) }, {}, ['web'])
  if (!read.ok) throw new Error(read.problems[0].message)
  const cell = read.matrix.cases.find(
    ({ row: { place, technique } }) => place === 'another node' && technique === 'eavesdrop',
  )
  const { verdicts } = run(cell!.scenario!).result
  const { outcomes, exposure } = verdicts.find(({ technique }) => technique === 'eavesdrop')!
  return { outcomes, messages: exposure.messages, of: exposure.of }
}

describe('a gate behind random tunnels', () => {
  test.each([1, 2])('check behind random tunnels uses each of 40 tunnels once, whatever the seed: %i', (seed) => {
    const share = shareOf({ nodes: 40, seed, workload: 'kind: proxy-get, requests: 3' })
    expect(share).toEqual({ outcomes: ['read'], messages: 1, of: 40 })
  })

  test('check behind a few random tunnels shows the exact share of connections', () => {
    for (const tunnel of ['ssh', 'konnectivity'] as const)
      expect(shareOf({ nodes: 4, tunnel, workload: 'kind: proxy-get, requests: 100' })).toMatchObject({
        messages: 3,
        of: 12,
      })
  })

  test('check behind random tunnels sends enough requests of a slow workload, one after another', () => {
    expect(shareOf({ nodes: 5, workload: 'kind: proxy-get, rate: 1/s, for: 60s' })).toMatchObject({
      messages: 1,
      of: 5,
    })
  })

  test('check behind random tunnels opens a stream through each tunnel', () => {
    const stream = 'kind: stream, rate: 1KB/s, chunk: 100B, for: 20s'
    const { messages, of } = shareOf({ nodes: 4, workload: stream })
    expect(messages).toBeGreaterThan(0)
    expect(Math.round(of / messages)).toBe(4)
  })
})

test('check says in how many connections a finding occurs by chance', async () => {
  const { out, code } = await invoke(['check', '-', '--place', 'another node', '--technique', 'eavesdrop'], {
    stdin: behindTunnels({ nodes: 4 }),
    simulate: async (scenario, { recordPackets }) => run(scenario, { recordPackets }),
  })
  expect(code).toBe(4)
  expect(out).toContain(
    'reads 1 of 4 messages (eavesdrop on web, against web-1); nobody notices; by chance, in 1 of 4 connections',
  )
})

test('check mentions no chance if every connection takes the same path', async () => {
  const { out } = await invoke(['check', '-', '--vantage', 'passive'], {
    stdin: behindTunnels({ nodes: 4 }).replace(FLAGS.ssh, '').replace(', tunnel: { kind: ssh }', ''),
    simulate: async (scenario, { recordPackets }) => run(scenario, { recordPackets }),
  })
  expect(out).toContain('reads 1 of 1 messages')
  expect(out).not.toContain('by chance')
})
