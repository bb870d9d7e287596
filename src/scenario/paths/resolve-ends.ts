import { insecurePort as insecurePortFlag } from '../../cluster/flags/apiserver/insecure-port.ts'
import { securePort as securePortFlag } from '../../cluster/flags/apiserver/secure-port.ts'
import { KUBELET_PORT } from '../../cluster/paths/path.ts'
import type { InsecurePort, Scheme, TransportDefaults } from '../../cluster/paths/path-kind.ts'
import { DEFAULT_PATH_KIND, isByNodeAddress, isProxied, pathKind } from '../../cluster/paths/path-kinds.ts'
import { type DialledNode, dialledNode } from '../../cluster/paths/preferred-address.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { HostBlueprint } from '../../simulation/blueprint.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MASTER } from '../cluster/cluster-members.ts'
import { KUBERNETES_SERVICE, KUBERNETES_SERVICE_ADDRESS } from '../cluster/service-address.ts'
import type { Identities } from '../identities/identities.ts'
import type { Findings } from '../tree/findings.ts'
import type { PathInstance } from './path-ends.ts'

const ALL_INTERFACES = '0.0.0.0'

/** An instance of a path with its address, ports and protocol. */
export interface ResolvedEnds extends PathInstance {
  readonly defaults: TransportDefaults
  readonly scheme: Scheme
  readonly address: string | null
  /** The host name that the client dials and verifies; null if it dials an address. */
  readonly serverName: string | null
  readonly port: number
  /** The port on which the server listens. It differs from the dialled port if the client uses a virtual address. */
  readonly serverPort: number
  readonly protocol: 'http/1.1' | 'h2'
}

export interface EndsContext {
  readonly cluster: ClusterEnvironment | null
  readonly hosts: ReadonlyMap<string, HostBlueprint>
  /** The version of Kubernetes; null if the scenario gives none. Then all features exist. */
  readonly version: KubernetesVersion | null
  readonly identities: Identities
  readonly findings: Findings
}

export function resolveEnds(instance: PathInstance, context: EndsContext): ResolvedEnds {
  const { section, to } = instance
  const { cluster } = context
  const kubeletPort = cluster?.kubelets.get(to.host)?.kubelet.port ?? KUBELET_PORT
  const kind = pathKind(instance.kind)
  const isToKubelet = section.port === undefined || section.port === kubeletPort
  const defaults = (isToKubelet ? kind.kubeletPortDefaults : undefined) ?? kind.defaults
  const scheme = schemeOf(instance, defaults, context)
  const { port, serverPort } = portsOf(instance, defaults, scheme, kubeletPort, context)
  const ends = { ...instance, defaults, scheme, port, serverPort, protocol: defaults.protocols[scheme] }
  return { ...ends, address: addressOf(instance, scheme, context), serverName: null, ...nodeDialled(instance, context) }
}

/** Returns the address or name at which the apiserver dials a node of its cluster; undefined for other paths. */
function nodeDialled({ kind, from, to }: PathInstance, { cluster, hosts }: EndsContext): DialledNode | undefined {
  const host = hosts.get(to.host)
  const isNode = cluster?.kubelets.has(to.host) === true && isByNodeAddress(kind) && from.host === MASTER
  return host === undefined || !isNode ? undefined : dialledNode(cluster.apiserver.kubeletPreferredAddressTypes, host)
}

function schemeOf(instance: PathInstance, defaults: TransportDefaults, context: EndsContext): Scheme {
  const { declared, kind, section } = instance
  const { findings } = context
  const scheme = section.scheme ?? (section.tls === undefined ? defaultScheme(instance, defaults, context) : 'https')
  const place = ['paths', declared]
  if (!defaults.schemes.includes(scheme)) {
    const isNode = defaults === pathKind(kind).kubeletPortDefaults
    const message = isNode
      ? 'without `port`, this path goes to the kubelet, which is always https'
      : `a path of kind ${kind} is always ${defaults.scheme}`
    const hint = isNode
      ? 'add the port of another server, such as 9100'
      : `use kind: ${DEFAULT_PATH_KIND} for other servers`
    findings.contradict([...place, 'scheme'], message, { hint })
    return defaults.scheme
  }
  if (scheme === 'http' && section.tls !== undefined) {
    findings.contradict([...place, 'tls'], 'a path with scheme http has no TLS', {
      at: 'key',
      hint: 'write scheme: https, or leave tls out',
    })
  }
  const { insecurePort } = pathKind(kind)
  if (insecurePort !== undefined && scheme === 'http') checkInsecurePort(instance, insecurePort, context)
  return scheme
}

function defaultScheme(
  { kind, to }: PathInstance,
  defaults: TransportDefaults,
  { cluster, version }: EndsContext,
): Scheme {
  const { insecurePort } = pathKind(kind)
  if (insecurePort !== undefined) {
    if (version !== null && version.minor > insecurePort.lastMinor) return 'https'
    return cluster?.apiserver.insecurePort === 0 ? 'https' : 'http'
  }
  const pod = to.pod === null ? undefined : cluster?.members.podSections.get(to.pod.app)
  if (isProxied(kind) && pod !== undefined) return pod.scheme ?? defaults.scheme
  return defaults.scheme
}

function checkInsecurePort(
  { declared, from, to }: PathInstance,
  { address, lastMinor }: InsecurePort,
  { cluster, version, findings }: EndsContext,
): void {
  const place = ['paths', declared, 'scheme']
  if (version !== null && version.minor > lastMinor) {
    const message = `Kubernetes ${version.text} has no insecure port: the apiserver serves it until 1.${lastMinor}`
    findings.contradict(place, message, { hint: 'write scheme: https' })
  } else if (cluster?.apiserver.insecurePort === 0) {
    findings.contradict(place, `the apiserver has no insecure port, since --${insecurePortFlag.name} is 0`)
  } else if (from.host !== to.host && (cluster?.apiserver.insecureBindAddress ?? address) !== ALL_INTERFACES) {
    const message = `${from.host} cannot reach the insecure port of ${to.host}, which is only on the loopback interface`
    findings.contradict(['paths', declared], message, { at: 'key', hint: 'write scheme: https' })
  }
}

function portsOf(
  instance: PathInstance,
  defaults: TransportDefaults,
  scheme: Scheme,
  kubeletPort: number,
  { cluster, findings }: EndsContext,
): { port: number; serverPort: number } {
  const { declared, kind, section, to } = instance
  const { dials, kubeletPortDefaults } = pathKind(kind)
  const same = (port: number) => ({ port, serverPort: port })
  if (cluster === null) return same(section.port ?? defaults.ports[scheme])
  const refuse = (served: number, flag: string) => {
    if (section.port === undefined || section.port === served) return
    findings.contradict(['paths', declared, 'port'], `no server has port ${section.port}: ${flag}`)
  }
  const { securePort, insecurePort } = cluster.apiserver
  switch (dials) {
    case 'kubernetes-service':
      refuse(defaults.ports.https, `the service ${KUBERNETES_SERVICE} has port ${defaults.ports.https}`)
      return { port: defaults.ports.https, serverPort: securePort }
    case 'apiserver':
      if (scheme === 'http') {
        refuse(insecurePort, `--${insecurePortFlag.name} is ${insecurePort}`)
        return same(insecurePort)
      }
      refuse(securePort, `--${securePortFlag.name} is ${securePort}`)
      return same(securePort)
    case 'kubelet':
      refuse(kubeletPort, `the kubelet of ${to.host} has port ${kubeletPort}`)
      return same(kubeletPort)
    case 'endpoint':
      return same(endpointPort(instance, defaults, scheme, cluster, findings))
  }
  if (to.service !== null) {
    const { port = 80 } = cluster.members.services.get(to.service) ?? {}
    return { port, serverPort: endpointPort(instance, defaults, scheme, cluster, findings) }
  }
  const listens = to.pod === null ? undefined : cluster.members.podSections.get(to.pod.app)?.listens
  return same(section.port ?? (kubeletPortDefaults === undefined ? (listens ?? defaults.ports[scheme]) : kubeletPort))
}

/** Returns the port of the endpoint. A path to a service gives the port of the service, not the port of its pods. */
function endpointPort(
  { declared, section, to }: PathInstance,
  defaults: TransportDefaults,
  scheme: Scheme,
  { members }: ClusterEnvironment,
  findings: Findings,
): number {
  const service = to.service === null ? undefined : members.services.get(to.service)
  const listens = to.pod === null ? undefined : members.podSections.get(to.pod.app)?.listens
  if (service === undefined) return section.port ?? listens ?? defaults.ports[scheme]
  const { port = 80 } = service
  if (section.port !== undefined && section.port !== port) {
    const message = `the service ${to.service} has port ${port}, not ${section.port}`
    findings.contradict(['paths', declared, 'port'], message)
  }
  return service.targetPort ?? listens ?? port
}

function addressOf({ kind, from, to }: PathInstance, scheme: Scheme, { cluster }: EndsContext): string | null {
  const { dials, insecurePort } = pathKind(kind)
  // The apiserver chooses an endpoint itself; all other clients connect to the virtual address.
  if (to.service !== null && dials !== 'endpoint') return cluster?.serviceAddresses.get(to.service) ?? null
  if (dials === 'kubernetes-service' && cluster !== null) return KUBERNETES_SERVICE_ADDRESS
  if (insecurePort === undefined || scheme === 'https' || from.host !== to.host) return null
  const bound = cluster?.apiserver.insecureBindAddress ?? insecurePort.address
  return bound === ALL_INTERFACES ? insecurePort.address : bound
}
