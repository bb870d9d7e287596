import type { Blueprint } from '../../simulation/blueprint.ts'
import { type CrossedMedium, Reachability } from '../../simulation/network/reachability.ts'

/** The links and segments between the control plane and nodes. */
export interface ControlLinks {
  /** The links and segments that packets to each node cross, in order. */
  readonly routes: readonly { readonly node: string; readonly media: readonly CrossedMedium[] }[]
  /** The distinct names of the slowest link or segment of each route, in order. */
  readonly longest: readonly string[]
}

/** Finds the links and segments between the control plane and these nodes. */
export function controlLinksOf(blueprint: Blueprint, nodes: readonly string[]): ControlLinks {
  const { cluster } = blueprint
  if (cluster === null) return { routes: [], longest: [] }
  const reachability = new Reachability(blueprint)
  const routes = nodes.map((node) => ({ node, media: reachability.crossed(cluster.apiserver.host, node) }))
  const longest = routes.flatMap(({ media }) => longestOf(media)?.name ?? [])
  return { routes, longest: [...new Set(longest)].sort((a, b) => (a < b ? -1 : 1)) }
}

export function longestOf(media: readonly CrossedMedium[]): CrossedMedium | undefined {
  return media.reduce<CrossedMedium | undefined>(
    (most, one) => (most === undefined || one.delayNs > most.delayNs ? one : most),
    undefined,
  )
}
