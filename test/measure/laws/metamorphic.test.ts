import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Result } from '../../../src/measure/result.ts'
import type { CheckedScenario } from '../../../src/scenario/load.ts'
import { anyScenario } from '../../fixtures/any-scenario.ts'
import { beginning, finish, scenarioOf } from '../../fixtures/simulations.ts'

function resultOf(scenario: CheckedScenario): Result {
  return finish(beginning(scenario), scenario)
}

/** Returns the figures of workloads, and of the links that both results have. */
function seenIn({ workloads, links }: Result, others: Result): unknown {
  const names = new Set(others.links.map(({ name }) => name))
  return { workloads, links: links.filter(({ name }) => names.has(name)) }
}

const UNUSED = scenarioOf(`version: 1
hosts: { aa: {}, zz: { cores: 3 } }
links: { aa-zz: { between: [aa, zz], delay: 3ms, rate: 1Mbps, loss: 5% } }
paths: { idle: { from: aa, to: zz, port: 8080 } }
workloads: { never: { path: idle, requests: 1, start: 299s } }
`).blueprint

type Change = (scenario: CheckedScenario) => CheckedScenario

const withHosts: Change = ({ blueprint, expectations }) => ({
  blueprint: {
    ...blueprint,
    hosts: [...UNUSED.hosts, ...blueprint.hosts],
    links: [...UNUSED.links, ...blueprint.links],
  },
  expectations,
})

const withPath: Change = ({ blueprint, expectations }) => {
  const [idle] = UNUSED.paths
  const { blueprint: changed } = withHosts({ blueprint, expectations })
  return { blueprint: { ...changed, paths: [idle, ...changed.paths] }, expectations }
}

/** Gives every host, link and workload another name of the same length and in the same order. */
function renamed(text: string): string {
  return text.replace(/\b(client|server|uplink|fetches|plain)\b/g, (name) => `${name.slice(0, -1)}z`)
}

describe('things that nothing uses', () => {
  test.each([
    ['hosts and a link between them', withHosts],
    ['a path', withPath],
  ] as const)('unused %s change no workload and no other link of generated scenarios', (_, change) => {
    fc.assert(
      fc.property(anyScenario, (scenario) => {
        const [before, after] = [resultOf(scenario), resultOf(change(scenario))]
        expect(seenIn(after, before)).toEqual(seenIn(before, after))
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })

  test('an additional user of a cluster changes no workload and no link', () => {
    const text = (users: string) => `version: 1
kubernetes: "1.30"
cluster: { nodes: 1, users: { ${users} } }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, kind: logs, requests: 5, response: 20KB } }
`
    const before = resultOf(scenarioOf(text('alice: { rules: [] }')))
    const after = resultOf(scenarioOf(text('alice: { rules: [] }, bob: { rules: [] }')))
    expect(seenIn(after, before)).toEqual(seenIn(before, after))
  })
})

test('renaming with the same length and order changes names, addresses and digests only', () => {
  const text = `version: 1
hosts: { client: { noise: none }, server: { noise: none } }
links: { uplink: { between: [client, server], delay: 5ms, rate: 20Mbps, queue: 30 packets } }
paths: { plain: { from: client, to: server, tls: { version: 1.3 } } }
workloads: { fetches: { path: plain, requests: 10, concurrency: 3, response: 150KB } }
`
  const figures = ({ workloads, links, events, simulatedNs }: Result) => ({
    events,
    simulatedNs,
    links: links.map(({ name, digest, ...rest }) => rest),
    workloads: workloads.map(({ name, path, digest, medium, ...rest }) => rest),
  })
  expect(renamed(text)).toContain('hosts: { clienz: { noise: none }, servez:')
  expect(figures(resultOf(scenarioOf(renamed(text))))).toEqual(figures(resultOf(scenarioOf(text))))
})
