import { operationOf, type RequestLine } from '../../cluster/messages/operations.ts'
import {
  type AlternativePaths,
  NO_ADDRESS_CHANGES,
  type NodeAddressChange,
  type NodeAddressPlan,
} from '../../cluster/paths/node-addresses.ts'
import { assert } from '../../engine/assert.ts'
import { NONE } from '../../engine/table.ts'
import { parseAddress } from '../../network/address-book.ts'
import type { ExpandedBlueprint } from '../expanded-blueprint.ts'
import type { HttpCatalogue } from '../http/plan-http.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { PlanContext } from '../plan-context.ts'
import type { PlannedPaths } from '../plan-paths.ts'

/** Plans how requests change the addresses of nodes. Called after all requests were planned. */
export function planNodeAddresses({ blueprint, network, paths, catalogue }: PlanContext): NodeAddressPlan {
  const { cluster } = blueprint
  const moving = blueprint.additions?.addresses ?? []
  if (cluster === null || moving.length === 0) return NO_ADDRESS_CHANGES
  const nodes = [...new Set(moving.map(({ node }) => node))].sort((a, b) => (a < b ? -1 : 1))
  return {
    server: lookUp(network.hostIndex, cluster.apiserver.host),
    nodes,
    changes: effectsOf(nodes, network, catalogue),
    alternatives: waysOf(nodes, blueprint, network, paths),
  }
}

function waysOf(
  nodes: readonly string[],
  blueprint: ExpandedBlueprint,
  { addresses }: PlannedNetwork,
  { pathIndex }: PlannedPaths,
): ReadonlyMap<number, AlternativePaths> {
  const ways = new Map<number, { node: number; byAddress: Map<number, number> }>()
  for (const { name, insteadOf, address } of blueprint.paths) {
    if (insteadOf === undefined || address === null) continue
    const path = lookUp(pathIndex, insteadOf.path)
    const known = ways.get(path) ?? { node: nodes.indexOf(insteadOf.node), byAddress: new Map<number, number>() }
    known.byAddress.set(addresses.indexOf(parseAddress(address)), lookUp(pathIndex, name))
    ways.set(path, known)
  }
  return ways
}

/**
 * Returns the requests that write a node address: the address that their caller declares, or for the node's own kubelet
 * its own address.
 */
function effectsOf(
  nodes: readonly string[],
  network: PlannedNetwork,
  { lines, callers }: HttpCatalogue,
): ReadonlyMap<number, NodeAddressChange> {
  const effects = new Map<number, NodeAddressChange>()
  for (const [request, line] of lines.entries()) {
    const name = nodeWritten(line)
    const node = name === null ? NONE : nodes.indexOf(name)
    if (node === NONE) continue
    const { from, nodeAddress } = callers[request]
    if (nodeAddress !== null) effects.set(request, { node, address: addressIndexOf(nodeAddress, nodes[node], network) })
    else if (from === nodes[node]) effects.set(request, { node, address: NONE })
  }
  return effects
}

/** Returns the node whose status a request writes; null for none. */
function nodeWritten(line: RequestLine): string | null {
  const operation = operationOf(line)
  if (operation.kind !== 'resource' || operation.group !== '' || operation.resource !== 'nodes') return null
  const isWrite = operation.verb === 'patch' || operation.verb === 'update'
  return isWrite && operation.subresource === 'status' ? operation.name : null
}

/** Returns the index of an address; NONE for the node's own. */
function addressIndexOf(address: string, node: string, { addresses, hostIndex }: PlannedNetwork): number {
  const index = addresses.indexOf(parseAddress(address))
  assert(index !== NONE, `an address in Node.status is that of a host: ${address}`)
  return index === addresses.mainAddressOf(lookUp(hostIndex, node)) ? NONE : index
}
