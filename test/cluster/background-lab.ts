import type { LinkOptions } from '../../src/network/link-options.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const MS = 1_000_000

function plain(options: LinkOptions, delayNs: number): LinkOptions {
  return { ...options, delayNs, rateBps: null, jitter: { kind: 'none' }, lossRatio: 0, queueBytes: null }
}

/**
 * Nothing but delay: 10 ms from the master to each node, 1 ms from a pod to its node, 1 ns on hosts. Work takes no
 * time.
 */
export function plainCluster(text: string): CheckedScenario {
  const { blueprint, expectations } = scenarioOf(`version: 1\nseed: 1\n${text}`)
  return {
    expectations,
    blueprint: {
      ...blueprint,
      hosts: blueprint.hosts.map((host) => ({
        ...host,
        cpu: 'instant',
        noise: 'none',
        loopback: plain(host.loopback, 1),
      })),
      links: blueprint.links.map((link) => {
        const delayNs = link.between.includes('master') ? 10 * MS : MS
        return { ...link, forward: plain(link.forward, delayNs), backward: plain(link.backward, delayNs) }
      }),
      segments: blueprint.segments.map((segment) => ({ ...segment, options: plain(segment.options, MS) })),
    },
  }
}

/** A response of the API server to a program of the cluster. */
export interface BackgroundAnswer {
  readonly tick: number
  /** Method, path without its query, and status. */
  readonly line: string
}

/** Records the API server's responses to programs of the cluster from now on. */
export function listenTo(simulation: Simulation): BackgroundAnswer[] {
  const { plan, parts, timeline } = simulation
  const answers: BackgroundAnswer[] = []
  parts.http.responseObservers.push({
    onResponse: (request, status) => {
      const asked = plan.background?.store.requests.get(request)
      if (asked === undefined) return
      const { method, target } = asked.line
      answers.push({ tick: timeline.now, line: `${method} ${target.split('?')[0]} ${status}` })
    },
  })
  return answers
}
