import { abilitiesOf } from '../../../cluster/versions/abilities.ts'
import type { Blueprint, VirtualAddressBlueprint } from '../../blueprint.ts'
import type { ExternalServiceBlueprint } from '../../blueprint-additions.ts'
import { byName } from '../by-name.ts'

/** An address of a host that services may take over. */
export interface ExternalAddress extends VirtualAddressBlueprint {
  /** Names of the hosts that translate what they send themselves too. */
  readonly ofOwn: readonly string[]
}

/** In the order of names. */
export function externalServices({ additions }: Pick<Blueprint, 'additions'>): ExternalServiceBlueprint[] {
  return [...(additions?.services ?? [])].sort(byName)
}

/**
 * What the kube-proxies of all nodes may come to translate. The master of a cluster here is no node: no kube-proxy
 * runs there, so that what reaches it has arrived (kubeadm's is a node, with a kube-proxy of its own).
 */
export function externalAddresses(blueprint: Blueprint): ExternalAddress[] {
  const nodes = blueprint.cluster?.nodes ?? []
  const ofOwn = nodes.filter(({ version }) => abilitiesOf(version).kubeProxy.translatesOwnToExternalIps)
  return externalServices(blueprint).map(({ name, externalAddress, port }) => ({
    name: `external/${name}`,
    address: externalAddress,
    port,
    hosts: nodes.map((node) => node.name),
    endpoints: [],
    ofOwn: ofOwn.map((node) => node.name),
  }))
}
