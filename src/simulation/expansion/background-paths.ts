import { installerOf } from '../../cluster/paths/connection-settings.ts'
import { componentApiserver } from '../../cluster/paths/kinds/component-apiserver.ts'
import type { Blueprint, CertificateBlueprint, IdentityBlueprint, TokenBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import { type AddedPath, ClusterConnections } from './cluster-connections.ts'
import type { ClusterActivity } from './expanded-blueprint.ts'
import type { KubeProxyHost } from './kube-proxy-hosts.ts'
import { extended, indexed, issuerOf } from './lookups.ts'

/** The connections of one program, and the identities that they need. */
interface ProgramConnections {
  readonly paths: readonly AddedPath[]
  readonly identities?: readonly IdentityBlueprint[]
}

interface ProgramConnectionsContext {
  readonly blueprint: Blueprint
  readonly cluster: ClusterBlueprint
  readonly activity: ClusterActivity
  readonly connections: ClusterConnections
}

/** One function for each program that has connections of its own. */
const PROGRAMS: readonly ((context: ProgramConnectionsContext) => ProgramConnections)[] = [
  joiningNodes,
  certificateController,
  kubeProxies,
]

/**
 * Adds the connections of programs that work without any workload. Their names sort after all names that a scenario may
 * use.
 */
export function withBackgroundPaths(blueprint: Blueprint, activity: ClusterActivity): Blueprint {
  const { cluster } = blueprint
  if (cluster === null) return blueprint
  const connections = new ClusterConnections(blueprint, cluster)
  const added = PROGRAMS.map((connectionsOf) => connectionsOf({ blueprint, cluster, activity, connections }))
  return {
    ...blueprint,
    paths: [...blueprint.paths, ...added.flatMap(({ paths }) => paths)],
    identities: extended(
      blueprint.identities,
      added.flatMap(({ identities }) => identities ?? []),
    ),
  }
}

function joiningNodes({ cluster, connections }: ProgramConnectionsContext): ProgramConnections {
  return { paths: cluster.nodes.flatMap((node) => joinPaths(node, connections)) }
}

function certificateController(context: ProgramConnectionsContext): ProgramConnections {
  const { blueprint, cluster, activity, connections } = context
  const isSigning = activity.certifiedNodes.length + (blueprint.additions?.certificates?.length ?? 0) > 0
  if (!isSigning) return { paths: [] }
  return {
    paths: [controllerPath(cluster, connections)],
    identities: [componentToken(CONTROLLER_TOKEN, 'kube-system/certificate-controller')],
  }
}

function kubeProxies({ blueprint, cluster, activity, connections }: ProgramConnectionsContext): ProgramConnections {
  if (activity.kubeProxies.length === 0) return { paths: [] }
  return {
    paths: activity.kubeProxies.map((node) => proxyPath(node, cluster, connections)),
    identities: [proxyIdentity(blueprint, cluster)],
  }
}

/** The name of the certificate controller's token. */
export const CONTROLLER_TOKEN = '~certificate-controller-token'
/** The name of the token of all kube-proxies. */
export const PROXY_TOKEN = '~kube-proxy-token'
const PROXY_CERTIFICATE = '~kube-proxy-client'

/** The name of the certificate controller's path to the apiserver. */
export const CONTROLLER_PATH = '~certificate-controller'

type JoinStep = 'discovery' | 'verified' | 'token'

/** Returns the name of the path for a step by which a node joins. */
export function joinPathName(node: string, step: JoinStep): string {
  return `~join/${node}/${step}`
}

/** Returns the name of a kube-proxy's path to the apiserver. */
export function proxyPathName(node: string): string {
  return `~kube-proxy/${node}`
}

function componentNames(name: string, from: string) {
  return { name, declared: name, kind: componentApiserver.name, from } as const
}

const NO_CLIENT = { kind: 'none' } as const

function joinPaths({ name: node, version, bootstrap }: NodeBlueprint, connections: ClusterConnections): AddedPath[] {
  if (bootstrap === null) return []
  const path = (step: JoinStep) =>
    connections.toApiserver(
      componentNames(joinPathName(node, step), node),
      version,
      NO_CLIENT,
      `node ${node} joins (cluster.join)`,
    )
  // The node does not know the CA before it has read it, on this very connection.
  const discovery = path('discovery')
  const unverified = { ...discovery, tls: { ...discovery.tls, verify: 'none' } } as const
  const first = [unverified, path('token')]
  return bootstrap.verify === 'ca' ? [...first, path('verified')] : first
}

/**
 * Whether kube-proxies authenticate by certificate. kube-up gave them the credential of a user instead of a service
 * account.
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

/** Returns the path of the controller, which uses the insecure port where there is one, as all components do. */
function controllerPath({ apiserver, version }: ClusterBlueprint, connections: ClusterConnections): AddedPath {
  const { host, configuration } = apiserver
  const names = componentNames(CONTROLLER_PATH, host)
  const path = connections.toApiserver(names, version, NO_CLIENT, 'controller manager (kubelets ask for certificates)')
  if (configuration.insecurePort === 0) return path
  return { ...path, address: '127.0.0.1', port: configuration.insecurePort, protocol: 'http/1.1', tls: null }
}

/** Returns a token of a component's service account, which does not expire. */
function componentToken(name: string, account: string): TokenBlueprint {
  return {
    kind: 'service-account-token',
    name,
    account,
    audience: 'api',
    expiresS: null,
    origin: `service account ${account} of a component`,
  }
}
