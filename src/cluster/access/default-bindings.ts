import type { ApiserverConfiguration } from '../flags/configuration.ts'
import type { RoleName } from './default-roles.ts'
import { AUTHENTICATED, type Identity, MASTERS, NODES, UNAUTHENTICATED } from './identity.ts'

/** A binding of a role to a subject. It exists in releases 1.`first` to 1.`last`. */
export interface Binding {
  readonly name: string
  readonly kind: 'ClusterRoleBinding' | 'RoleBinding'
  readonly role: RoleName
  readonly subject: { readonly kind: 'User' | 'Group'; readonly name: string }
  readonly first: number
  readonly last: number
}

/** The installer of the cluster, which adds bindings to those of the API server. `nobody`: none was added. */
export type Installer = 'kubeadm' | 'gce' | 'nobody'

/** The facts about a cluster from which its default bindings follow. */
export interface BindingFacts {
  /** The minor release of the API server. */
  readonly minor: number
  readonly installer: Installer
  /** True if the binding system:node has the group system:nodes as its subject. */
  readonly bindsNodes: boolean
}

const GROUP = 'Group'
const USER = 'User'

/** Binds all nodes to the role of a node, so that each node has the permissions of all nodes. */
const NODE_BINDING = clusterBinding('system:node', 'system:node', GROUP, NODES)

/**
 * The bindings that the API server creates when it starts (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go,
 * ClusterRoleBindings).
 */
const APISERVER_BINDINGS: readonly Binding[] = [
  clusterBinding('cluster-admin', 'cluster-admin', GROUP, MASTERS),
  clusterBinding('system:discovery', 'system:discovery', GROUP, AUTHENTICATED),
  // Before 1.14, every client could discover the API. Since then, new clusters show only health and version
  // (k/k#73807).
  clusterBinding('system:discovery', 'system:discovery', GROUP, UNAUTHENTICATED, 0, 13),
  clusterBinding('system:basic-user', 'system:basic-user', GROUP, AUTHENTICATED),
  clusterBinding('system:basic-user', 'system:basic-user', GROUP, UNAUTHENTICATED, 0, 13),
  clusterBinding('system:public-info-viewer', 'system:public-info-viewer', GROUP, AUTHENTICATED, 14),
  clusterBinding('system:public-info-viewer', 'system:public-info-viewer', GROUP, UNAUTHENTICATED, 14),
  NODE_BINDING,
  clusterBinding('system:node-proxier', 'system:node-proxier', USER, 'system:kube-proxy'),
  clusterBinding('system:kube-scheduler', 'system:kube-scheduler', USER, 'system:kube-scheduler'),
  clusterBinding(
    'system:kube-controller-manager',
    'system:kube-controller-manager',
    USER,
    'system:kube-controller-manager',
  ),
  // bootstrappolicy/controller_policy.go. In kubeadm clusters, controllers use their own accounts
  // (--use-service-account-credentials).
  clusterBinding(
    'system:controller:certificate-controller',
    'system:controller:certificate-controller',
    USER,
    'system:serviceaccount:kube-system:certificate-controller',
  ),
]

const KUBEADM_BOOTSTRAPPERS = 'system:bootstrappers:kubeadm:default-node-token'
const NODE_CLIENT = 'system:certificates.k8s.io:certificatesigningrequests:nodeclient'
const SELF_NODE_CLIENT = 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient'

/**
 * The bindings that kubeadm adds (cmd/kubeadm/app/phases: bootstraptoken/node, bootstraptoken/clusterinfo,
 * addons/proxy). Since 1.8 its tokens have a separate group. Since 1.29 it binds its administrators (k/k#121837).
 */
const KUBEADM_BINDINGS: readonly Binding[] = [
  clusterBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', GROUP, 'system:bootstrappers', 0, 7),
  clusterBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', GROUP, KUBEADM_BOOTSTRAPPERS, 8),
  clusterBinding('kubeadm:node-autoapprove-bootstrap', NODE_CLIENT, GROUP, 'system:bootstrappers', 0, 7),
  clusterBinding('kubeadm:node-autoapprove-bootstrap', NODE_CLIENT, GROUP, KUBEADM_BOOTSTRAPPERS, 8),
  clusterBinding('kubeadm:node-proxier', 'system:node-proxier', USER, 'system:serviceaccount:kube-system:kube-proxy'),
  clusterBinding('kubeadm:node-autoapprove-certificate-rotation', SELF_NODE_CLIENT, GROUP, NODES),
  clusterBinding('kubeadm:get-nodes', 'kubeadm:get-nodes', GROUP, KUBEADM_BOOTSTRAPPERS, 18),
  clusterBinding('kubeadm:cluster-admins', 'cluster-admin', GROUP, 'kubeadm:cluster-admins', 29),
  {
    ...clusterBinding(
      'kubeadm:bootstrap-signer-clusterinfo',
      'kubeadm:bootstrap-signer-clusterinfo',
      USER,
      'system:anonymous',
    ),
    kind: 'RoleBinding',
  },
]

/**
 * The bindings that kube-up and GKE add (cluster/addons/rbac). One of them lets the API server's certificate do
 * everything on kubelets that authorize by webhook.
 */
const GCE_BINDINGS: readonly Binding[] = [
  clusterBinding('kube-apiserver-kubelet-api-admin', 'system:kubelet-api-admin', USER, 'kube-apiserver'),
  clusterBinding('kubelet-bootstrap', 'system:node-bootstrapper', USER, 'kubelet'),
  clusterBinding('gce:beta:kubelet-certificate-bootstrap', NODE_CLIENT, USER, 'kubelet'),
  clusterBinding('gce:beta:kubelet-certificate-rotation', SELF_NODE_CLIENT, GROUP, NODES),
]

function clusterBinding(
  name: string,
  role: RoleName,
  kind: 'User' | 'Group',
  subject: string,
  first = 0,
  last = 999,
): Binding {
  return { name, kind: 'ClusterRoleBinding', role, subject: { kind, name: subject }, first, last }
}

const INSTALLER_BINDINGS: Readonly<Record<Installer, readonly Binding[]>> = {
  kubeadm: KUBEADM_BINDINGS,
  gce: GCE_BINDINGS,
  nobody: [],
}

export function bindingsFor(identity: Identity, { minor, installer, bindsNodes }: BindingFacts): readonly Binding[] {
  return [...APISERVER_BINDINGS, ...INSTALLER_BINDINGS[installer]].filter(
    (binding) =>
      binding.first <= minor &&
      minor <= binding.last &&
      (bindsNodes || binding !== NODE_BINDING) &&
      isSubject(binding.subject, identity),
  )
}

/**
 * Returns whether a new cluster binds nodes. New clusters of 1.6 and 1.7 do, but in 1.7 kubeadm removes the group
 * because the Node authorizer grants the same more narrowly (cmd/kubeadm/app/phases/apiconfig/clusterroles.go). From
 * 1.8 on, the binding has no subjects at first, and older clusters keep theirs (k/k#49638).
 */
export function bindsNodesWhenNew(
  minor: number,
  installer: Installer,
  { authorizationMode }: Pick<ApiserverConfiguration, 'authorizationMode'>,
): boolean {
  if (minor === 7) return installer !== 'kubeadm' || !authorizationMode.includes('Node')
  return minor < 7
}

function isSubject({ kind, name }: Binding['subject'], { user, groups }: Identity): boolean {
  return kind === 'User' ? user === name : groups.includes(name)
}
