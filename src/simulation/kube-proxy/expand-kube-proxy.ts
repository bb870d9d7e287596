import { installerOf } from '../../cluster/paths/connection-settings.ts'
import type { Blueprint, CertificateBlueprint, TokenBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import { indexed, issuerOf } from '../lookups/lookups.ts'
import {
  type ConnectionsContext,
  componentNames,
  componentToken,
  NO_CLIENT,
  type ProgramConnections,
} from '../object-watches/program-connections.ts'
import type { AddedPath, ClusterConnections } from '../paths/cluster-connections.ts'
import type { KubeProxyHost } from './kube-proxy-hosts.ts'

/** The name of the token of all kube-proxies. */
export const PROXY_TOKEN = '~kube-proxy-token'
const PROXY_CERTIFICATE = '~kube-proxy-client'

/** Returns the name of a kube-proxy's path to the apiserver. */
export function proxyPathName(node: string): string {
  return `~kube-proxy/${node}`
}

/** Returns the connections of the kube-proxies that have changes to receive. */
export function kubeProxyConnections({
  blueprint,
  cluster,
  activity,
  connections,
}: ConnectionsContext): ProgramConnections {
  if (activity.kubeProxies.length === 0) return { paths: [] }
  return {
    paths: activity.kubeProxies.map((node) => proxyPath(node, cluster, connections)),
    identities: [proxyIdentity(blueprint, cluster)],
  }
}

/**
 * Returns whether kube-proxies authenticate with a certificate. kube-up gave them the credential of a user, instead of
 * a service account.
 */
export function isProxyByCertificate(cluster: ClusterBlueprint): boolean {
  return installerOf(cluster.apiserver.configuration) === 'gce'
}

function proxyPath(
  { name: node, version }: KubeProxyHost,
  cluster: ClusterBlueprint,
  connections: ClusterConnections,
): AddedPath {
  const client = isProxyByCertificate(cluster)
    ? ({ kind: 'certificate', certificate: PROXY_CERTIFICATE } as const)
    : NO_CLIENT
  return connections.toApiserver(
    componentNames(proxyPathName(node), node),
    version,
    client,
    `kube-proxy of ${node} (a service changes)`,
  )
}

function proxyIdentity({ identities }: Blueprint, cluster: ClusterBlueprint): CertificateBlueprint | TokenBlueprint {
  if (!isProxyByCertificate(cluster)) return componentToken(PROXY_TOKEN, 'kube-system/kube-proxy')
  return {
    kind: 'certificate',
    name: PROXY_CERTIFICATE,
    issuer: issuerOf(indexed(identities), cluster.apiserver.servingCertificate),
    cn: 'system:kube-proxy',
    organizations: [],
    sans: [],
    usages: ['client'],
    key: 'rsa-2048',
    notBeforeS: 0,
    notAfterS: 365 * 24 * 3600,
    origin: 'kube-proxy as kube-up sets it up',
  }
}
