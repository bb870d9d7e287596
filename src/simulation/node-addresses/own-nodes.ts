import { OwnNodeWatches } from '../../cluster/node-lifecycle/own-node-watches.ts'
import { OwnNodes, type OwnNodesPlan } from '../../cluster/node-lifecycle/own-nodes.ts'
import type { ProgramParts } from '../../cluster/objects/cluster-program.ts'
import type { HandlerParts } from '../object-watches/program.ts'
import { planOwnNodes } from './plan-own-nodes.ts'

/** Kubelets that watch their own Nodes, where requests may change the addresses of these. */
export const ownNodes = {
  plan: planOwnNodes,
  handler: (plan: OwnNodesPlan, { arena, timeline }: HandlerParts) => new OwnNodes(arena, timeline, plan),
  programs: (plan: OwnNodesPlan, nodes: OwnNodes, parts: ProgramParts) => ({
    watches: new OwnNodeWatches(parts, nodes, plan),
  }),
}
