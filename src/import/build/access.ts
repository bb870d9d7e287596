import { DEFAULT_ACCOUNT } from '../../scenario/identities/identity-names.ts'
import type { BindingEvidence, RoleEvidence, RuleEvidence, Subject } from '../evidence.ts'
import { assumed, placeText, type Sourced, written } from '../origin.ts'
import { type BuildContext, KUBECTL_USER } from './context.ts'
import { uniqueName } from './names.ts'
import { type Plain, SourcedList } from './stanza.ts'

/** Resources that let a subject do more than the rule says, or that take part in the paths to kubelets. */
const SENSITIVE = new Set([
  'certificatesigningrequests',
  'certificatesigningrequests/approval',
  'nodes',
  'nodes/proxy',
  'nodes/status',
  'pods',
  'pods/attach',
  'pods/exec',
  'pods/log',
  'pods/portforward',
  'pods/proxy',
  'secrets',
  'service/externalips',
  'serviceaccounts/token',
  'services',
  'services/proxy',
  'services/status',
  'signers',
])

/**
 * Resources by which a subject takes over what others own, and which no attacker uses, with the API group of each. The
 * check lists who has them.
 */
const TAKING: Readonly<Record<string, string>> = {
  users: '',
  groups: '',
  serviceaccounts: '',
  'pods/ephemeralcontainers': '',
  replicationcontrollers: '',
  endpoints: '',
  roles: 'rbac.authorization.k8s.io',
  clusterroles: 'rbac.authorization.k8s.io',
  rolebindings: 'rbac.authorization.k8s.io',
  clusterrolebindings: 'rbac.authorization.k8s.io',
  deployments: 'apps',
  daemonsets: 'apps',
  statefulsets: 'apps',
  replicasets: 'apps',
  jobs: 'batch',
  cronjobs: 'batch',
  endpointslices: 'discovery.k8s.io',
  apiservices: 'apiregistration.k8s.io',
  mutatingwebhookconfigurations: 'admissionregistration.k8s.io',
  validatingwebhookconfigurations: 'admissionregistration.k8s.io',
}

const READS: readonly string[] = ['get', 'list', 'watch']

/** Verbs that gain an attacker nothing on a path, by resource. Most of them only read. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  certificatesigningrequests: ['get', 'list', 'watch'],
  nodes: ['get', 'list', 'watch'],
  'nodes/status': ['get', 'list', 'watch'],
  pods: ['get', 'list', 'watch'],
  'service/externalips': ['get', 'list', 'watch', 'update', 'patch', 'delete', 'deletecollection'],
  services: ['get', 'list', 'watch'],
  'services/status': ['get', 'list', 'watch'],
}

/** The most holders of permissions of each kind in a scenario. Each one costs simulations. */
const MAX_HOLDERS = 40

/** A subject with the permissions that matter. */
interface Holding {
  readonly subject: Subject
  /** The rules. The origin of each is the binding that grants it. */
  readonly rules: readonly Sourced<GrantedRule>[]
}

interface GrantedRule {
  readonly verbs: readonly string[]
  readonly resources: readonly string[]
  readonly namespaces?: readonly string[]
}

/** Writes users and accounts with their RBAC permissions, and the subject of the binding system:node. */
export function buildAccess(context: BuildContext): void {
  context.names.set(KUBECTL_USER, { kind: 'assumed', name: KUBECTL_USER })
  const { stanza, evidence } = context
  stanza.set(['cluster', 'users', KUBECTL_USER, 'assumed'], assumed(true, 'no check fails because of what it gets'))
  writeUser(
    KUBECTL_USER,
    [],
    [assumed({ verbs: ['*'], resources: ['*'] }, 'somebody uses kubectl, and may do everything')],
    context,
  )
  const modes = stanza.get(['cluster', 'apiserver', 'flags', 'authorization-mode'])?.value
  const hasRbac = Array.isArray(modes) && modes.includes('RBAC')
  if (Array.isArray(modes) && modes.includes('ABAC')) writePolicies(context)
  if (!hasRbac) return
  if (evidence.bindings.length === 0) {
    context.note({
      kind: 'unknown',
      at: null,
      cause: 'rights',
      message: 'who may do what; the bindings of Kubernetes itself are taken',
      consequence:
        'add `kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o yaml`: get on nodes/proxy, for example, is enough to execute commands in every container',
    })
    return
  }
  writeNodeBinding(context)
  const holdings = holdingsIn(evidence.bindings.filter(isOwn), rolesByKey(evidence.roles), context)
  const { taken } = context
  const users = holdings.filter(({ subject }) => subject.kind === 'User')
  const groups = holdings.filter(({ subject }) => subject.kind === 'Group' && !isOfKubernetes(subject))
  const accounts = holdings.filter(({ subject }) => subject.kind === 'ServiceAccount')
  const nameOf = ({ name }: Subject, kind: 'User' | 'Group') => {
    const unique = uniqueName(kind === 'Group' ? `member-of-${name}` : name, taken)
    context.names.set(unique, { kind, name })
    return unique
  }
  for (const { subject, rules } of users.slice(0, MAX_HOLDERS)) writeUser(nameOf(subject, 'User'), [], rules, context)
  for (const { subject, rules } of groups.slice(0, MAX_HOLDERS))
    writeUser(nameOf(subject, 'Group'), [subject.name], rules, context)
  for (const holding of accounts.slice(0, MAX_HOLDERS)) writeAccount(holding, context)
  for (const { subject, rules } of holdings)
    if (isOfKubernetes(subject)) stanza.set(['cluster', 'groups', subject.name, 'rules'], plainRules(rules))
  noteRest([users, groups, accounts], context)
}

/** Returns whether a binding belongs to Kubernetes or kubeadm. Such bindings are part of the model. */
function isOwn({ name }: BindingEvidence): boolean {
  return !/^(system|kubeadm|k3s|rke2):/.test(name) && name !== 'cluster-admin'
}

/** Returns whether Kubernetes itself assigns identities to a group: everybody, all service accounts, all nodes. */
function isOfKubernetes({ kind, name }: Subject): boolean {
  return kind === 'Group' && name.startsWith('system:') && name !== 'system:masters'
}

/** Requests without a credential come from one user, the only member of a group. */
function withoutAnonymous(subject: Subject): Subject {
  const isAnonymous = subject.kind === 'User' && subject.name === 'system:anonymous'
  return isAnonymous ? { kind: 'Group', name: 'system:unauthenticated', namespace: null } : subject
}

function rolesByKey(roles: readonly RoleEvidence[]): ReadonlyMap<string, RoleEvidence> {
  return new Map(roles.map((role) => [keyOf(role.kind, role.namespace, role.name), role]))
}

function keyOf(kind: string, namespace: string | null, name: string): string {
  return JSON.stringify([kind, kind === 'Role' ? namespace : null, name])
}

function holdingsIn(
  bindings: readonly BindingEvidence[],
  roles: ReadonlyMap<string, RoleEvidence>,
  context: BuildContext,
): readonly Holding[] {
  const bySubject = new Map<string, Holding>()
  for (const binding of bindings) {
    const rules = grantedBy(binding, roles, context)
    if (rules.length === 0) continue
    for (const subject of binding.subjects.map(withoutAnonymous)) {
      const key = JSON.stringify([subject.kind, subject.namespace, subject.name])
      const known = bySubject.get(key) ?? { subject, rules: [] }
      bySubject.set(key, { subject, rules: [...known.rules, ...rules] })
    }
  }
  // Those with rights that attackers use come first, because the rest of a long list is left out.
  return [...bySubject.values()].sort(
    (a, b) => Number(isTried(b)) - Number(isTried(a)) || (a.subject.name < b.subject.name ? -1 : 1),
  )
}

/** Returns whether attackers use one of the rights of a holder. */
function isTried({ rules }: Holding): boolean {
  return rules.some(({ value }) => value.resources.some((resource) => !Object.hasOwn(TAKING, resource)))
}

/**
 * Returns the rules that a binding grants. Their origins have the line of the binding and the line of the rule in the
 * role.
 */
function grantedBy(
  binding: BindingEvidence,
  roles: ReadonlyMap<string, RoleEvidence>,
  context: BuildContext,
): readonly Sourced<GrantedRule>[] {
  const role = roles.get(keyOf(binding.role.kind, binding.namespace, binding.role.name))
  const namespaces = binding.kind === 'RoleBinding' && binding.namespace !== null ? [binding.namespace] : null
  const bound = `${binding.kind} ${binding.name} binds ${binding.role.kind} ${binding.role.name}`
  const granted = (rule: GrantedRule, remark: string) =>
    written(namespaces === null ? rule : { ...rule, namespaces }, binding.at, remark)
  if (role === undefined) {
    const known = builtIn(binding.role.name)
    if (known === null) noteUnknownRole(binding, context)
    return (known ?? []).map((rule) => granted(rule, bound))
  }
  return role.rules.flatMap((rule) => {
    noteTakeover(rule, binding, context)
    const parts = sensitivePart(rule)
    if (parts.length > 0 && rule.names.length > 0) noteNames(rule, context)
    return parts.map((part) => granted(part, `${bound} (rule at ${placeText(rule.at)})`))
  })
}

/** The verbs that let a subject take over permissions of others, and the resources that they apply to. */
const TAKEOVERS: Readonly<Record<string, readonly string[]>> = {
  impersonate: ['users', 'groups', 'serviceaccounts'],
  escalate: ['roles', 'clusterroles'],
  bind: ['roles', 'clusterroles'],
}

/** Reports permissions to take over those of others. No attacker of a check uses them. */
function noteTakeover({ verbs, resources, at }: RuleEvidence, binding: BindingEvidence, context: BuildContext): void {
  if (verbs.includes('*')) return
  const own = verbs.filter((verb) => resources.some((one) => TAKEOVERS[verb]?.includes(one)))
  if (own.length === 0 || binding.subjects.length === 0) return
  context.note({
    kind: 'unmodelled',
    at,
    message: `${binding.subjects.map(({ kind, name, namespace }) => `${kind} ${namespace === null ? name : `${namespace}/${name}`}`).join(', ')} may ${own.join(' and ')} (${binding.kind} ${binding.name})`,
    consequence: 'whoever may do that has the permissions of others too: no attacker here uses it',
  })
}

function noteNames({ at, names }: RuleEvidence, context: BuildContext): void {
  context.note({
    kind: 'unmodelled',
    at,
    message: `a rule about ${names.length} named ${names.length === 1 ? 'object' : 'objects'} (resourceNames)`,
    consequence: 'it is taken for all objects: a verdict from it holds for these names only',
  })
}

const POD_PARTS = ['pods', 'pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy']

/**
 * The roles of Kubernetes that are often bound, with the rules that matter
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, ClusterRoles).
 */
const BUILT_IN: Readonly<Record<string, readonly GrantedRule[]>> = {
  'cluster-admin': [{ verbs: ['*'], resources: ['*'] }],
  admin: [
    { verbs: ['*'], resources: [...POD_PARTS, 'services', 'services/proxy', 'secrets', 'serviceaccounts/token'] },
  ],
  edit: [{ verbs: ['*'], resources: [...POD_PARTS, 'services', 'services/proxy', 'secrets', 'serviceaccounts/token'] }],
  view: [{ verbs: ['get', 'list', 'watch'], resources: ['pods/log'] }],
  'system:kubelet-api-admin': [
    { verbs: ['proxy'], resources: ['nodes'] },
    { verbs: ['*'], resources: ['nodes/proxy'] },
  ],
  'system:node-problem-detector': [{ verbs: ['patch'], resources: ['nodes/status'] }],
  'system:node-bootstrapper': [{ verbs: ['create'], resources: ['certificatesigningrequests'] }],
  'system:certificates.k8s.io:kubelet-serving-approver': [{ verbs: ['approve'], resources: ['signers'] }],
  'system:certificates.k8s.io:kube-apiserver-client-kubelet-approver': [{ verbs: ['approve'], resources: ['signers'] }],
  'system:certificates.k8s.io:kube-apiserver-client-approver': [{ verbs: ['approve'], resources: ['signers'] }],
}

/** Returns the rules of a role of Kubernetes, if the list of roles was not imported; null for other roles. */
function builtIn(role: string): readonly GrantedRule[] | null {
  if (Object.hasOwn(BUILT_IN, role)) return BUILT_IN[role]
  return role.startsWith('system:') ? [] : null
}

function noteUnknownRole({ at, name, role }: BindingEvidence, context: BuildContext): void {
  context.note({
    kind: 'unknown',
    at,
    cause: 'rights',
    message: `the rules of the ${role.kind} ${role.name}, which ${name} binds; none are taken`,
    consequence:
      'add the role: it can allow get on nodes/proxy, which is enough to execute commands in every container',
  })
}

/** The API group of each resource outside the core group. */
const GROUPS: Readonly<Record<string, string>> = {
  certificatesigningrequests: 'certificates.k8s.io',
  'certificatesigningrequests/approval': 'certificates.k8s.io',
  'service/externalips': 'network.openshift.io',
  signers: 'certificates.k8s.io',
}

/**
 * Returns the part of a rule that matters. Other API groups have resources with the same names, which do not matter.
 */
function sensitivePart({ verbs, resources, groups }: RuleEvidence): GrantedRule[] {
  const isEveryGroup = groups.length === 0 || groups.includes('*')
  const isOfGroup = (resource: string) => isEveryGroup || groups.includes(GROUPS[resource] ?? TAKING[resource] ?? '')
  if (resources.includes('*')) {
    const own = isEveryGroup ? ['*'] : [...SENSITIVE, ...Object.keys(TAKING)].filter(isOfGroup)
    return own.length === 0 ? [] : [{ verbs, resources: own }]
  }
  const kept = resources.filter((resource) => {
    if (resource.startsWith('*/')) return isOfGroup('')
    const isAdded = Object.hasOwn(TAKING, resource)
    const harmless = isAdded ? READS : (HARMLESS[resource] ?? [])
    return (isAdded || SENSITIVE.has(resource)) && isOfGroup(resource) && verbs.some((verb) => !harmless.includes(verb))
  })
  return kept.length === 0 ? [] : [{ verbs, resources: kept }]
}

/** The most rules of one holder. */
const MAX_RULES = 100

function plainRules(rules: readonly Sourced<GrantedRule>[]): SourcedList {
  const unique = new Map(rules.map(({ value, origin }) => [JSON.stringify(value), { value: { ...value }, origin }]))
  return new SourcedList([...unique.values()].slice(0, MAX_RULES))
}

function writeUser(
  name: string,
  groups: readonly string[],
  rules: readonly Sourced<GrantedRule>[],
  { stanza }: BuildContext,
): void {
  if (groups.length > 0) stanza.set(['cluster', 'users', name, 'groups'], assumed(groups, 'somebody is in this group'))
  stanza.set(['cluster', 'users', name, 'rules'], plainRules(rules))
}

/** Writes a service account, and the pod that has its token. */
function writeAccount({ subject, rules }: Holding, context: BuildContext): void {
  const account = `${subject.namespace ?? 'default'}/${subject.name}`
  if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(account)) return
  context.stanza.set(['cluster', 'accounts', account, 'rules'], plainRules(rules))
  if (account === DEFAULT_ACCOUNT) return
  const { taken } = context
  let pod = uniqueName(account, taken)
  // Its only replica is a host with this name and a number.
  while (taken.has(`${pod}-1`)) pod = uniqueName(account, taken)
  taken.add(`${pod}-1`)
  context.names.set(`${pod}-1`, { kind: 'Pod', name: account })
  const set = (key: string, value: Sourced<Plain>) => context.stanza.set(['cluster', 'pods', pod, key], value)
  set('account', { value: account, origin: rules[0].origin })
  set('replicas', assumed(1, 'a pod has the token of this account'))
}

function writeNodeBinding({ evidence, stanza }: BuildContext): void {
  const binding = evidence.bindings.find(({ kind, name }) => kind === 'ClusterRoleBinding' && name === 'system:node')
  if (binding === undefined) return
  const isBound = binding.subjects.some(({ kind, name }) => kind === 'Group' && name === 'system:nodes')
  stanza.set(['cluster', 'system-node-binding'], written(isBound ? 'system:nodes' : 'nobody', binding.at))
}

function writePolicies({ evidence, stanza }: BuildContext): void {
  const { policies } = evidence
  if (policies.length === 0) {
    evidence.note({
      kind: 'unknown',
      at: null,
      cause: 'rights',
      message: 'the policies of ABAC; those of kube-up are taken',
      consequence: 'add the file of --authorization-policy-file',
    })
    return
  }
  stanza.set(['cluster', 'abac'], {
    value: policies.slice(0, 1000).map(({ value }) => value),
    origin: policies[0].origin,
  })
}

function noteRest(lists: readonly (readonly Holding[])[], context: BuildContext): void {
  const rest = lists.flatMap((list) => list.slice(MAX_HOLDERS))
  if (rest.length === 0) return
  const [{ origin }] = rest[0].rules
  context.note({
    kind: 'unmodelled',
    at: origin.kind === 'written' ? origin.at : null,
    message: `${rest.length} more holders of permissions (from ${origin.kind === 'written' ? placeText(origin.at) : ''} on)`,
    consequence: `a scenario has ${MAX_HOLDERS} users, groups and accounts each`,
  })
}
