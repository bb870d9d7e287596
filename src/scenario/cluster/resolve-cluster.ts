import { bindsNodesWhenNew } from '../../cluster/access/default-bindings.ts'
import { kubeletPreferredAddressTypes as preferredFlag } from '../../cluster/flags/apiserver/kubelet-preferred-address-types.ts'
import type { ApiserverConfiguration } from '../../cluster/flags/configuration.ts'
import { AGENT_PORT, DEFAULT_KEEPALIVE_NS } from '../../cluster/konnectivity/konnectivity-agent.ts'
import { egressTunnel, installerOf } from '../../cluster/paths/connection-settings.ts'
import { preferredType, tunnelAddress } from '../../cluster/paths/preferred-address.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { HostBlueprint, VirtualAddressBlueprint } from '../../simulation/blueprint.ts'
import type {
  ClusterBlueprint,
  NodeBlueprint,
  PodBlueprint,
  ServiceBlueprint,
} from '../../simulation/blueprint-cluster.ts'
import { orList } from '../../values/kinds.ts'
import type { Identities } from '../identities/identities.ts'
import { DEFAULT_ACCOUNT, IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { HostSection } from '../schema/hosts.ts'
import type { Findings } from '../tree/findings.ts'
import type { Tree } from '../tree/tree.ts'
import type { ClusterEnvironment, NodeSetUp } from './cluster-environment.ts'
import { MASTER, type Members, membersOf } from './cluster-members.ts'
import { checkAgentAuthentication, konnectivitySettings } from './konnectivity-settings.ts'
import { accountsOf, checkAccess, groupsOf, policiesOf, usersOf } from './resolve-access.ts'
import { checkNamedIdentities, kubeletKey, resolveSetUp } from './resolve-set-up.ts'
import { KUBERNETES_SERVICE, KUBERNETES_SERVICE_ADDRESS, serviceAddresses } from './service-address.ts'

export interface ClusterContext {
  readonly section: ClusterSection
  readonly version: KubernetesVersion
  readonly hostSections: ReadonlyMap<string, HostSection>
  readonly hosts: readonly HostBlueprint[]
  readonly identities: Identities
  readonly tree: Tree
  readonly findings: Findings
}

/** Resolves the members of a cluster and their configuration, which paths depend on. */
export function resolveEnvironment(context: ClusterContext): ClusterEnvironment {
  const { section, version, tree, hostSections, hosts, identities, findings } = context
  const members = membersOf(section)
  checkNames(members, findings)
  checkReferences(members, section, findings)
  checkNamedIdentities(section, identities, findings)
  const versions = new Map(members.nodes.map(({ name }) => [name, hostSections.get(name)?.kubernetes ?? version]))
  const kinds = new Map(members.nodes.map(({ name, pool }) => [name, { pool, version: versions.get(name)! }]))
  const setUp = resolveSetUp(section, version, [...kinds.values()], tree, findings)
  checkAgentPort(section, setUp.apiserver.configuration, findings)
  checkNodeBinding(section, setUp.apiserver.configuration, findings)
  checkAccess(section, members, setUp.apiserver.configuration, identities, findings)
  checkNodeAddresses(members, hosts, version, setUp.apiserver.configuration, findings)
  if (section['kube-proxy']?.mode === 'ipvs' && version.minor < FIRST_IPVS_MINOR)
    findings.contradict(['cluster', 'kube-proxy', 'mode'], `kube-proxy has no mode ipvs in ${version.text}`, {
      hint: 'it came with 1.8',
    })
  if (section.konnectivity !== undefined)
    checkAgentAuthentication(section.konnectivity, ['cluster', 'konnectivity'], context)
  const addresses = new Set(hosts.flatMap((host) => host.addresses))
  return {
    section,
    members,
    version,
    apiserver: setUp.apiserver.configuration,
    controllerManager: setUp.controllerManager.configuration,
    kubelets: new Map(
      [...kinds].map(([name, kind]): [string, NodeSetUp] => [
        name,
        { version: kind.version, kubelet: setUp.kubelets.get(kubeletKey(section, kind))!.configuration },
      ]),
    ),
    serviceAddresses: serviceAddresses(members.services.keys(), addresses),
  }
}

/** See k/k#46580. */
const FIRST_IPVS_MINOR = 8

/** Reports two members with one name, because hosts, links and identities are named after members. */
function checkNames({ nodes, pods, users }: Members, findings: Findings): void {
  const owners = new Map<string, string>([[MASTER, 'the master']])
  const claim = (name: string, owner: string, place: readonly string[]) => {
    const other = owners.get(name)
    if (other === undefined) owners.set(name, owner)
    else findings.contradict(place, `${owner} and ${other} both have the name ${name}`, { at: 'key' })
  }
  for (const { name, pool } of nodes) claim(name, 'a node', ['cluster', 'nodes', pool])
  for (const { name, app, host } of pods) if (name === host) claim(name, 'a pod', ['cluster', 'pods', app])
  for (const name of users.keys()) claim(name, 'a user', ['cluster', 'users', name])
}

/** Reports nodes that lack the address at which the apiserver dials them or their SSH tunnel. */
function checkNodeAddresses(
  { nodes }: Members,
  hosts: readonly HostBlueprint[],
  version: KubernetesVersion,
  { sshUser, kubeletPreferredAddressTypes: types }: ApiserverConfiguration,
  findings: Findings,
): void {
  const hostsByName = new Map(hosts.map((host) => [host.name, host]))
  const known = nodes.flatMap(({ name }) => hostsByName.get(name) ?? [])
  const unreachable = known.find((host) => preferredType(types, host) === null)
  const hasTunnels = sshUser !== null && abilitiesOf(version).apiserver.sshTunnels
  const unlisted = hasTunnels ? known.find((host) => tunnelAddress(host) === null) : undefined
  if (unreachable !== undefined) {
    const message = `the apiserver cannot connect to ${unreachable.name}, which has no address of type ${orList(types)}`
    findings.contradict(['cluster', 'apiserver', 'flags', preferredFlag.name], message, {
      hint: 'nodes have the types Hostname and InternalIP, and ExternalIP if they have two addresses',
    })
  }
  if (unlisted !== undefined) {
    const message = `${unlisted.name} has no external address, and then the apiserver opens no SSH tunnel to any node`
    findings.contradict(['hosts', unlisted.name, 'addresses'], message, {
      hint: 'give it a second address, which is the external one',
    })
  }
}

/** The Konnectivity server runs on the apiserver's host. */
function checkAgentPort(
  { konnectivity }: ClusterSection,
  { egressSelector, securePort, insecurePort }: ApiserverConfiguration,
  findings: Findings,
): void {
  const port = konnectivity?.['agent-port'] ?? AGENT_PORT
  if (egressSelector === 'none' || (port !== securePort && port !== insecurePort)) return
  const place = ['cluster', 'konnectivity', 'agent-port']
  findings.contradict(place, `port ${port} belongs to the apiserver, so the Konnectivity server needs another port`)
}

function checkNodeBinding(
  section: ClusterSection,
  { authorizationMode }: ApiserverConfiguration,
  findings: Findings,
): void {
  if (section['system-node-binding'] === undefined || authorizationMode.includes('RBAC')) return
  findings.contradict(
    ['cluster', 'system-node-binding'],
    'without the authorization mode RBAC no bindings are in force',
    { at: 'key', hint: 'add RBAC to cluster.apiserver.flags.authorization-mode' },
  )
}

function checkReferences(
  { nodesByName, nodesByPool, podSections, services }: Members,
  section: ClusterSection,
  findings: Findings,
): void {
  const all = new Set(['nodes'])
  for (const [app, { on }] of podSections) {
    if (on === MASTER) continue
    const [group, member = '*'] = (on ?? 'nodes').split('/')
    const place = ['cluster', 'pods', app, 'on']
    if (findings.checkName(place, 'pool or node', group, all, nodesByPool, nodesByName) && member !== '*')
      findings.checkName(place, 'node', member, nodesByName)
  }
  for (const [name, service] of services) {
    const place = ['cluster', 'services', name]
    if (name === KUBERNETES_SERVICE)
      findings.contradict(place, `the name ${name} belongs to the service of the apiserver`, { at: 'key' })
    if (!findings.checkName([...place, 'pods'], 'pod', service.pods, podSections)) continue
    if (service.targetPort === undefined && podSections.get(service.pods)!.listens === undefined)
      findings.contradict(place, `the pods ${service.pods} have no port`, {
        at: 'key',
        hint: `add cluster.pods.${service.pods}.listens, or targetPort`,
      })
  }
  if (section.join?.verify !== undefined && section.join.bootstrap !== true)
    findings.contradict(['cluster', 'join', 'verify'], 'verify needs bootstrap: true', {
      at: 'key',
    })
}

/** The certificates of servers: those of hosts, and those that paths name by "host:port", which take precedence. */
export interface WrittenCertificates {
  readonly hostSections: ReadonlyMap<string, HostSection>
  readonly namedCertificates: ReadonlyMap<string, string>
}

export function clusterBlueprint(
  environment: ClusterEnvironment,
  written: WrittenCertificates,
  identities: Identities,
): ClusterBlueprint {
  const { hostSections, namedCertificates } = written
  const { members, version, apiserver, controllerManager, serviceAddresses } = environment
  return {
    version,
    apiserver: {
      host: MASTER,
      configuration: apiserver,
      servingCertificate:
        namedCertificates.get(`${MASTER}:${apiserver.securePort}`) ??
        hostSections.get(MASTER)?.certificate ??
        IDENTITY_NAMES.apiserverServing,
    },
    controllerManager,
    controlPlaneNode: isControlPlaneNode(environment) ? { zone: hostSections.get(MASTER)?.zone ?? null } : null,
    kubeProxy: { mode: environment.section['kube-proxy']?.mode ?? 'iptables' },
    podNetwork: environment.section['pod-network'] ?? 'routed',
    nodes: nodesOf(environment, written, identities),
    pods: podsOf(members, written),
    services: servicesOf(members, apiserver.securePort, serviceAddresses),
    users: usersOf(environment),
    accounts: accountsOf(environment),
    groups: groupsOf(environment),
    policies: policiesOf(environment),
    konnectivity: konnectivityOf(environment),
    // On GCE every pod could read them at that time (4ARMED, kubeletmein). Other installers have no such server.
    metadataServer: environment.section.metadata ?? (installerOf(apiserver) === 'gce' ? 'open' : 'concealed'),
    bindsNodes: bindsNodes(environment),
  }
}

function bindsNodes({ section, version, apiserver }: ClusterEnvironment): boolean {
  const written = section['system-node-binding']
  if (written !== undefined) return written === 'system:nodes'
  return bindsNodesWhenNew(version.minor, installerOf(apiserver), apiserver)
}

/** kubeadm makes the master a node. A control plane that needs a tunnel to its nodes is hosted elsewhere. */
function isControlPlaneNode({ section, apiserver }: ClusterEnvironment): boolean {
  const byDefault = egressTunnel(apiserver) === null ? 'node' : 'hosted'
  return (section['control-plane'] ?? byDefault) === 'node'
}

function nodesOf(
  { section: { join }, members, kubelets }: ClusterEnvironment,
  { hostSections, namedCertificates }: WrittenCertificates,
  identities: Identities,
): NodeBlueprint[] {
  const token = IDENTITY_NAMES.bootstrapToken
  return members.nodes.map((node) => {
    const host = hostSections.get(node.name)
    const setUp = kubelets.get(node.name)!
    const servingCertificate =
      namedCertificates.get(`${node.name}:${setUp.kubelet.port}`) ??
      host?.certificate ??
      identities.selfSignedKubeletCertificate(node.name, setUp.version)
    const isOwn = servingCertificate === IDENTITY_NAMES.selfSignedServing(node.name)
    return {
      name: node.name,
      pool: node.pool,
      zone: host?.zone ?? node.zone,
      ...setUp,
      clientCertificate: identities.nodeCertificate(node.name),
      servingCertificate,
      isServingPending: setUp.kubelet.serverTlsBootstrap && isOwn,
      bootstrap: join?.bootstrap === true ? { token, verify: join.verify ?? 'ca' } : null,
      anonymousPods: members.otherPodsPerNode,
    }
  })
}

/** The capabilities that containerd (pkg/oci/spec.go) and Docker (oci/caps/defaults.go) grant and the model uses. */
const GRANTED_CAPABILITIES: readonly string[] = ['NET_RAW']

function podsOf(members: Members, { hostSections, namedCertificates }: WrittenCertificates): PodBlueprint[] {
  return members.pods.map(({ name, app, node, host }) => {
    const pod = members.podSections.get(app)!
    const ofHost = name === host ? hostSections.get(host)?.certificate : undefined
    const certificate = namedCertificates.get(`${host}:${pod.listens}`) ?? ofHost ?? IDENTITY_NAMES.appServing(app)
    return {
      name,
      app,
      node,
      account: pod.account ?? DEFAULT_ACCOUNT,
      token: pod.token === false ? null : IDENTITY_NAMES.podToken(app),
      listens: pod.listens ?? null,
      scheme: pod.scheme ?? 'http',
      servingCertificate: pod.scheme === 'https' ? certificate : null,
      hostNetwork: pod.hostNetwork ?? false,
      isOfDaemonSet: pod.daemonset ?? false,
      capabilities: pod.capabilities ?? GRANTED_CAPABILITIES,
      ...(pod.assumed === true ? { isAssumed: true } : {}),
    }
  })
}

function konnectivityOf({ section, members, apiserver }: ClusterEnvironment): ClusterBlueprint['konnectivity'] {
  if (apiserver.egressSelector === 'none') return null
  const { konnectivity: written } = section
  return {
    serverHost: MASTER,
    agentPort: written?.['agent-port'] ?? AGENT_PORT,
    ...konnectivitySettings(written),
    keepaliveNs: written?.keepalive ?? DEFAULT_KEEPALIVE_NS,
    agents: members.nodes.map(({ name }) => name),
  }
}

/** Returns the virtual addresses of services. kube-proxies rewrite them to the address of an endpoint. */
export function virtualAddressesOf(
  environment: ClusterEnvironment,
  hosts: readonly HostBlueprint[],
): VirtualAddressBlueprint[] {
  const { members, apiserver, serviceAddresses: addresses } = environment
  const proxies = isControlPlaneNode(environment) ? [...members.nodeNames, MASTER] : members.nodeNames
  const mainAddress = new Map(hosts.map((host) => [host.name, host.addresses[0]]))
  const hostOfPod = new Map(members.pods.map(({ name, host }) => [name, host]))
  return servicesOf(members, apiserver.securePort, addresses).map((service) => ({
    name: service.name,
    address: service.clusterAddress,
    port: service.port,
    hosts: proxies,
    endpoints: service.endpoints.flatMap((endpoint) => {
      const address = mainAddress.get(hostOfPod.get(endpoint) ?? endpoint)
      return address === undefined ? [] : [{ address, port: service.targetPort }]
    }),
  }))
}

function servicesOf(members: Members, securePort: number, addresses: ReadonlyMap<string, string>): ServiceBlueprint[] {
  const own = [...members.services].map(([name, { pods, port = 80, targetPort }]) => ({
    name,
    clusterAddress: addresses.get(name)!,
    port,
    targetPort: targetPort ?? members.podSections.get(pods)?.listens ?? port,
    endpoints: (members.podsByApp.get(pods) ?? []).map((pod) => pod.name),
  }))
  const kubernetes = {
    name: KUBERNETES_SERVICE,
    clusterAddress: KUBERNETES_SERVICE_ADDRESS,
    port: 443,
    targetPort: securePort,
    endpoints: [MASTER],
  }
  return [kubernetes, ...own]
}
