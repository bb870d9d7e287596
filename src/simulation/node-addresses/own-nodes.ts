import { listOwnNode, watchOwnNode } from '../../cluster/messages/apiserver-requests.ts'
import {
  emptyListBytes,
  hasManagedFields,
  objectBytes,
  TYPICAL_IMAGES,
  typeOf,
} from '../../cluster/messages/object-sizes.ts'
import { OwnNodeWatches } from '../../cluster/node-lifecycle/own-node-watches.ts'
import type { OwnNodesPlan } from '../../cluster/node-lifecycle/own-nodes.ts'
import { OwnNodes } from '../../cluster/node-lifecycle/own-nodes.ts'
import type { ProgramParts } from '../../cluster/objects/cluster-program.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { byName } from '../by-name.ts'
import { lookUp } from '../network/plan-network.ts'
import type { ProgramContext } from '../object-watches/plan-objects.ts'
import { kubeletOf, WATCH_TIMEOUT_S } from '../object-watches/plan-objects.ts'
import type { HandlerParts } from '../object-watches/program.ts'

/** The kubelets that watch their own Nodes, if requests may change the addresses of these Nodes. */
export const ownNodes = {
  plan: planOwnNodes,
  handler: (plan: OwnNodesPlan, { arena, timeline }: HandlerParts) => new OwnNodes(arena, timeline, plan),
  programs: (plan: OwnNodesPlan, nodes: OwnNodes, parts: ProgramParts) => ({
    watches: new OwnNodeWatches(parts, nodes, plan),
  }),
}

/** Plans the watches of kubelets on their own Nodes, in releases with such watches. */
function planOwnNodes({ cluster, blueprint, network, streams, objects }: ProgramContext): OwnNodesPlan {
  const readdressed = new Set((blueprint.additions?.addresses ?? []).map(({ node }) => node))
  const watching = cluster.nodes.filter(
    ({ name, version }) => readdressed.has(name) && abilitiesOf(version).kubelet.readsOwnNodeFrom === 'watch',
  )
  const nodes = [...watching].sort(byName).flatMap((node) => {
    const path = blueprint.lookups.paths.ofKubelet.get(node.name)
    if (path === undefined) return []
    const { name, version } = node
    const object = objects.addObject()
    const shape = { managedFields: hasManagedFields(version.minor), images: TYPICAL_IMAGES }
    const resource = {
      list: listOwnNode(name),
      listBytes: emptyListBytes(typeOf('nodes')),
      watch: watchOwnNode(name, WATCH_TIMEOUT_S, version.minor),
      subscriptions: [objects.subscribe(object)],
    }
    const jitter = { key: streams.key(`node/${name}/own-node`), lane: 0 }
    const watched = objects.watched(kubeletOf(node, path.name), lookUp(network.hostIndex, name), resource, jitter)
    return [{ ...watched, name, object, bytes: objectBytes('nodes', 'protobuf', shape) }]
  })
  return { nodes }
}
