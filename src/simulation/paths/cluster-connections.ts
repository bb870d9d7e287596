import {
  egressTunnel,
  kubeletClientSettings,
  negotiatedTls,
  TUNNEL_DEFAULTS,
} from '../../cluster/paths/connection-settings.ts'
import { kubeletApiserver } from '../../cluster/paths/kinds/kubelet-apiserver.ts'
import type { ForwardedResource } from '../../cluster/paths/path-kind.ts'
import { kindForwarding, type PathKindName, pathKind } from '../../cluster/paths/path-kinds.ts'
import { type DialledNode, dialledNode, dialledText } from '../../cluster/paths/preferred-address.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { assert } from '../../engine/assert.ts'
import type { Blueprint, HostBlueprint, PathBlueprint, TlsBlueprint, TunnelBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint, ServiceBlueprint } from '../blueprint-cluster.ts'
import { byName } from '../by-name.ts'
import { indexed, issuerOf, named } from '../lookups/lookups.ts'
import { hostOfPod, sortedNames } from '../lookups/members.ts'
import { ownTunnelEnd } from '../ssh-tunnels/expand-ssh-tunnels.ts'

/** A path that the scenario does not declare, and the reason why it exists. */
export type AddedPath = PathBlueprint & { readonly origin: string }

/** Describes the connections that a cluster's programs open on their own, as their versions and flags determine. */
export class ClusterConnections {
  private readonly cluster: ClusterBlueprint
  /** The CA that all clients of the apiserver trust. */
  private readonly rootCa: string
  /** The tunnel of all connections that the apiserver opens; null for none. */
  private readonly tunnel: TunnelBlueprint | null
  private readonly tunnelOrigin: string
  private readonly pods: ReadonlyMap<string, PodBlueprint>
  private readonly hosts: ReadonlyMap<string, HostBlueprint>

  constructor(blueprint: Blueprint, cluster: ClusterBlueprint) {
    this.cluster = cluster
    this.rootCa = issuerOf(indexed(blueprint.identities), cluster.apiserver.servingCertificate)
    const egress = egressTunnel(cluster.apiserver.configuration)
    this.tunnel = egress === null ? null : tunnelOf(egress.kind, blueprint, cluster)
    this.tunnelOrigin = egress === null ? '' : `, through a tunnel (${egress.origin})`
    this.pods = indexed(cluster.pods)
    this.hosts = indexed(blueprint.hosts)
  }

  /**
   * Returns a path to the secure port of the apiserver, on which the client verifies the certificate. `version` is the
   * client's version.
   */
  toApiserver(
    names: Pick<PathBlueprint, 'name' | 'declared' | 'kind' | 'from'>,
    version: KubernetesVersion,
    client: TlsBlueprint['client'],
    origin: string,
  ): AddedPath & { readonly tls: TlsBlueprint } {
    const { apiserver, version: own } = this.cluster
    return {
      ...names,
      to: apiserver.host,
      address: null,
      port: apiserver.configuration.securePort,
      service: null,
      protocol: 'h2',
      tls: {
        ...negotiatedTls(version, own),
        verify: 'ca',
        ca: this.rootCa,
        serverCertificate: apiserver.servingCertificate,
        clientCa: apiserver.configuration.clientCa,
        client,
      },
      tunnel: null,
      origin,
    }
  }

  ofKubelet({ name, version, clientCertificate }: NodeBlueprint, origin: string): AddedPath {
    const client = { kind: 'certificate', certificate: clientCertificate } as const
    return this.toApiserver({ ...hidden(kubeletApiserver.name, name), from: name }, version, client, origin)
  }

  toKubelet({ name, version, kubelet, servingCertificate }: NodeBlueprint, origin: string): AddedPath {
    const { version: own, apiserver } = this.cluster
    const { verify, ca, clientCertificate, origin: verifying } = kubeletClientSettings(apiserver.configuration)
    const { kubeletPreferredAddressTypes } = apiserver.configuration
    const dialled = dialledNode(kubeletPreferredAddressTypes, named(this.hosts, name))
    return {
      ...this.fromApiserver('kubelets', name, name, 'https', `${origin}, verify: ${verify} (${verifying})`, dialled),
      port: kubelet.port,
      tls: {
        ...negotiatedTls(own, version),
        verify,
        ca: ca ?? this.rootCa,
        serverCertificate: servingCertificate,
        clientCa: kubelet.clientCa,
        client: clientCertificate === null ? { kind: 'none' } : { kind: 'certificate', certificate: clientCertificate },
      },
    }
  }

  toPod(pod: PodBlueprint, origin: string): AddedPath {
    const { name, listens, scheme } = pod
    assert(listens !== null, `a checked scenario proxies to pods that listen: ${name}`)
    return {
      ...this.fromApiserver('pods', name, hostOfPod(pod), scheme, origin),
      port: listens,
      tls: this.proxyTls(pod),
    }
  }

  toService({ name, endpoints, targetPort }: ServiceBlueprint, origin: string): AddedPath {
    const first = named(this.pods, sortedNames(endpoints)[0])
    return {
      ...this.fromApiserver('services', name, hostOfPod(first), first.scheme, origin),
      service: name,
      port: targetPort,
      tls: this.proxyTls(first),
    }
  }

  private fromApiserver(
    resource: ForwardedResource,
    name: string,
    to: string,
    scheme: 'http' | 'https',
    origin: string,
    dialled: DialledNode = { address: null, serverName: null },
  ): Omit<AddedPath, 'port' | 'tls'> {
    const kind = kindForwarding(resource)
    const from = this.cluster.apiserver.host
    return {
      ...hidden(kind, name),
      from,
      to,
      address: dialled.address,
      ...(dialled.serverName === null ? {} : { serverName: dialled.serverName }),
      service: null,
      protocol: pathKind(kind).defaults.protocols[scheme],
      tunnel: this.tunnelTo(named(this.hosts, to), dialled),
      origin: `${origin}${this.tunnelOrigin}`,
    }
  }

  private tunnelTo(host: HostBlueprint, dialled: DialledNode): TunnelBlueprint | null {
    const { tunnel } = this
    return tunnel?.kind === 'ssh'
      ? { ...tunnel, own: ownTunnelEnd(tunnel, dialledText(dialled, host), host, true) }
      : tunnel
  }

  /**
   * The apiserver's proxy accepts any server certificate and presents none (pkg/registry/core/rest, ProxyTransport).
   */
  private proxyTls({ servingCertificate }: PodBlueprint): TlsBlueprint | null {
    if (servingCertificate === null) return null
    return {
      ...negotiatedTls(this.cluster.version, this.cluster.version),
      verify: 'none',
      ca: this.rootCa,
      serverCertificate: servingCertificate,
      clientCa: null,
      client: { kind: 'none' },
    }
  }
}

/** Returns names that sort after all names that a scenario may use. */
function hidden(kind: PathKindName, name: string) {
  const declared = `~${kind}`
  return { name: `${declared}/${name}`, declared, kind }
}

/**
 * Returns the tunnel through which the apiserver opens all its connections into the cluster: the tunnel of the first
 * declared path with one, otherwise one with default settings.
 */
function tunnelOf(
  kind: TunnelBlueprint['kind'],
  { paths }: Blueprint,
  { apiserver, konnectivity, nodes }: ClusterBlueprint,
): TunnelBlueprint {
  const via = nodes.map(({ name }) => name)
  const [declared] = paths.filter(({ from, tunnel }) => from === apiserver.host && tunnel?.kind === kind).sort(byName)
  if (declared?.tunnel != null) return { ...declared.tunnel, via }
  if (konnectivity === null || kind === 'ssh') return { kind: 'ssh', via, own: null, ...TUNNEL_DEFAULTS }
  const { strategy, authentication, agents } = konnectivity
  return { kind, via: agents, warm: TUNNEL_DEFAULTS.warm, strategy, authentication }
}
