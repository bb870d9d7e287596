import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { KonnectivityAgents } from '../../../src/cluster/konnectivity/konnectivity-agents.ts'
import type { Result } from '../../../src/measure/result.ts'
import type { CheckedScenario } from '../../../src/scenario/load.ts'
import { collectAccounts } from '../../../src/simulation/accounts/collect-accounts.ts'
import type { LinkDirectionBlueprint } from '../../../src/simulation/blueprint.ts'
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

/** The names of hosts and links, whose letters all move by as much: lengths and order stay. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ a: 'e', b: 'f', c: 'g', d: 'h' },
  ...{ ab: 'ef', bc: 'fg', cd: 'gh' },
}

/** Gives every host and link of generated scenarios another name, wherever it stands. */
function renamed<Value>(value: Value): Value {
  const rename = (part: unknown): unknown => {
    if (typeof part === 'string') return OTHER_NAMES[part] ?? part
    if (Array.isArray(part)) return part.map(rename)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, rename(inner)]))
  }
  return rename(value) as Value
}

/**
 * Takes out of a scenario what is drawn by the names of hosts and links: noise, losses and jitter; the ticks of a host's
 * timers, which begin when it was switched on; the phase in which BBR begins to probe.
 */
const withoutDraws: Change = ({ blueprint, expectations }) => {
  const still = (direction: LinkDirectionBlueprint): LinkDirectionBlueprint => ({
    ...direction,
    jitter: { kind: 'none' },
    lossRatio: 0,
    lossBursts: null,
  })
  const stillLink = <
    Link extends { readonly forward: LinkDirectionBlueprint; readonly backward: LinkDirectionBlueprint },
  >(
    link: Link,
  ): Link => ({ ...link, forward: still(link.forward), backward: still(link.backward) })
  return {
    blueprint: {
      ...blueprint,
      hosts: blueprint.hosts.map((host) => ({
        ...host,
        noise: 'none',
        tcp: {
          ...host.tcp,
          congestion: host.tcp.congestion === 'bbr' ? 'cubic' : host.tcp.congestion,
          overrides: { ...host.tcp.overrides, timerTickNs: 0 },
        },
      })),
      links: blueprint.links.map(stillLink),
      events: blueprint.events.map((event) => (event.kind === 'set-link' ? stillLink(event) : event)),
    },
    expectations,
  }
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

/** Agents of Konnectivity draw, by their names, how long they wait before they dial again. */
type Redialling = { draw(agent: number, about: number): number }

/**
 * Runs a scenario to its end. `drawnTick` is the tick at which an agent first drew a time to wait; null if none did.
 */
function runWatched(scenario: CheckedScenario): { readonly result: Result; readonly drawnTick: number | null } {
  const simulation = beginning(scenario)
  let drawnTick: number | null = null
  const agents = KonnectivityAgents.prototype as unknown as Redialling
  const { draw } = agents
  const watched = vi.spyOn(agents, 'draw').mockImplementation(function (this: Redialling, agent, about) {
    drawnTick ??= simulation.timeline.now
    return draw.call(this, agent, about)
  })
  try {
    return { result: finish(simulation, scenario), drawnTick }
  } finally {
    watched.mockRestore()
  }
}

/** Returns the counters of a run before a tick, without names. */
function countersBefore(scenario: CheckedScenario, tick: number): unknown {
  const simulation = beginning(scenario)
  simulation.runUntil(tick - 1, Number.POSITIVE_INFINITY)
  const { endTick, links, workloads, machines } = collectAccounts(simulation)
  const withoutName = ({ name, ...rest }: { readonly name: string }) => rest
  return [endTick, links.map(withoutName), workloads.map(withoutName), machines.map(withoutName)]
}

test('renaming hosts and links with the same lengths and order changes names, addresses and digests only', () => {
  const figures = ({ workloads, links, events, simulatedNs }: Result) => ({
    events,
    simulatedNs,
    links: links.map(({ name, digest, ...rest }) => rest),
    workloads: workloads.map(({ path, digest, medium, ...rest }) => rest),
  })
  const times = { whole: 0, untilDrawn: 0 }
  fc.assert(
    fc.property(anyScenario, (generated) => {
      const scenario = withoutDraws(generated)
      const other = { ...scenario, blueprint: renamed(scenario.blueprint) }
      const [before, after] = [runWatched(scenario), runWatched(other)]
      expect(after.result.links[0].name).toBe('link/ef/backward')
      expect(after.drawnTick).toBe(before.drawnTick)
      if (before.drawnTick === null) {
        expect(figures(after.result)).toEqual(figures(before.result))
        times.whole += before.result.packets > 0 ? 1 : 0
      } else {
        // The exception is bounded: up to the first draw, the law holds.
        expect(countersBefore(other, before.drawnTick)).toEqual(countersBefore(scenario, before.drawnTick))
        times.untilDrawn++
      }
    }),
    { numRuns: 12, endOnFailure: true },
  )
  expect(times.whole).toBeGreaterThan(0)
  expect(times.untilDrawn).toBeGreaterThan(0)
})
