import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import { configText } from '../../src/scenario/print/config-text.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { resultOf } from '../fixtures/simulations.ts'

function load(text: string, file = 'test.yaml') {
  const loaded = loadScenario({ text, file })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded
}

/** Lists are in the order of declaration, which means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted)
    const nameOf = (item: unknown) => String((item as { name?: string } | null)?.name ?? '')
    return items.every((item) => nameOf(item) !== '') ? items.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : items
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, sorted(child)]))
}

function expectSameAgain(text: string) {
  const loaded = load(text)
  const again = load(configText(loaded), 'printed.yaml')
  expect(sorted(again.scenario)).toEqual(sorted(loaded.scenario))
}

describe('the output of --print-config loads to the same scenario', () => {
  it.each(namesOf(PRESETS))('--print-config loads to the same scenario for the preset %s', (name) =>
    expectSameAgain(`version: 1\ncluster: { preset: ${name} }\n`),
  )

  it.each(['wan-tls', 'kubernetes-paths', 'failures', 'first-steps'])(
    '--print-config loads to the same scenario for %s, which has no cluster',
    (name) => {
      expectSameAgain(readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8'))
    },
  )

  it('--print-config loads to the same scenario for every version of Kubernetes', () => {
    for (let minor = 6; minor <= 37; minor++)
      expectSameAgain(
        `version: 1\nkubernetes: "1.${minor}"\ncluster: { nodes: { a: { count: 2, zones: [x, y] }, b: 1 }, pods: { app: { on: a, listens: 80 }, others: 7 } }\npaths: { logs: { kind: apiserver-kubelet }, a: { kind: component-apiserver }, n: { kind: apiserver-node } }\nworkloads: { l: { path: logs, kind: logs } }\n`,
      )
  })

  it('--print-config loads to the same scenario for a preset with changed and removed entries', () => {
    expectSameAgain(
      'version: 1\ncluster: { preset: kubeadm-default, nodes: { new: 1, old: { count: 1, kubernetes: "1.29" } }, pods: 30 }\nworkloads: { heartbeats: null }\npaths: { node-proxy: null }\nlinks: { user-alice: { loss: 1% } }\nsegments: { nodes: null }\n',
    )
  })
})

const rows = (text: string) => configText(load(text)).split('\n')

it('--print-config writes an empty map on the line of its key', () => {
  const text = 'version: 1\nname: pods\ncluster: { preset: kubeadm-default, pods: { shop: {} } }\n'
  expect(rows(text).filter((line) => line.trim().startsWith('shop:'))).toEqual([
    expect.stringMatching(/^ +shop: \{\} {2}# test\.yaml:3$/),
  ])
})

describe('--print-config for a host that shares the cores of another', () => {
  /** The host's lines that speak of cores. */
  function coresOf(text: string, host: string): string[] {
    const lines = rows(text)
    const from = lines.findIndex((line) => line.startsWith(`  ${host}:`))
    const length = lines.slice(from + 1).findIndex((line) => /^ {0,2}\S/.test(line))
    return lines.slice(from + 1, from + 1 + length).filter((line) => line.includes('cores'))
  }

  const OWN =
    'version: 1\nname: own\nhosts: { a: { cores-of: z }, z: { cores: 1 } }\nlinks: { l: { between: [a, z] } }\npaths: { p: { from: a, to: z, tls: { version: 1.3 } } }\nworkloads: { w: { path: p, requests: 5 } }\n'
  const CLUSTER =
    'version: 1\nname: cluster\nduration: 20s\ncluster: { preset: kubeadm-default, nodes: 2 }\nhosts: { master: { cores-of: node-2 }, node-1: { cores-of: node-2 }, node-2: { cores: 3 } }\n'

  it('--print-config prints the owner of shared cores, and no number of cores', () => {
    expect(coresOf(OWN, 'a')).toEqual(['    cores-of: z  # test.yaml:3'])
    expect(coresOf(OWN, 'z')).toEqual(['    cores: 1  # test.yaml:3'])
  })

  it('--print-config prints no number for shared cores in a cluster either', () => {
    expect(coresOf(CLUSTER, 'master')).toEqual(['    cores-of: node-2  # test.yaml:5'])
    expect(coresOf(CLUSTER, 'node-1')).toEqual(['    cores-of: node-2  # test.yaml:5'])
    expect(coresOf(CLUSTER, 'node-2')).toEqual(['    cores: 3  # test.yaml:5'])
  })

  it.each([
    ['of one core', OWN],
    ['of a cluster', CLUSTER],
  ])('--print-config of a host with shared cores loads to a scenario with the same result: %s', (_, text) => {
    expectSameAgain(text)
    expect(resultOf(configText(load(text)))).toEqual(resultOf(text))
  })
})

describe('--print-config prints the origin of each value', () => {
  const text = 'version: 1\ncluster:\n  preset: kubeadm-default\n  nodes: 1\nhosts: { master: { cores: 8 } }\n'
  const lines = configText(load(text)).split('\n')

  it.each([
    ['    cores: 8  # test.yaml:5'],
    ['      congestion: cubic  # default'],
    ['    certificate: node-1-kubelet  # from cluster.nodes, test.yaml:4'],
    ['    cpu: go  # default'],
    ['kubernetes: "1.30"  # preset kubeadm-default'],
    ['      secure-port: 6443  # preset kubeadm-default'],
    ['    delay: 36us  # profile gce-private'],
    ['    kind: apiserver-kubelet  # preset kubeadm-default'],
    ['    port: 10250  # default of apiserver-kubelet in this cluster'],
  ])('--print-config prints the origin of each value: %s', (line) => expect(lines).toContain(line))

  it('--print-config prints the source of each default of a Kubernetes version', () => {
    expect(lines.find((line) => line.includes('node-monitor-grace-period'))).toMatch(
      /40s {2}# kubernetes 1\.30: KEP-589/,
    )
  })

  it('--print-config prints the origin of values of --set and --seed, without control characters', () => {
    const loaded = loadScenario({ text, file: 'test.yaml' }, { seed: 7, set: ['hosts.master.cores=\n  3'] })
    const printed = loaded.ok ? configText(loaded).split('\n') : []
    expect(printed).toContain('seed: 7  # --seed')
    expect(printed.find((line) => line.includes('cores: 3'))).toBe('    cores: 3  # --set hosts.master.cores=␊  3')
  })
})

describe('onpath run --print-config', () => {
  const stdin = 'version: 1\nname: x\ncluster: { preset: konnectivity }\n'

  it('onpath run --print-config does not run the scenario, and prints a scenario with the same configuration', async () => {
    const simulate = () => Promise.reject(new Error('nothing was to be simulated'))
    const first = await invoke(['run', '-', '--print-config'], { stdin, simulate })
    expect([first.code, first.err]).toEqual([0, ''])
    const values = await invoke(['run', '-', '--print-config', '--json'], { stdin, simulate })
    const again = await invoke(['run', '-', '--print-config', '--json'], { stdin: first.out, simulate })
    expect(sorted(JSON.parse(again.out))).toEqual(sorted(JSON.parse(values.out)))
  })

  it('onpath run --print-config prints a YAML stream of documents for several files', async () => {
    const files = namesOf(PRESETS).map((name) =>
      fileURLToPath(new URL(`../../scenarios/presets/${name}.yaml`, import.meta.url)),
    )
    const { out } = await invoke(['run', ...files, '--print-config'])
    expect(out.split('\n---\n')).toHaveLength(namesOf(PRESETS).length)
  })

  it('onpath run --print-config prints the problems of an invalid scenario', async () => {
    const { code, out, err } = await invoke(['run', '-', '--print-config'], {
      stdin: 'version: 1\ncluster: { preset: x }\n',
    })
    expect([code, out]).toEqual([3, ''])
    expect(err).toContain('found "x"')
  })
})
