import type { ExternalServiceBlueprint } from '../../attack/additions.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { VirtualAddressBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'

/** The address of a host that a service may claim. */
export interface ExternalAddress extends VirtualAddressBlueprint {
  /** Names of the hosts that translate the address also in packets that they send themselves. */
  readonly ofOwn: readonly string[]
}

/**
 * Returns the addresses that the kube-proxies of all nodes may come to translate. The master of a cluster is not a node
 * here, so that no kube-proxy translates there (kubeadm's master is one).
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
