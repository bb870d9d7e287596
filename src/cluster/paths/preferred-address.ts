import type { NodeAddressType } from '../flags/apiserver/kubelet-preferred-address-types.ts'

/** A node's name, and the addresses of its host in dotted form: the internal one, and perhaps an external one. */
export interface AddressedNode {
  readonly name: string
  readonly addresses: readonly string[]
}

/**
 * Returns the node status address of a type; null for none. Nodes have a host name and an internal address, and an
 * external one if their host has a second address. A name resolves to the internal address. No node has DNS names or a
 * LegacyHostIP, as on GCE (pkg/cloudprovider/providers/gce/gce_instances.go, NodeAddresses).
 */
function nodeAddress(type: NodeAddressType, { name, addresses }: AddressedNode): string | null {
  switch (type) {
    case 'Hostname':
      return name
    case 'InternalIP':
      return addresses[0] ?? null
    case 'ExternalIP':
      return addresses[1] ?? null
    default:
      return null
  }
}

/**
 * Returns the first of the preferred types that a node has; null if it has none of them (pkg/util/node/node.go,
 * GetPreferredNodeAddress).
 */
export function preferredType(types: readonly NodeAddressType[], node: AddressedNode): NodeAddressType | null {
  return types.find((type) => nodeAddress(type, node) !== null) ?? null
}

/** The target of a dial: an IPv4 address, or a name that the client resolves and verifies. */
export interface DialledNode {
  /** In dotted form; null for the node's first address. */
  readonly address: string | null
  /** The name; null if the client dials the address itself. */
  readonly serverName: string | null
}

/** Returns the target that the apiserver dials to connect to a node, for the preferred types of addresses. */
export function dialledNode(types: readonly NodeAddressType[], node: AddressedNode): DialledNode {
  const type = preferredType(types, node)
  const text = type === null ? null : nodeAddress(type, node)
  if (type === 'Hostname') return { address: null, serverName: text }
  return { address: text === node.addresses[0] ? null : text, serverName: null }
}

/** Returns the text that the client dials: a name or an address. */
export function dialledText({ address, serverName }: DialledNode, { addresses }: AddressedNode): string {
  return serverName ?? address ?? addresses[0]
}

/**
 * Returns the address under which the SSH tunneler lists the tunnel to a node, and at which it dials sshd; null if the
 * node has none (pkg/master/master.go, externalAddresses).
 */
export function tunnelAddress(node: AddressedNode): string | null {
  return nodeAddress('ExternalIP', node)
}
