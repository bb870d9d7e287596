import { NONE } from '../../engine/table.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { expandBlueprint } from '../../simulation/expand.ts'
import { makePlan } from '../../simulation/make-plan.ts'
import { crossedDirections } from '../../simulation/paths/describe-path.ts'
import type { Plan } from '../../simulation/plan.ts'

/**
 * Returns the links that packets of each path cross, including its tunnels, by name: `wan` for a link, `lan/node-1` for
 * the port of a host on a segment. `names` are names of path instances.
 */
export function crossedMedia(blueprint: Blueprint, names: readonly string[]): Map<string, ReadonlySet<string>> {
  const plan = makePlan(expandBlueprint(blueprint))
  const wanted = new Set(names)
  const media = new Map<string, ReadonlySet<string>>()
  for (const [path, { name }] of plan.paths.entries())
    if (wanted.has(name)) media.set(name, new Set(mediaOf(plan, path)))
  return media
}

function mediaOf(plan: Plan, path: number): string[] {
  const { fromHost, remoteAddress } = plan.paths[path]
  const ends = tunnelEnds(plan, path)
  if (ends.length === 0) return cross(plan, fromHost, remoteAddress)
  return ends.flatMap(({ address, host }) => [
    ...cross(plan, fromHost, address),
    ...(host === plan.paths[path].toHost ? [] : cross(plan, host, remoteAddress)),
  ])
}

/** Returns the far ends of the tunnels that can carry a path: the address there, and the host. */
function tunnelEnds(plan: Plan, path: number): { readonly address: number; readonly host: number }[] {
  const { tunnels, ownTunnel, konnectivity } = plan.paths[path]
  const used = ownTunnel === NONE ? tunnels : [ownTunnel]
  const agents = konnectivity === null ? [] : konnectivity.agents
  return [
    ...used.map((tunnel) => ({ address: plan.tunnels[tunnel].remoteAddress, host: plan.tunnels[tunnel].viaHost })),
    ...agents.map((agent) => {
      const { localAddress, host } = plan.konnectivity.agents[agent]
      return { address: localAddress, host }
    }),
  ]
}

function cross(plan: Plan, fromHost: number, address: number): string[] {
  return crossedDirections(plan, fromHost, address).flatMap(({ name }) => {
    const [kind, medium, port] = name.split('/')
    if (kind === 'loopback') return []
    return [kind === 'segment' ? `${medium}/${port}` : medium]
  })
}
