import { HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT } from '../../../cluster/kubelet/kubelet-ports.ts'
import { ANY_ADDRESS, type Listener, type ServiceKind } from '../../../cluster/paths/path.ts'
import { assert } from '../../../engine/assert.ts'
import { NONE } from '../../../engine/table.ts'
import { GO_SERVER, type Http2Parameters } from '../../../http/http2-parameters.ts'
import { parseAddress } from '../../../network/address-book.ts'
import type { TlsServer } from '../../../security/tls-parameters.ts'
import type { Blueprint } from '../../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../../blueprint-cluster.ts'
import { podCertificateName } from '../../expansion/cluster-connections.ts'
import type { ExpandedBlueprint } from '../../expansion/expanded-blueprint.ts'
import { named } from '../../expansion/lookups.ts'
import { hostOfPod } from '../../expansion/members.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import { type Identities, type Pool, recordSizing } from '../security/plan-security.ts'

const INSECURE_PORT = 8080
/** Index 0 of the address book. */
const LOOPBACK = 0

export interface ListenerContext {
  readonly blueprint: ExpandedBlueprint
  readonly network: PlannedNetwork
  readonly identities: Identities
  readonly servers: Pool<TlsServer>
  readonly http2: Pool<Http2Parameters>
  /** Of the apiserver. */
  readonly apiserverHttp2: Http2Parameters
}

/** What the programs of a cluster listen on, whether a path leads there or not. */
export function planClusterListeners(context: ListenerContext): readonly Listener[] {
  const { cluster } = context.blueprint
  if (cluster === null) return []
  return [
    ...apiserverListeners(cluster, context),
    ...cluster.nodes.flatMap((node) => kubeletListeners(node, context)),
    ...podListeners(cluster, context),
  ]
}

/** Ports that mean something in Kubernetes: where a program does not serve them, no path makes anybody do so. */
export function reservedPorts(
  { cluster }: Blueprint,
  { hostIndex }: PlannedNetwork,
): readonly { readonly host: number; readonly port: number }[] {
  if (cluster === null) return []
  const ofNodes = cluster.nodes.flatMap(({ name }) =>
    [HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT].map((port) => ({ host: lookUp(hostIndex, name), port })),
  )
  return [...ofNodes, { host: lookUp(hostIndex, cluster.apiserver.host), port: INSECURE_PORT }]
}

function apiserverListeners({ apiserver }: ClusterBlueprint, context: ListenerContext): readonly Listener[] {
  const { host, configuration, servingCertificate } = apiserver
  const { securePort, insecurePort, insecureBindAddress, clientCa } = configuration
  const secure = https(host, securePort, 'apiserver', context, {
    certificate: servingCertificate,
    clientCa,
    asks: true,
    protocol: 'h2',
  })
  if (insecurePort === 0) return [secure]
  return [secure, http(host, insecurePort, 'apiserver-insecure', context, insecureBindAddress)]
}

function kubeletListeners({ name, kubelet, servingCertificate }: NodeBlueprint, context: ListenerContext): Listener[] {
  const { clientCa } = kubelet
  const asks = clientCa !== null
  // Nobody approves serving certificates by himself: where none was issued, the kubelet has none.
  const isUnissued = kubelet.serverTlsBootstrap && context.identities.certificate(servingCertificate).issuer === null
  const secure = { certificate: servingCertificate, clientCa, asks, protocol: null, isUnissued }
  const listeners = [
    https(name, kubelet.port, 'kubelet', context, secure),
    http(name, HEALTHZ_PORT, 'kubelet-healthz', context, '127.0.0.1'),
  ]
  return kubelet.readOnlyPort === 0
    ? listeners
    : [...listeners, http(name, kubelet.readOnlyPort, 'kubelet-read-only', context, '0.0.0.0')]
}

/** Those that a declared path leads to are as it says. */
function podListeners({ pods }: ClusterBlueprint, context: ListenerContext): readonly Listener[] {
  const { paths } = context.blueprint
  const declared = new Set(paths.map(({ to, port }) => `${to}:${port}`))
  return pods.flatMap((pod) => {
    const host = hostOfPod(pod)
    if (pod.listens === null || declared.has(`${host}:${pod.listens}`)) return []
    if (pod.scheme === 'http') return [http(host, pod.listens, 'answers', context, '0.0.0.0')]
    const secure = { certificate: podCertificateName(pod), clientCa: null, asks: false, protocol: null }
    return [https(host, pod.listens, 'answers', context, secure)]
  })
}

interface Secure {
  readonly certificate: string
  readonly clientCa: string | null
  readonly asks: boolean
  readonly protocol: 'h2' | null
  readonly isUnissued?: boolean
}

function https(
  host: string,
  port: number,
  service: ServiceKind,
  context: ListenerContext,
  { certificate, clientCa, asks, protocol, isUnissued = false }: Secure,
): Listener {
  const { blueprint, network, identities, servers, http2, apiserverHttp2 } = context
  const tlsServer = servers.add({
    presents: identities.issued(certificate),
    ...(isUnissued ? { isUnissued } : {}),
    clientCertificates: asks ? 'requested' : 'none',
    clientAuthority: clientCa === null ? null : identities.certificate(clientCa),
    protocol,
    recordSizing: recordSizing(named(blueprint.lookups.hosts, host)),
  })
  const parameters = http2.add(service === 'apiserver' ? apiserverHttp2 : GO_SERVER)
  const index = lookUp(network.hostIndex, host)
  return { kind: 'https', host: index, port, bindAddress: ANY_ADDRESS, http2: parameters, service, tlsServer }
}

function http(
  host: string,
  port: number,
  service: ServiceKind,
  { network, http2 }: ListenerContext,
  bind: string,
): Listener {
  const bindAddress = bind === '0.0.0.0' ? ANY_ADDRESS : boundTo(bind, network)
  const index = lookUp(network.hostIndex, host)
  return { kind: 'http', host: index, port, bindAddress, http2: http2.add(GO_SERVER), service }
}

function boundTo(address: string, { addresses }: PlannedNetwork): number {
  if (address === '127.0.0.1') return LOOPBACK
  const index = addresses.indexOf(parseAddress(address))
  assert(index !== NONE, `a checked scenario binds to addresses that exist: ${address}`)
  return index
}
