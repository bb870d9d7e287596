import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import type { ClusterBlueprint } from '../../src/simulation/blueprint-cluster.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

function reversed<T>(list: readonly T[]): T[] {
  return [...list].reverse()
}

function withClusterReversed(cluster: ClusterBlueprint): ClusterBlueprint {
  const { nodes, pods, services, users, konnectivity } = cluster
  return {
    ...cluster,
    nodes: reversed(nodes),
    pods: reversed(pods),
    services: reversed(services),
    users: reversed(users),
    konnectivity: konnectivity === null ? null : { ...konnectivity, agents: reversed(konnectivity.agents) },
  }
}

/** Returns the scenario with everything that is declared in reverse order. */
function redeclared({ blueprint, expectations }: CheckedScenario): CheckedScenario {
  const { hosts, links, routes, segments, virtualAddresses, identities, paths, workloads, cluster } = blueprint
  return {
    blueprint: {
      ...blueprint,
      hosts: reversed(hosts),
      links: reversed(links),
      routes: reversed(routes),
      segments: reversed(segments).map((segment) => ({ ...segment, hosts: reversed(segment.hosts) })),
      virtualAddresses: reversed(virtualAddresses).map((virtual) => ({ ...virtual, hosts: reversed(virtual.hosts) })),
      identities: reversed(identities),
      paths: reversed(paths).map((path) =>
        path.tunnel === null ? path : { ...path, tunnel: { ...path.tunnel, via: reversed(path.tunnel.via) } },
      ),
      workloads: reversed(workloads),
      cluster: cluster === null ? null : withClusterReversed(cluster),
    },
    expectations,
  }
}

const NO_LIMIT = Number.POSITIVE_INFINITY

describe.each(namesOf(PRESETS))('the preset %s', (preset) => {
  const scenario = scenarioOf(`version: 1\nduration: 90s\ncluster: { preset: ${preset} }\n`)
  const expected = finish(beginning(scenario), scenario)

  test('a preset gives the same result in any order of its declarations', () => {
    const other = redeclared(scenario)
    expect(finish(beginning(other), other)).toEqual(expected)
  })

  test('a fork of a preset continues as if it had never been forked', () => {
    for (const share of [0.0005, 0.01, 0.3, 0.7]) {
      const parent = beginning(scenario)
      parent.runUntil(Math.floor(expected.simulatedNs * share), NO_LIMIT)
      const fork = parent.fork()
      expect(finish(fork, scenario)).toEqual(expected)
      expect(finish(parent, scenario)).toEqual(expected)
      fork.release()
    }
  })
})
