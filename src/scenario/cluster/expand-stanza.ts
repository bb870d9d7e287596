import { sshUser } from '../../cluster/flags/apiserver/ssh-user.ts'
import { stateAt } from '../../cluster/flags/flag.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { Position } from '../problems/source-text.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { automaticAddresses, EXTERNAL } from '../topology/automatic-address.ts'
import { buildMap, buildTree, type TreeInput } from '../tree/build-tree.ts'
import { originOf } from '../tree/origin.ts'
import { type OwnValues, PatternTrees } from '../tree/pattern-tree.ts'
import { type MapTree, mergeTrees, plainOf, scalarAt, type Tree, treeAt } from '../tree/tree.ts'
import { MASTER, type Members, membersOf, type NodeMember, type PodMember } from './cluster-members.ts'
import { expandIdentities } from './expand-identities.ts'
import { KUBERNETES_SERVICE_ADDRESS } from './service-address.ts'
import { poolsIssued } from './serving-issued.ts'
import type { StanzaPositions } from './stanza-positions.ts'

/** Returns the hosts, links, segments and identities that the section `cluster` expands to. */
export function expandSections(tree: MapTree, section: ClusterSection, version: KubernetesVersion): MapTree {
  const members = membersOf(section)
  const positions = positionsIn(tree)
  const addresses = addressesOf(members, tree, version)
  const hosts = hostsOf(members, addresses, positions, section, tree)
  const parts = [
    buildTree(
      {
        hosts,
        links: linksOf(members, positions, section, tree),
        segments: segmentsOf(members, positions, section, tree),
      },
      positions.cluster,
    ),
    buildTree(
      { identities: expandIdentities({ members, section, version, addresses, positions, tree }) },
      positions.cluster,
    ),
    buildTree({ paths: {}, workloads: {} }, positions.cluster),
  ]
  return parts.reduce(mergeTrees) as MapTree
}

function positionsIn(tree: MapTree): StanzaPositions {
  const place = (key: string): Position => {
    const position = treeAt(tree, ['cluster', key])?.position
    const cluster = tree.entries.get('cluster')!.keyPosition
    if (position === undefined) return { ...cluster, origin: `default of cluster.${key}` }
    return { ...position, origin: `from cluster.${key}, ${originOf(position)}` }
  }
  const cluster = tree.entries.get('cluster')!.keyPosition
  return {
    cluster: { ...cluster, origin: 'from cluster' },
    nodes: place('nodes'),
    pods: place('pods'),
    users: place('users'),
    address: { ...cluster, origin: 'from its name' },
  }
}

function namesOf({ nodes, pods, users }: Members): string[] {
  const ofPods = pods.filter(({ name, host }) => name === host).map(({ name }) => name)
  return [MASTER, ...nodes.map(({ name }) => name), ...ofPods, ...users.keys()]
}

/**
 * Returns the addresses of every host: the written ones, or one that derives from the name. A node with an SSH tunnel
 * from the apiserver also has an external address.
 */
function addressesOf(members: Members, tree: Tree, version: KubernetesVersion): ReadonlyMap<string, readonly string[]> {
  const written = treeAt(tree, ['hosts'])
  const given = new Map<string, readonly string[]>()
  const names = new Set(namesOf(members))
  if (written?.kind === 'map') {
    for (const [name, host] of written.entries) {
      names.add(name)
      const addresses = treeAt(host.tree, ['addresses'])
      if (addresses?.kind === 'list') given.set(name, (plainOf(addresses) as unknown[]).map(String))
    }
  }
  const unaddressed = [...names].filter((name) => !given.has(name))
  const taken = new Set([...[...given.values()].flat(), KUBERNETES_SERVICE_ADDRESS])
  const automatic = automaticAddresses(unaddressed, taken)
  const tunnelled = hasSshTunnels(tree, version) ? members.nodes.map(({ name }) => name) : []
  const external = automaticAddresses(
    tunnelled.filter((name) => !given.has(name)),
    taken,
    EXTERNAL,
  )
  const withExternal = (name: string, address: string): readonly string[] => {
    const second = external.get(name)
    return second === undefined ? [address] : [address, second]
  }
  return new Map([...given, ...[...automatic].map(([name, address]) => [name, withExternal(name, address)] as const)])
}

/** Returns whether the apiserver opens SSH tunnels to the nodes. */
function hasSshTunnels(tree: Tree, version: KubernetesVersion): boolean {
  const user = scalarAt(tree, ['cluster', 'apiserver', 'flags', sshUser.name])
  return typeof user === 'string' && user !== sshUser.unset && stateAt(sshUser, version) === 'present'
}

function hostsOf(
  members: Members,
  addresses: ReadonlyMap<string, readonly string[]>,
  positions: StanzaPositions,
  section: ClusterSection,
  tree: Tree,
): TreeInput {
  const own = (name: string) => buildTree([...addresses.get(name)!], positions.address)
  const issued = poolsIssued(members.nodes, section, tree)
  const servingOf = ({ name, pool }: NodeMember) =>
    issued.has(pool) ? IDENTITY_NAMES.issuedServing(name) : IDENTITY_NAMES.selfSignedServing(name)
  const hostOfNode = (node: NodeMember) => {
    const { name, zone, version } = node
    const shape = {
      addresses: own(name),
      zone: zone ?? undefined,
      kubernetes: version?.text,
      certificate: servingOf(node),
    }
    return buildTree(shape, positions.nodes)
  }
  const ownOfNode = (node: NodeMember): OwnValues => {
    const values = { addresses: addresses.get(node.name)!, certificate: servingOf(node) }
    return node.zone === null ? values : { ...values, zone: node.zone }
  }
  const hostsOfNodes = new PatternTrees<NodeMember>(({ pool }) => pool, hostOfNode, ownOfNode)
  const hostOfPod = ({ name, app }: PodMember) => {
    const isTls = members.podSections.get(app)!.scheme === 'https'
    const certificate = isTls ? IDENTITY_NAMES.appServing(app) : undefined
    return buildTree({ addresses: own(name), certificate }, positions.pods)
  }
  const ownOfPod = ({ name }: PodMember) => ({ addresses: addresses.get(name)! })
  const hostsOfPods = new PatternTrees<PodMember>(({ app }) => app, hostOfPod, ownOfPod)
  const nodes = members.nodes.map((node) => [node.name, hostsOfNodes.of(node)] as const)
  const pods = members.pods
    .filter(({ name, host }) => name === host)
    .map((pod) => [pod.name, hostsOfPods.of(pod)] as const)
  const users = [...members.users.keys()].map(
    (name) => [name, buildTree({ addresses: own(name) }, positions.users)] as const,
  )
  const sharesCores = treeAt(tree, ['hosts', MASTER, 'cores-of']) !== undefined
  const cores = sharesCores ? undefined : 4
  const master = { addresses: own(MASTER), cores, certificate: IDENTITY_NAMES.apiserverServing }
  return buildMap([[MASTER, master], ...nodes, ...pods, ...users], positions.cluster)
}

function linksOf(members: Members, positions: StanzaPositions, section: ClusterSection, tree: Tree): TreeInput {
  const medium = mediumOf(positions.nodes, tree, 'control-to-nodes', 'gce-private')
  const endsOfNode = ({ name }: NodeMember) => ({ between: [MASTER, name] })
  const linksOfNodes = new PatternTrees<NodeMember>(
    () => '',
    (node) => mergeTrees(buildTree(endsOfNode(node), positions.nodes), medium),
    endsOfNode,
  )
  const endsOfPod = ({ name, node }: PodMember) => ({ between: [node, name] })
  const linksOfPods = new PatternTrees<PodMember>(
    () => '',
    (pod) => buildTree({ ...endsOfPod(pod), profile: 'pod-network' }, positions.pods),
    endsOfPod,
  )
  const nodes = (hasSharedNetwork(section) ? [] : members.nodes).map(
    (node) => [`control-${node.name}`, linksOfNodes.of(node)] as const,
  )
  const pods = members.pods
    .filter(({ name, node, host }) => name === host && (node === MASTER || !isBridged(section)))
    .map((pod) => [`pod-${pod.name}`, linksOfPods.of(pod)] as const)
  const users = [...members.users.keys()].map(
    (user) =>
      [
        `user-${user}`,
        withMedium(buildTree({ between: [user, MASTER] }, positions.users), tree, 'users-to-control', 'public-network'),
      ] as const,
  )
  return buildMap([...nodes, ...pods, ...users], positions.cluster)
}

function segmentsOf(
  { nodes, pods }: Members,
  positions: StanzaPositions,
  section: ClusterSection,
  tree: Tree,
): TreeInput {
  const segments: [string, Tree][] = []
  if (hasSharedNetwork(section)) {
    const shape = { hosts: [MASTER, ...nodes.map(({ name }) => name)], l2: 'bridged' }
    segments.push(['nodes', withMedium(buildTree(shape, positions.nodes), tree, 'control-to-nodes', 'gce-private')])
  } else if (nodes.length > 1) {
    const all = buildTree({ hosts: nodes.map(({ name }) => name) }, positions.nodes)
    segments.push(['nodes', withMedium(all, tree, 'node-to-node', 'gce-private')])
  }
  for (const { name: node } of isBridged(section) ? nodes : []) {
    const own = pods.filter((pod) => pod.node === node && pod.name === pod.host).map(({ name }) => name)
    const shape = { hosts: [node, ...own], profile: 'pod-network', l2: 'bridged' }
    if (own.length > 0) segments.push([`pods-${node}`, buildTree(shape, positions.pods)])
  }
  return Object.fromEntries(segments)
}

/** Returns whether the master and all nodes share one Ethernet segment. */
function hasSharedNetwork(section: ClusterSection): boolean {
  return section['node-network'] === 'bridged'
}

/** Returns whether the pods of a node share a bridge with it, as with kubenet or the CNI plugin `bridge`. */
function isBridged(section: ClusterSection): boolean {
  return section['pod-network'] === 'bridged'
}

/** Adds the medium that `cluster.links` gives to a link or segment, or `otherwise`. */
function withMedium(base: Tree, tree: Tree, key: string, otherwise: string): Tree {
  return mergeTrees(base, mediumOf(base.position, tree, key, otherwise))
}

/** Returns the medium that `cluster.links` gives at a position: a profile by name, or the keys of a link. */
function mediumOf(base: Position, tree: Tree, key: string, otherwise: string): Tree {
  const medium = treeAt(tree, ['cluster', 'links', key])
  if (medium === undefined)
    return buildTree({ profile: otherwise }, { ...base, origin: `default of cluster.links.${key}` })
  const position = { ...medium.position, origin: `from cluster.links.${key}, ${originOf(medium.position)}` }
  return medium.kind === 'map' ? medium : buildTree({ profile: medium }, position)
}
