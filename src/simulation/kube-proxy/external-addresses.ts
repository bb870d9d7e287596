import type { ExternalServiceBlueprint } from '../../attack/additions.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { Blueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import type { ExternalAddress, ServerBlueprint } from '../expanded-blueprint.ts'
import { hostNamed, hostOfPod } from '../lookups/members.ts'
import { type KubeProxyHost, kubeProxyHosts } from './kube-proxy-hosts.ts'

/**
 * Returns the addresses that kube-proxies may start to translate, each with the hosts that do so
 * (pkg/proxy/iptables/proxier.go and pkg/proxy/ipvs/proxier.go, syncProxyRules, "Capture externalIPs").
 */
export function externalAddressesOf(blueprint: Blueprint, servers: readonly ServerBlueprint[]): ExternalAddress[] {
  const { cluster, additions } = blueprint
  if (cluster === null) return []
  return (additions?.services ?? []).map((service) => {
    const isOwnedBy = (host: string) => hostNamed(blueprint, host).addresses.includes(service.externalAddress)
    const hosts = kubeProxyHosts(cluster).filter(
      (host) =>
        !abilitiesOf(host.version).kubeProxy.opensPorts || !isOwnedBy(host.name) || !isTaken(service, host, servers),
    )
    return {
      name: `external/${service.name}`,
      address: service.externalAddress,
      port: service.port,
      hosts: hosts.map(({ name }) => name),
      endpoints: [],
      exempt: new Map(hosts.map((host) => [host.name, exemptAt(host, isOwnedBy(host.name), cluster)])),
    }
  })
}

/**
 * Returns whether a program listens on the service's port. Then kube-proxy cannot open the port and skips the service.
 */
function isTaken(
  { externalAddress, port }: ExternalServiceBlueprint,
  { name }: KubeProxyHost,
  servers: readonly ServerBlueprint[],
): boolean {
  const isFor = (bindAddress: string | null) => bindAddress === null || bindAddress === externalAddress
  return servers.some((server) => server.host === name && server.port === port && isFor(server.bindAddress))
}

/**
 * Returns the hosts whose packets are not translated. Before 1.21, the rules of the iptables mode skip packets from the
 * host itself and from its bridge, unless the address belongs to the host.
 */
function exemptAt({ name, version }: KubeProxyHost, isOwner: boolean, cluster: ClusterBlueprint): readonly string[] {
  const { translatesLocalToExternalIps } = abilitiesOf(version).kubeProxy
  if (translatesLocalToExternalIps || cluster.kubeProxy.mode === 'ipvs' || isOwner) return []
  const bridged =
    cluster.podNetwork === 'bridged' ? cluster.pods.filter(({ node }) => node === name).map(hostOfPod) : []
  return [name, ...bridged]
}
