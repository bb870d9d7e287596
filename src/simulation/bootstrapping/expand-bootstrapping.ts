import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import {
  type ConnectionsContext,
  componentNames,
  componentToken,
  NO_CLIENT,
  type ProgramConnections,
} from '../object-watches/program-connections.ts'
import type { AddedPath, ClusterConnections } from '../paths/cluster-connections.ts'

/** The name of the certificate controller's token. */
export const CONTROLLER_TOKEN = '~certificate-controller-token'

/** The name of the certificate controller's path to the apiserver. */
export const CONTROLLER_PATH = '~certificate-controller'

type JoinStep = 'discovery' | 'verified' | 'token'

/** Returns the name of the path for one step of joining the cluster. */
export function joinPathName(node: string, step: JoinStep): string {
  return `~join/${node}/${step}`
}

/**
 * Returns the connections of nodes that join, and of the certificate controller if kubelets may request certificates.
 */
export function bootstrappingConnections(context: ConnectionsContext): ProgramConnections {
  const { blueprint, cluster, activity, connections } = context
  const joining = cluster.nodes.flatMap((node) => joinPaths(node, connections))
  const isSigning = activity.certifiedNodes.length + (blueprint.additions?.certificates?.length ?? 0) > 0
  if (!isSigning) return { paths: joining }
  return {
    paths: [...joining, controllerPath(cluster, connections)],
    identities: [componentToken(CONTROLLER_TOKEN, 'kube-system/certificate-controller')],
  }
}

function joinPaths({ name: node, version, bootstrap }: NodeBlueprint, connections: ClusterConnections): AddedPath[] {
  if (bootstrap === null) return []
  const path = (step: JoinStep) =>
    connections.toApiserver(
      componentNames(joinPathName(node, step), node),
      version,
      NO_CLIENT,
      `node ${node} joins (cluster.join)`,
    )
  // The node does not know the CA before it reads it on this connection.
  const discovery = path('discovery')
  const unverified = { ...discovery, tls: { ...discovery.tls, verify: 'none' } } as const
  const first = [unverified, path('token')]
  return bootstrap.verify === 'ca' ? [...first, path('verified')] : first
}

/** Returns the path of the controller. It uses the insecure port if there is one, as all components do. */
function controllerPath({ apiserver, version }: ClusterBlueprint, connections: ClusterConnections): AddedPath {
  const { host, configuration } = apiserver
  const names = componentNames(CONTROLLER_PATH, host)
  const path = connections.toApiserver(names, version, NO_CLIENT, 'controller manager (kubelets ask for certificates)')
  if (configuration.insecurePort === 0) return path
  return { ...path, address: '127.0.0.1', port: configuration.insecurePort, protocol: 'http/1.1', tls: null }
}
