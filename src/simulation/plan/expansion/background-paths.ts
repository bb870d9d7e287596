import { componentApiserver } from '../../../cluster/paths/kinds/component-apiserver.ts'
import { isOfKubernetes } from '../../../cluster/paths/path-kinds.ts'
import type {
  Blueprint,
  CertificateBlueprint,
  IdentityBlueprint,
  PathBlueprint,
  TlsBlueprint,
  TokenBlueprint,
} from '../../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../../blueprint-cluster.ts'
import { proxiesOf } from '../cluster/proxied-services.ts'

/**
 * Paths of what a cluster does by itself: nodes that join, the controllers that give them certificates, kube-proxies.
 * No workload runs on them, and their names sort behind all that a scenario may write.
 */
export function withBackgroundPaths(blueprint: Blueprint): Blueprint {
  const { cluster } = blueprint
  if (cluster === null) return blueprint
  const joining = cluster.nodes.filter(({ bootstrap }) => bootstrap !== null)
  const isAsking = certifiedNodes(blueprint, cluster).length + (blueprint.additions?.certificates?.length ?? 0) > 0
  const proxies = proxiesOf(blueprint, cluster)
  const paths: PathBlueprint[] = [
    ...joining.flatMap((node) => joinPaths(blueprint, cluster, node)),
    ...(isAsking ? [controllerPath(blueprint, cluster)] : []),
    ...proxies.map(({ name }) => proxyPath(blueprint, cluster, name)),
  ]
  const identities: IdentityBlueprint[] = [
    ...(isAsking ? [componentToken(CONTROLLER_TOKEN, 'kube-system/certificate-controller')] : []),
    ...(proxies.length > 0 ? [proxyIdentity(blueprint, cluster)] : []),
  ]
  return {
    ...blueprint,
    paths: [...blueprint.paths, ...paths],
    identities: [...blueprint.identities, ...identities],
  }
}

/** Nodes that will want a certificate within a run, whose longest is 100 days. */
export function certifiedNodes(blueprint: Blueprint, { nodes }: ClusterBlueprint): readonly NodeBlueprint[] {
  return nodes.filter((node) => {
    const { notBeforeS, notAfterS } = clientCertificateOf(blueprint, node)
    const rotates = node.kubelet.rotateCertificates && notBeforeS + 0.7 * (notAfterS - notBeforeS) < LONGEST_RUN_S
    return node.bootstrap !== null || rotates
  })
}

const LONGEST_RUN_S = 100 * 24 * 3600

export function clientCertificateOf({ identities }: Blueprint, node: NodeBlueprint): CertificateBlueprint {
  const found = identities.find(({ name }) => name === node.clientCertificate)
  if (found?.kind !== 'certificate') throw new RangeError(`${node.name} has no client certificate`)
  return found
}

export const CONTROLLER_TOKEN = '~certificate-controller-token'
export const PROXY_TOKEN = '~kube-proxy-token'
const PROXY_CERTIFICATE = '~kube-proxy-client'

export function joinPathName(node: string, step: 'discovery' | 'verified' | 'token'): string {
  return `~join/${node}/${step}`
}

export function proxyPathName(node: string): string {
  return `~kube-proxy/${node}`
}

export const CONTROLLER_PATH = '~certificate-controller'

function joinPaths(blueprint: Blueprint, cluster: ClusterBlueprint, node: NodeBlueprint): PathBlueprint[] {
  const path = (step: 'discovery' | 'verified' | 'token', verify: 'none' | 'ca') =>
    secure(blueprint, cluster, joinPathName(node.name, step), node.name, verify)
  const first = [path('discovery', 'none'), path('token', 'ca')]
  return node.bootstrap?.verify === 'ca' ? [...first, path('verified', 'ca')] : first
}

/** What kube-up gave to its kube-proxies was a user's, not a service account's; here it is a certificate. */
export function isProxyByCertificate({ sshTunneler }: ClusterBlueprint): boolean {
  return sshTunneler !== null
}

function proxyPath(blueprint: Blueprint, cluster: ClusterBlueprint, node: string): PathBlueprint {
  const path = secure(blueprint, cluster, proxyPathName(node), node, 'ca')
  if (path.tls === null || !isProxyByCertificate(cluster)) return path
  return { ...path, tls: { ...path.tls, client: { kind: 'certificate', certificate: PROXY_CERTIFICATE } } }
}

function proxyIdentity(blueprint: Blueprint, cluster: ClusterBlueprint): IdentityBlueprint {
  if (!isProxyByCertificate(cluster)) return componentToken(PROXY_TOKEN, 'kube-system/kube-proxy')
  return {
    kind: 'certificate',
    name: PROXY_CERTIFICATE,
    issuer: issuerOf(blueprint, cluster.apiserver.servingCertificate),
    cn: 'system:kube-proxy',
    organizations: [],
    sans: [],
    usages: ['client'],
    key: 'rsa-2048',
    notBeforeS: 0,
    notAfterS: 365 * 24 * 3600,
  }
}

/** Where there is an insecure port, controllers use it as all components do. */
function controllerPath(blueprint: Blueprint, cluster: ClusterBlueprint): PathBlueprint {
  const { host, configuration } = cluster.apiserver
  const path = secure(blueprint, cluster, CONTROLLER_PATH, host, 'ca')
  if (configuration.insecurePort === 0) return path
  return { ...path, address: '127.0.0.1', port: configuration.insecurePort, protocol: 'http/1.1', tls: null }
}

function secure(
  blueprint: Blueprint,
  { apiserver }: ClusterBlueprint,
  name: string,
  from: string,
  verify: 'none' | 'ca',
): PathBlueprint {
  return {
    name,
    declared: name,
    kind: componentApiserver.name,
    from,
    to: apiserver.host,
    address: null,
    port: apiserver.configuration.securePort,
    service: null,
    protocol: 'h2',
    tls: {
      ...newest(blueprint),
      verify,
      ca: issuerOf(blueprint, apiserver.servingCertificate),
      serverCertificate: apiserver.servingCertificate,
      clientCa: apiserver.configuration.clientCa,
      client: { kind: 'none' },
    },
    tunnel: null,
  }
}

/** As every other connection inside Kubernetes; RSA, which needs keys of its kind, is for paths that ask for it. */
function newest({ paths }: Blueprint): Pick<TlsBlueprint, 'version' | 'keyExchange'> {
  const known = paths.find(({ tls, kind }) => tls !== null && isOfKubernetes(kind) && tls.keyExchange !== 'rsa')?.tls
  return { version: known?.version ?? '1.3', keyExchange: known?.keyExchange ?? 'x25519' }
}

function issuerOf({ identities }: Blueprint, name: string): string {
  const found = identities.find((identity) => identity.name === name)
  return found?.kind === 'certificate' ? (found.issuer ?? name) : name
}

/** It does not run out within a run. */
function componentToken(name: string, account: string): TokenBlueprint {
  return { kind: 'service-account-token', name, account, audience: 'api', expiresS: null }
}
