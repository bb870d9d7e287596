import { REQUESTED_TOKEN_LIFETIME_S } from '../../cluster/access/projected-token.ts'
import { serviceAccountExtendTokenExpiration as extendsTokens } from '../../cluster/flags/apiserver/service-account-extend-token-expiration.ts'
import { defaultAt } from '../../cluster/flags/flag.ts'
import { ownCertificateOf } from '../../cluster/kubelet/own-certificate.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { kubeletSectionOf } from '../configuration/written-flags.ts'
import { CLUSTER_CA, DEFAULT_ACCOUNT, IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import { buildTree, type TreeInput } from '../tree/build-tree.ts'
import { scalarAt, type Tree } from '../tree/tree.ts'
import { MASTER, type Members, type NodeMember } from './cluster-members.ts'
import { KUBERNETES_SERVICE_ADDRESS } from './service-address.ts'
import { isServingIssued } from './serving-issued.ts'
import type { StanzaPositions } from './stanza-positions.ts'

interface IdentityContext {
  readonly members: Members
  readonly section: ClusterSection
  readonly version: KubernetesVersion
  readonly addresses: ReadonlyMap<string, readonly string[]>
  readonly positions: StanzaPositions
  readonly tree: Tree
}

/** Returns the identities of a cluster: certificates as kubeadm and kubelets create them, and the tokens of pods. */
export function expandIdentities(context: IdentityContext): TreeInput {
  const { members, positions, addresses, version, section } = context
  const shared = sharedTrees(positions)
  const nodes = members.nodes.flatMap((node) => nodeIdentities(node, context, shared))
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
  return {
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
    ...Object.fromEntries([...nodes, ...tokens, ...servers, ...users]),
  }
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

/** The values that the certificates of all nodes have in common: one tree each, since there may be 100,000 nodes. */
interface SharedTrees {
  readonly certificate: Tree
  readonly clusterCa: Tree
  readonly nodesGroup: Tree
  readonly client: Tree
  readonly server: Tree
}

function sharedTrees({ nodes }: StanzaPositions): SharedTrees {
  return {
    certificate: buildTree('certificate', nodes),
    clusterCa: buildTree(CLUSTER_CA, nodes),
    nodesGroup: buildTree(['system:nodes'], nodes),
    client: buildTree(['client'], nodes),
    server: buildTree(['server'], nodes),
  }
}

/** Returns the certificate that all replicas of an application share, valid for the names of its services. */
function appCertificate(app: string, { services }: Members): TreeInput {
  const names = [...services].filter(([, { pods }]) => pods === app).map(([name]) => `${name}.default.svc`)
  return { kind: 'certificate', issuer: CLUSTER_CA, cn: app, sans: [app, ...names], usages: ['server'] }
}

function nodeIdentities(node: NodeMember, context: IdentityContext, shared: SharedTrees): [string, TreeInput][] {
  const { section, positions, tree } = context
  const serving = isServingIssued(kubeletSectionOf(section, node.pool), tree)
    ? issuedIdentities(node, context, shared)
    : ownIdentities(node, context, shared)
  const client = {
    kind: shared.certificate,
    issuer: shared.clusterCa,
    cn: `system:node:${node.name}`,
    organizations: shared.nodesGroup,
    usages: shared.client,
  }
  const all: [string, TreeInput][] = [[IDENTITY_NAMES.nodeClient(node.name), client], ...serving]
  return all.map(([name, identity]) => [name, buildTree(identity, positions.nodes)])
}

function issuedIdentities(
  { name }: NodeMember,
  { addresses }: IdentityContext,
  shared: SharedTrees,
): [string, TreeInput][] {
  const certificate = {
    kind: shared.certificate,
    issuer: shared.clusterCa,
    cn: `system:node:${name}`,
    organizations: shared.nodesGroup,
    sans: [name, ...addresses.get(name)!],
    key: 'ecdsa-p256',
    usages: shared.server,
  }
  return [[IDENTITY_NAMES.issuedServing(name), certificate]]
}

function ownIdentities(
  { name, version: own }: NodeMember,
  { version }: IdentityContext,
  shared: SharedTrees,
): [string, TreeInput][] {
  const { authority, ...shape } = ownCertificateOf(name, own ?? version)
  const certificate = { kind: shared.certificate, ...shape, usages: shared.server }
  if (authority === null) return [[IDENTITY_NAMES.selfSignedServing(name), { ...certificate, issuer: 'self-signed' }]]
  const ca = IDENTITY_NAMES.ownAuthority(name)
  return [
    [ca, { kind: 'ca', ...authority, sans: [] }],
    [IDENTITY_NAMES.selfSignedServing(name), { ...certificate, issuer: ca, includesIssuer: true }],
  ]
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
