import type { ExternalServiceBlueprint } from '../../attack/additions.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { VirtualAddressBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'

/** An address of a host that services may take over. */
export interface ExternalAddress extends VirtualAddressBlueprint {
  /** Names of the hosts that translate what they send themselves too. */
  readonly ofOwn: readonly string[]
}

/**
 * What the kube-proxies of all nodes may come to translate. The master of a cluster here is no node: no kube-proxy
 * runs there, so that what reaches it has arrived (kubeadm's is a node, with a kube-proxy of its own).
 */
export function externalAddressesOf(
  services: readonly ExternalServiceBlueprint[],
  { nodes }: ClusterBlueprint,
): ExternalAddress[] {
  const ofOwn = nodes.filter(({ version }) => abilitiesOf(version).kubeProxy.translatesOwnToExternalIps)
  return services.map(({ name, externalAddress, port }) => ({
    name: `external/${name}`,
    address: externalAddress,
    port,
    hosts: nodes.map((node) => node.name),
    endpoints: [],
    ofOwn: ofOwn.map((node) => node.name),
  }))
}
