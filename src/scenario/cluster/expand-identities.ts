import { REQUESTED_TOKEN_LIFETIME_S } from '../../cluster/access/projected-token.ts'
import { serviceAccountExtendTokenExpiration as extendsTokens } from '../../cluster/flags/apiserver/service-account-extend-token-expiration.ts'
import { defaultAt } from '../../cluster/flags/flag.ts'
import { type OwnCertificate, ownCertificateOf } from '../../cluster/kubelet/own-certificate.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { CLUSTER_CA, DEFAULT_ACCOUNT, IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { buildMap, buildTree, type TreeInput } from '../tree/build-tree.ts'
import { PatternTrees } from '../tree/pattern-tree.ts'
import { scalarAt, type Tree, treeAt } from '../tree/tree.ts'
import { MASTER, type Members, type NodeMember } from './cluster-members.ts'
import { KUBERNETES_SERVICE_ADDRESS } from './service-address.ts'
import { poolsIssued } from './serving-issued.ts'
import type { StanzaPositions } from './stanza-positions.ts'

interface IdentityContext {
  readonly members: Members
  readonly section: ClusterSection
  readonly version: KubernetesVersion
  readonly addresses: ReadonlyMap<string, readonly string[]>
  readonly positions: StanzaPositions
  readonly tree: Tree
}

/** Returns the identities of a cluster: certificates that kubeadm and kubelets create, and the tokens of pods. */
export function expandIdentities(context: IdentityContext): Tree {
  const { members, positions, addresses, version, section } = context
  const tokens = [...members.podSections]
    .filter(([, { token = true }]) => token)
    .map(([app, { account = DEFAULT_ACCOUNT }]): [string, Tree] => [
      IDENTITY_NAMES.podToken(app),
      buildTree({ kind: 'service-account-token', account, expires: tokenLifetime(context) }, positions.pods),
    ])
  const servers = [...members.podSections]
    .filter(([, { scheme }]) => scheme === 'https')
    .map(([app]): [string, Tree] => [
      IDENTITY_NAMES.appServing(app),
      buildTree(appCertificate(app, members), positions.pods),
    ])
  const users = [...members.users].map(([name, { groups = [] }]): [string, Tree] => [
    IDENTITY_NAMES.userClient(name),
    buildTree({ ...clientCertificate(name, groups), key: 'rsa-2048' }, positions.users),
  ])
  const bootstrap =
    section.join?.bootstrap === true
      ? {
          [IDENTITY_NAMES.bootstrapToken]: {
            kind: 'service-account-token',
            account: 'kube-system/bootstrap',
            expires: '24h',
          },
        }
      : {}
  const ofControlPlane: { readonly [name: string]: TreeInput } = {
    [CLUSTER_CA]: { kind: 'ca', cn: 'kubernetes', key: 'rsa-2048' },
    [IDENTITY_NAMES.apiserverServing]: {
      kind: 'certificate',
      issuer: CLUSTER_CA,
      cn: 'kube-apiserver',
      sans: [...APISERVER_NAMES, KUBERNETES_SERVICE_ADDRESS, ...addresses.get(MASTER)!],
      usages: ['server'],
      key: 'rsa-2048',
    },
    [IDENTITY_NAMES.apiserverKubeletClient]: {
      ...clientCertificate('kube-apiserver-kubelet-client', [abilitiesOf(version).kubeadm.kubeletClientGroup]),
      key: 'rsa-2048',
    },
    [IDENTITY_NAMES.schedulerClient]: { ...clientCertificate('system:kube-scheduler', []), key: 'rsa-2048' },
    ...bootstrap,
  }
  const ofMembers = [...identitiesOfNodes(context), ...tokens, ...servers, ...users]
  return buildMap([...Object.entries(ofControlPlane), ...ofMembers], positions.cluster)
}

/** The DNS names that kubeadm puts into the certificate of the apiserver. */
const APISERVER_NAMES = [
  MASTER,
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
]

function clientCertificate(cn: string, organizations: readonly string[]) {
  const groups = organizations.length === 0 ? {} : { organizations }
  return { kind: 'certificate', issuer: CLUSTER_CA, cn, ...groups, usages: ['client'] } as const
}

/** Returns the certificate that all replicas of an application share. It is valid for the names of its services. */
function appCertificate(app: string, { services }: Members): TreeInput {
  const names = [...services].filter(([, { pods }]) => pods === app).map(([name]) => `${name}.default.svc`)
  return { kind: 'certificate', issuer: CLUSTER_CA, cn: app, sans: [app, ...names], usages: ['server'] }
}

/** Returns the identities of all nodes, by name. */
function identitiesOfNodes(context: IdentityContext): (readonly [string, Tree])[] {
  const { members, section, version: ofCluster, tree, addresses } = context
  const issued = poolsIssued(members.nodes, section, tree)
  const ownOf = ({ name, version }: NodeMember) => ownCertificateOf(name, version ?? ofCluster)
  const client = identityOfNodes(context, IDENTITY_NAMES.nodeClient, ['cn'], clientOfNode)
  const serving = identityOfNodes(context, IDENTITY_NAMES.issuedServing, ['cn', 'sans'], (node) =>
    issuedOfNode(node, addresses),
  )
  const own = identityOfNodes(context, IDENTITY_NAMES.selfSignedServing, ['cn', 'sans', 'issuer'], (node) =>
    ownOfNode(node, ownOf(node)),
  )
  const authority = identityOfNodes(context, IDENTITY_NAMES.ownAuthority, ['cn'], (node) => ({
    kind: 'ca',
    ...ownOf(node).authority!,
    sans: [],
  }))
  return members.nodes.flatMap((node) => {
    if (issued.has(node.pool)) return [client(node), serving(node)]
    return ownOf(node).authority === null ? [client(node), own(node)] : [client(node), authority(node), own(node)]
  })
}

type Identity = Readonly<Record<string, string | readonly string[] | true>>

/**
 * Returns a function for the name and the tree of an identity of each node. The trees of a pool share one pattern. A
 * node whose host the scenario declares has a pattern of its own, because its addresses can be arbitrary.
 *
 * @param ownKeys the keys whose values differ between the nodes of a pool
 */
function identityOfNodes(
  { positions, tree }: IdentityContext,
  nameOf: (node: string) => string,
  ownKeys: readonly string[],
  identityOf: (node: NodeMember) => Identity,
): (node: NodeMember) => readonly [string, Tree] {
  const trees = new PatternTrees<NodeMember>(
    ({ name, pool }) => (treeAt(tree, ['hosts', name]) === undefined ? pool : `${pool}/${name}`),
    (node) => buildTree(identityOf(node), positions.nodes),
    (node) => {
      const identity = identityOf(node)
      return Object.fromEntries(ownKeys.map((key) => [key, identity[key]]))
    },
  )
  return (node) => [nameOf(node.name), trees.of(node)]
}

/** Returns the client certificate of a kubelet. */
function clientOfNode({ name }: NodeMember): Identity {
  return {
    kind: 'certificate',
    issuer: CLUSTER_CA,
    cn: `system:node:${name}`,
    organizations: ['system:nodes'],
    usages: ['client'],
  }
}

/** Returns a kubelet's serving certificate that the CA of the cluster issued. */
function issuedOfNode({ name }: NodeMember, addresses: IdentityContext['addresses']): Identity {
  return {
    kind: 'certificate',
    issuer: CLUSTER_CA,
    cn: `system:node:${name}`,
    organizations: ['system:nodes'],
    sans: [name, ...addresses.get(name)!],
    key: 'ecdsa-p256',
    usages: ['server'],
  }
}

/** Returns a kubelet's serving certificate that the kubelet made itself. */
function ownOfNode({ name }: NodeMember, { authority, ...shape }: OwnCertificate): Identity {
  const certificate = { kind: 'certificate', ...shape, usages: ['server'] }
  if (authority === null) return { ...certificate, issuer: 'self-signed' }
  return { ...certificate, issuer: IDENTITY_NAMES.ownAuthority(name), includesIssuer: true }
}

/**
 * Returns the lifetime of the tokens of pods. Tokens of secrets never expire. Projected tokens are requested for 3607 s,
 * which --service-account-extend-token-expiration extends to a year.
 */
function tokenLifetime({ version, tree }: IdentityContext): string {
  if (abilitiesOf(version).pods.token === 'secret') return 'never'
  const flag = scalarAt(tree, ['cluster', 'apiserver', 'flags', extendsTokens.name])
  const isExtended = flag === undefined ? defaultAt(extendsTokens, version) : flag !== false
  return isExtended ? '365d' : `${REQUESTED_TOKEN_LIFETIME_S}s`
}
