import { INSECURE_PORT } from '../../cluster/flags/apiserver/insecure-port.ts'
import { HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT } from '../../cluster/paths/path.ts'
import type { Blueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import type { ServerBlueprint } from '../expanded-blueprint.ts'
import { hostOfPod } from '../lookups/members.ts'
import { LOOPBACK_ADDRESS } from '../lookups/server-places.ts'

/** Returns the servers of the cluster's programs, including servers to which no path leads. */
export function clusterServers(blueprint: Blueprint): readonly ServerBlueprint[] {
  const { cluster } = blueprint
  if (cluster === null) return []
  return [...apiserverServers(cluster), ...kubeletServers(cluster), ...podServers(cluster, blueprint)]
}

/**
 * Returns the ports that programs of Kubernetes occupy on these hosts and on the apiserver's host. A path to such a
 * port adds no other server.
 */
export function reservedPorts(
  cluster: ClusterBlueprint | null,
  hosts: ReadonlySet<string>,
): Pick<ServerBlueprint, 'host' | 'port'>[] {
  if (cluster === null) return []
  const ofNodes = cluster.nodes
    .filter(({ name }) => hosts.has(name))
    .flatMap(({ name: host }) => [HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT].map((port) => ({ host, port })))
  return [...ofNodes, { host: cluster.apiserver.host, port: INSECURE_PORT }]
}

function apiserverServers({ apiserver }: ClusterBlueprint): ServerBlueprint[] {
  const { host, configuration, servingCertificate: certificate } = apiserver
  const { securePort, insecurePort, insecureBindAddress, clientCa } = configuration
  const secure: ServerBlueprint = {
    host,
    port: securePort,
    bindAddress: null,
    service: 'apiserver',
    http2: 'apiserver',
    tls: { certificate, clientCertificates: 'requested', clientCa, protocol: 'h2' },
    origin: 'apiserver (--secure-port)',
  }
  if (insecurePort === 0) return [secure]
  const bindAddress = insecureBindAddress === '0.0.0.0' ? null : insecureBindAddress
  const origin = 'apiserver (--insecure-port)'
  return [secure, { host, port: insecurePort, bindAddress, service: 'apiserver-insecure', ...PLAIN, origin }]
}

const PLAIN = { http2: 'go', tls: null } as const

function kubeletServers({ nodes }: ClusterBlueprint): ServerBlueprint[] {
  return nodes.flatMap(
    ({ name: host, kubelet, servingCertificate: certificate, isServingPending }): ServerBlueprint[] => {
      const { port, readOnlyPort, clientCa } = kubelet
      const secure: ServerBlueprint = {
        host,
        port,
        bindAddress: null,
        service: 'kubelet',
        http2: 'go',
        tls: {
          certificate,
          clientCertificates: clientCa === null ? 'none' : 'requested',
          clientCa,
          protocol: null,
          ...(isServingPending ? { isUnissued: true } : {}),
        },
        origin: `kubelet of ${host} (port)`,
      }
      const health: ServerBlueprint = {
        host,
        port: HEALTHZ_PORT,
        bindAddress: LOOPBACK_ADDRESS,
        service: 'kubelet-healthz',
        ...PLAIN,
        origin: `kubelet of ${host} (healthzPort)`,
      }
      if (readOnlyPort === 0) return [secure, health]
      const origin = `kubelet of ${host} (readOnlyPort)`
      const readOnly = {
        host,
        port: readOnlyPort,
        bindAddress: null,
        service: 'kubelet-read-only',
        ...PLAIN,
        origin,
      } as const
      return [secure, health, readOnly]
    },
  )
}

/** Returns the servers of pods to which no path leads. Other pods get their servers from their paths. */
function podServers({ pods }: ClusterBlueprint, { paths }: Blueprint): ServerBlueprint[] {
  const reached = new Set(paths.map(({ to, port }) => `${to}:${port}`))
  return pods.flatMap((pod): ServerBlueprint[] => {
    const { listens: port, servingCertificate: certificate, app } = pod
    const host = hostOfPod(pod)
    if (port === null || reached.has(`${host}:${port}`)) return []
    const common = { host, port, bindAddress: null, service: 'answers', http2: 'go', origin: `pods ${app}` } as const
    if (certificate === null) return [{ ...common, tls: null }]
    return [{ ...common, tls: { certificate, clientCertificates: 'none', clientCa: null, protocol: null } }]
  })
}
