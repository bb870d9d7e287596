import { kubeletApiserver } from '../../../cluster/paths/kinds/kubelet-apiserver.ts'
import {
  isForwarding,
  isFromKubelet,
  isOfKubernetes,
  kindForwarding,
  type PathKindName,
  pathKind,
} from '../../../cluster/paths/path-kinds.ts'
import { assert } from '../../../engine/assert.ts'
import type {
  Blueprint,
  CertificateBlueprint,
  PathBlueprint,
  TlsBlueprint,
  TunnelBlueprint,
  WorkloadBlueprint,
} from '../../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint, PodBlueprint, ServiceBlueprint } from '../../blueprint-cluster.ts'

/**
 * Paths that a cluster's own programs take, where the scenario declares none: they are set up as their kind and the
 * cluster's flags have it. Their names sort behind all that a scenario may write.
 */
export function withClusterPaths(blueprint: Blueprint): Blueprint {
  const { cluster } = blueprint
  if (cluster === null) return blueprint
  const paths = [...blueprint.paths]
  const identities = [...blueprint.identities]
  const add = (path: PathBlueprint) => {
    if (!paths.some(({ name }) => name === path.name)) paths.push(path)
  }
  const wanted = proxiedWorkloads(blueprint)
  for (const node of cluster.nodes) {
    const asks = node.kubelet.webhookEnabled || node.kubelet.authorizationMode === 'Webhook'
    if (asks && reviewPathOf({ ...blueprint, paths }, node) === undefined)
      add(kubeletToApiserver(blueprint, cluster, node))
  }
  for (const workload of wanted) {
    for (const node of kubeletsBehind(cluster, workload)) {
      if (kubeletPathOf({ ...blueprint, paths }, cluster, node) === undefined)
        add(apiserverToKubelet(blueprint, cluster, node))
    }
    for (const pod of podsBehind(cluster, workload)) {
      if (podPathOf({ ...blueprint, paths }, cluster, pod) === undefined) add(apiserverToPod(blueprint, cluster, pod))
    }
    for (const service of servicesBehind(cluster, workload)) {
      if (servicePathOf({ ...blueprint, paths }, cluster, service) === undefined)
        add(apiserverToService(blueprint, cluster, service))
    }
  }
  for (const path of [...paths]) for (const end of endsOfService(cluster, path)) add(end)
  for (const pod of cluster.pods)
    if (pod.listens !== null && pod.scheme === 'https') identities.push(podCertificate(pod))
  return { ...blueprint, paths, identities }
}

const TO_KUBELET: readonly string[] = ['logs', 'stream', 'exec', 'keystrokes', 'port-forward']

/** What of a user's goes on behind the apiserver. Without a target it is about all pods. */
export function isProxiedWorkload({ kind }: WorkloadBlueprint, path: PathBlueprint): boolean {
  return pathKind(path.kind).isForwarded === true && (TO_KUBELET.includes(kind) || kind === 'proxy-get')
}

function proxiedWorkloads({ workloads, paths }: Blueprint): readonly WorkloadBlueprint[] {
  return workloads.filter((workload) =>
    paths.some((path) => path.declared === workload.path && isProxiedWorkload(workload, path)),
  )
}

/** The names of what a workload is about, in the order in which it asks. */
export function targetNames(cluster: ClusterBlueprint, { target }: WorkloadBlueprint): readonly string[] {
  if (target !== null) return inOrder(target.names)
  return inOrder(cluster.pods.filter(({ node }) => node !== cluster.apiserver.host).map(({ name }) => name))
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...names].sort((a, b) => (a < b ? -1 : 1))
}

function kubeletsBehind(cluster: ClusterBlueprint, workload: WorkloadBlueprint): readonly NodeBlueprint[] {
  const names = targetNames(cluster, workload)
  const isNodes = workload.target?.resource === 'nodes'
  if (!isNodes && !TO_KUBELET.includes(workload.kind)) return []
  const wanted = new Set(isNodes ? names : names.map((name) => podNamed(cluster, name).node))
  return cluster.nodes.filter(({ name }) => wanted.has(name))
}

function podsBehind(cluster: ClusterBlueprint, workload: WorkloadBlueprint): readonly PodBlueprint[] {
  if (workload.kind !== 'proxy-get' || (workload.target !== null && workload.target.resource !== 'pods')) return []
  return targetNames(cluster, workload).map((name) => podNamed(cluster, name))
}

function servicesBehind({ services }: ClusterBlueprint, { target }: WorkloadBlueprint): readonly ServiceBlueprint[] {
  return target?.resource === 'services' ? services.filter(({ name }) => target.names.includes(name)) : []
}

export function podNamed({ pods }: ClusterBlueprint, name: string): PodBlueprint {
  const pod = pods.find((candidate) => candidate.name === name)
  assert(pod !== undefined, `a checked scenario names pods that exist: ${name}`)
  return pod
}

/** null: the pod is on the master, where no kubelet looks after it. */
export function nodeOfPod({ nodes }: ClusterBlueprint, pod: PodBlueprint): NodeBlueprint | null {
  return nodes.find(({ name }) => name === pod.node) ?? null
}

export function nodeNamed({ nodes }: ClusterBlueprint, name: string): NodeBlueprint {
  const node = nodes.find((candidate) => candidate.name === name)
  assert(node !== undefined, `a checked scenario names nodes that exist: ${name}`)
  return node
}

/** The host whose network a pod uses. */
export function hostOfPod({ name, node, hostNetwork }: PodBlueprint): string {
  return hostNetwork ? node : name
}

// Which path is whose. Of several the first by name.

/** A kubelet has one connection to the apiserver for all that it says (client-go). */
export function reviewPathOf({ paths }: Blueprint, { name }: NodeBlueprint): PathBlueprint | undefined {
  return firstOf(paths, ({ kind, from, protocol }) => isFromKubelet(kind) && from === name && protocol === 'h2')
}

export function kubeletPathOf(
  { paths }: Blueprint,
  { apiserver }: ClusterBlueprint,
  { name, kubelet }: NodeBlueprint,
): PathBlueprint | undefined {
  return firstOf(
    paths,
    ({ kind, from, to, port }) =>
      isForwarding(kind, 'kubelets') && from === apiserver.host && to === name && port === kubelet.port,
  )
}

export function podPathOf(
  { paths }: Blueprint,
  { apiserver }: ClusterBlueprint,
  pod: PodBlueprint,
): PathBlueprint | undefined {
  const host = hostOfPod(pod)
  return firstOf(
    paths,
    ({ kind, from, to, port }) =>
      isForwarding(kind, 'pods') && from === apiserver.host && to === host && port === pod.listens,
  )
}

export function servicePathOf(
  { paths }: Blueprint,
  { apiserver }: ClusterBlueprint,
  { name }: ServiceBlueprint,
): PathBlueprint | undefined {
  return firstOf(
    paths,
    ({ kind, from, service }) => isForwarding(kind, 'services') && from === apiserver.host && service === name,
  )
}

function firstOf(paths: readonly PathBlueprint[], isWanted: (path: PathBlueprint) => boolean) {
  let first: PathBlueprint | undefined
  for (const path of paths) if (isWanted(path) && (first === undefined || path.name < first.name)) first = path
  return first
}

/** One path to each endpoint; a connection goes along one of them. */
export function endsOfService(cluster: ClusterBlueprint, path: PathBlueprint): readonly PathBlueprint[] {
  const service = cluster.services.find(({ name }) => name === path.service)
  if (service === undefined) return []
  return inOrder(service.endpoints)
    .filter((name) => cluster.pods.some((pod) => pod.name === name))
    .map((name) => ({
      ...path,
      name: `~${path.name}/${name}`,
      declared: `~${path.name}`,
      to: hostOfPod(podNamed(cluster, name)),
      address: null,
      service: null,
    }))
}

// What they are like.

function internal(blueprint: Blueprint, kind: PathKindName, name: string, from: string, to: string) {
  const { protocols } = pathKind(kind).defaults
  const declared = `~${kind}`
  return {
    name: `${declared}/${name}`,
    declared,
    kind,
    from,
    to,
    address: null,
    service: null,
    protocols,
    tls: newest(blueprint),
  }
}

/** As every other connection inside Kubernetes; RSA, which needs keys of its kind, is for paths that ask for it. */
function newest({ paths }: Blueprint): Pick<TlsBlueprint, 'version' | 'keyExchange'> {
  const known = paths.find(({ tls, kind }) => tls !== null && isOfKubernetes(kind) && tls.keyExchange !== 'rsa')?.tls
  return { version: known?.version ?? '1.3', keyExchange: known?.keyExchange ?? 'x25519' }
}

function kubeletToApiserver(blueprint: Blueprint, cluster: ClusterBlueprint, node: NodeBlueprint): PathBlueprint {
  const { apiserver } = cluster
  const { protocols, tls, ...path } = internal(blueprint, kubeletApiserver.name, node.name, node.name, apiserver.host)
  return {
    ...path,
    port: apiserver.configuration.securePort,
    protocol: protocols.https,
    tls: {
      ...tls,
      verify: 'ca',
      ca: issuerOf(blueprint, apiserver.servingCertificate),
      serverCertificate: apiserver.servingCertificate,
      clientCa: apiserver.configuration.clientCa,
      client: { kind: 'certificate', certificate: node.clientCertificate },
    },
    tunnel: null,
  }
}

function apiserverToKubelet(blueprint: Blueprint, cluster: ClusterBlueprint, node: NodeBlueprint): PathBlueprint {
  const { host, configuration } = cluster.apiserver
  const { kubeletCertificateAuthority: ca, kubeletClientCertificate, enableKubeletCertCnValidation } = configuration
  const { protocols, tls, ...path } = internal(blueprint, kindForwarding('kubelets'), node.name, host, node.name)
  return {
    ...path,
    port: node.kubelet.port,
    protocol: protocols.https,
    tls: {
      ...tls,
      verify: ca === null ? 'none' : enableKubeletCertCnValidation ? 'ca+cn' : 'ca',
      ca: ca ?? issuerOf(blueprint, cluster.apiserver.servingCertificate),
      serverCertificate: node.servingCertificate,
      clientCa: node.kubelet.clientCa,
      client:
        kubeletClientCertificate === null
          ? { kind: 'none' }
          : { kind: 'certificate', certificate: kubeletClientCertificate },
    },
    tunnel: tunnelOf(blueprint, cluster),
  }
}

function apiserverToPod(blueprint: Blueprint, cluster: ClusterBlueprint, pod: PodBlueprint): PathBlueprint {
  const { host } = cluster.apiserver
  const { protocols, tls, ...path } = internal(blueprint, kindForwarding('pods'), pod.name, host, hostOfPod(pod))
  assert(pod.listens !== null, 'who is proxied to listens')
  return {
    ...path,
    port: pod.listens,
    protocol: protocols[pod.scheme],
    tls: pod.scheme === 'http' ? null : { ...tls, ...unverified(blueprint, cluster, pod) },
    tunnel: tunnelOf(blueprint, cluster),
  }
}

function apiserverToService(blueprint: Blueprint, cluster: ClusterBlueprint, service: ServiceBlueprint): PathBlueprint {
  const { host } = cluster.apiserver
  const first = podNamed(cluster, inOrder(service.endpoints)[0])
  const { protocols, tls, ...path } = internal(
    blueprint,
    kindForwarding('services'),
    service.name,
    host,
    hostOfPod(first),
  )
  return {
    ...path,
    service: service.name,
    port: service.targetPort,
    protocol: protocols[first.scheme],
    tls: first.scheme === 'http' ? null : { ...tls, ...unverified(blueprint, cluster, first) },
    tunnel: tunnelOf(blueprint, cluster),
  }
}

/** Whatever the server shows is taken, and the client shows nothing (facts, kubernetes-paths.md 1.7). */
function unverified(
  blueprint: Blueprint,
  { apiserver }: ClusterBlueprint,
  pod: PodBlueprint,
): Omit<TlsBlueprint, 'version' | 'keyExchange'> {
  return {
    verify: 'none',
    ca: issuerOf(blueprint, apiserver.servingCertificate),
    serverCertificate: podCertificateName(pod),
    clientCa: null,
    client: { kind: 'none' },
  }
}

export function podCertificateName({ app }: PodBlueprint): string {
  return `~pod/${app}`
}

/** All replicas mount the same one. */
function podCertificate(pod: PodBlueprint): CertificateBlueprint {
  return {
    kind: 'certificate',
    name: podCertificateName(pod),
    issuer: null,
    cn: pod.app,
    organizations: [],
    sans: [pod.app],
    usages: ['server'],
    key: 'ecdsa-p256',
    notBeforeS: 0,
    notAfterS: YEAR_S,
  }
}

const YEAR_S = 365 * 24 * 3600

function issuerOf({ identities }: Blueprint, name: string): string {
  const found = identities.find((identity) => identity.name === name)
  return found?.kind === 'certificate' ? (found.issuer ?? name) : name
}

/** All that the apiserver wants of the cluster goes through the same tunnels. */
function tunnelOf(
  { paths }: Blueprint,
  { apiserver, sshTunneler, konnectivity, nodes }: ClusterBlueprint,
): TunnelBlueprint | null {
  const kind = sshTunneler !== null ? 'ssh' : konnectivity !== null ? 'konnectivity' : null
  if (kind === null) return null
  const known = firstOf(paths, (path) => path.from === apiserver.host && path.tunnel?.kind === kind)?.tunnel
  const via = namesOf(nodes)
  if (known != null) return { ...known, via }
  if (konnectivity === null) return { kind: 'ssh', warm: true, via, hostKey: 'ignore' }
  const { strategy, authentication, agents } = konnectivity
  return { kind: 'konnectivity', via: agents, warm: true, strategy, authentication }
}

const namesByNodes = new WeakMap<readonly NodeBlueprint[], readonly string[]>()

/** Always the same list, as the paths of a scenario share one: whoever works on it does so once. */
function namesOf(nodes: readonly NodeBlueprint[]): readonly string[] {
  const known = namesByNodes.get(nodes) ?? nodes.map(({ name }) => name)
  namesByNodes.set(nodes, known)
  return known
}
