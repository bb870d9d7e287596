import type { LinkOptions } from '../../src/network/link-options.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const MS = 1_000_000

/** Link options with a delay only, so that tests can compute ticks. */
function plain(options: LinkOptions, delayNs: number): LinkOptions {
  return { ...options, delayNs, rateBps: null, jitter: { kind: 'none' }, lossRatio: 0, queueBytes: null }
}

/** Flags of an apiserver that dials kubelets at the addresses under which it lists their tunnels. */
export const BY_EXTERNAL_IP = ', kubelet-preferred-address-types: [ExternalIP]'

/**
 * A scenario whose master keeps up tunnels to three nodes, each 10 ms away and 1 ms from each other. The pod web-1 is
 * on node-1. Work takes no time. `flags` are further flags of the apiserver.
 */
export function tunnelledCluster(
  rest: string,
  {
    kubernetes = '1.6',
    flags = '',
    set = [],
  }: { readonly kubernetes?: string; readonly flags?: string; readonly set?: readonly string[] } = {},
): CheckedScenario {
  const text = `version: 1
kubernetes: "${kubernetes}"
cluster:
  nodes: 3
  apiserver: { flags: { ssh-user: gke${flags} } }
  pods: { web: { replicas: 1, listens: 8080 } }
${rest}`
  const { blueprint, expectations } = scenarioOf(text, set)
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
