import { AUTHENTICATED, UNAUTHENTICATED } from '../../cluster/access/identity.ts'
import { remarkOf, sourceOf } from '../../import/imported-from.ts'
import type { Granted } from '../../measure/check.ts'
import type { PolicyRule } from '../../measure/policy.ts'
import type { Position } from '../../scenario/problems/source-text.ts'
import { plainOf, type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { ClusterBlueprint } from '../../simulation/blueprint-cluster.ts'

/** Rights by which their holder gets what others own: verbs, and the resources that they are about. */
interface TakingRight {
  readonly verbs: readonly string[]
  readonly resources: readonly string[]
}

const WRITES = ['create', 'update', 'patch']
const CHANGES = ['update', 'patch']

/**
 * The rights that make their holder somebody else, run code as others, read their secrets, or move their traffic
 * (kubernetes.io/docs/concepts/security/rbac-good-practices, privilege escalation risks).
 */
const TAKING: readonly TakingRight[] = [
  { verbs: ['impersonate'], resources: ['users', 'groups', 'serviceaccounts'] },
  { verbs: ['escalate', 'bind'], resources: ['roles', 'clusterroles'] },
  { verbs: WRITES, resources: ['rolebindings', 'clusterrolebindings'] },
  { verbs: ['create'], resources: ['serviceaccounts/token'] },
  { verbs: CHANGES, resources: ['certificatesigningrequests/approval'] },
  { verbs: ['approve', 'sign'], resources: ['signers'] },
  { verbs: ['get', 'list', 'watch'], resources: ['secrets'] },
  { verbs: WRITES, resources: ['pods', 'replicationcontrollers'] },
  { verbs: WRITES, resources: ['deployments', 'daemonsets', 'statefulsets', 'replicasets', 'jobs', 'cronjobs'] },
  { verbs: CHANGES, resources: ['pods/ephemeralcontainers'] },
  { verbs: ['get', 'create'], resources: ['pods/exec', 'pods/attach', 'pods/portforward', 'nodes/proxy'] },
  { verbs: CHANGES, resources: ['nodes/status', 'nodes', 'services/status'] },
  { verbs: WRITES, resources: ['endpoints', 'endpointslices'] },
  { verbs: WRITES, resources: ['apiservices', 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] },
]

/** A rule as a scenario writes it. */
interface WrittenRule {
  readonly verbs: readonly string[]
  readonly resources: readonly string[]
  readonly namespaces: readonly string[]
}

/**
 * Returns the rights in a scenario by which their holders get what others own. Permissions of users that are an assumption
 * are left out: nobody gave them.
 */
export function grantsIn({ cluster }: Blueprint, tree: Tree, policy: readonly PolicyRule[]): readonly Granted[] {
  if (cluster === null) return []
  const modes = cluster.apiserver.configuration.authorizationMode
  const found = [
    ...(modes.includes('RBAC') ? SECTIONS.flatMap((section) => grantsOfRules(section, cluster, tree)) : []),
    ...(modes.includes('ABAC') ? grantsOfPolicies(cluster, tree) : []),
  ]
  const [forbidsAll, forbidsForAll] = [policy.some(({ isOfGranted }) => isOfGranted), policy.some(isAboutEverything)]
  const unique = new Map(found.map((one) => [JSON.stringify([one.who, one.rights, one.what, one.from]), one]))
  return [...unique.values()]
    .map((one) => ({ ...one, isForbidden: forbidsAll === true || (one.isForAll && forbidsForAll) }))
    .sort((a, b) => Number(b.isForbidden) - Number(a.isForbidden))
}

type FoundGrant = Omit<Granted, 'isForbidden'>

/** Returns whether a rule forbids privileges to everybody, on every path. */
function isAboutEverything({ outcomes, vantages, path }: PolicyRule): boolean {
  return outcomes.includes('privilege') && vantages === null && path === null
}

const SECTIONS = ['groups', 'accounts', 'users'] as const

function grantsOfRules(section: (typeof SECTIONS)[number], cluster: ClusterBlueprint, tree: Tree): FoundGrant[] {
  const written = treeAt(tree, ['cluster', section])
  if (written?.kind !== 'map') return []
  return [...written.entries].flatMap(([name, entry]) => {
    const holder = holderOf(section, name, cluster)
    const rules = treeAt(entry.tree, ['rules'])
    if (holder === null || rules?.kind !== 'list') return []
    return rules.items.flatMap((item) => {
      const rule = ruleOf(plainOf(item))
      const rights = rightsOf(rule)
      return rights.length === 0 ? [] : [{ ...holder, rights: within(rights, rule), ...placeOf(item.position) }]
    })
  })
}

type Holder = Pick<FoundGrant, 'who' | 'isForAll'>

/** Returns who has the rules of an entry; null for users that are an assumption, and for groups without members. */
function holderOf(section: (typeof SECTIONS)[number], name: string, cluster: ClusterBlueprint): Holder | null {
  if (section === 'groups') return groupOf(name, cluster)
  if (section === 'accounts') return { who: `the service account ${name}`, isForAll: name.endsWith('/default') }
  const user = cluster.users.find((one) => one.name === name)
  if (user?.isAssumed === true) return null
  const [group] = user?.groups ?? []
  return { who: group === undefined ? `the user ${name}` : `members of the group ${group}`, isForAll: false }
}

const EVERY_ACCOUNT = 'system:serviceaccounts'

function groupOf(name: string, { apiserver }: ClusterBlueprint): Holder | null {
  if (name === UNAUTHENTICATED)
    return apiserver.configuration.anonymousAuth ? { who: 'everybody, without a credential,', isForAll: true } : null
  if (name === AUTHENTICATED) return { who: 'every authenticated user', isForAll: true }
  if (name === EVERY_ACCOUNT) return { who: 'every service account', isForAll: true }
  if (name.startsWith(`${EVERY_ACCOUNT}:`))
    return { who: `every service account in ${name.slice(EVERY_ACCOUNT.length + 1)}`, isForAll: true }
  return { who: `members of the group ${name}`, isForAll: false }
}

function ruleOf(plain: unknown): WrittenRule {
  const { verbs, resources, namespaces } = plain as Readonly<Record<string, unknown>>
  return { verbs: textsOf(verbs), resources: textsOf(resources), namespaces: textsOf(namespaces) }
}

function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(String) : []
}

/** Returns the rights of a rule by which its holder gets what others own: `list secrets`. */
function rightsOf({ verbs, resources }: Omit<WrittenRule, 'namespaces'>): readonly string[] {
  if (verbs.includes('*') && resources.includes('*')) return ['do everything']
  return TAKING.flatMap((taking) => {
    const own = verbs.includes('*') ? taking.verbs : taking.verbs.filter((verb) => verbs.includes(verb))
    const about = taking.resources.filter((resource) => resources.some((pattern) => isAbout(pattern, resource)))
    return own.length === 0 || about.length === 0 ? [] : [`${own.join(', ')} ${about.join(', ')}`]
  })
}

function isAbout(pattern: string, resource: string): boolean {
  const [, subresource] = resource.split('/')
  return pattern === '*' || pattern === resource || (subresource !== undefined && pattern === `*/${subresource}`)
}

function within(rights: readonly string[], { namespaces }: WrittenRule): readonly string[] {
  return namespaces.length === 0 ? rights : rights.map((right) => `${right} in ${namespaces.join(', ')}`)
}

function placeOf(position: Position): Pick<FoundGrant, 'what' | 'from' | 'at'> {
  return { what: remarkOf(position) ?? '', ...sourceOf(position) }
}

const READS = ['get', 'list', 'watch']

/** Returns what the policies of ABAC give. A resource there has its subresources with it. */
function grantsOfPolicies({ policies, ...cluster }: ClusterBlueprint, tree: Tree): FoundGrant[] {
  const written = treeAt(tree, ['cluster', 'abac'])
  return policies.flatMap(({ user, group, readonly, resource, namespace }, index) => {
    const verbs = readonly ? READS : ['*']
    const about = resource === '*' ? ['*'] : TAKING.flatMap(({ resources }) => resources.filter(isPartOf(resource)))
    const rights = rightsOf({ verbs, resources: about })
    const named = user === '*' || group === '*' ? AUTHENTICATED : group
    const isOfGroup = named === AUTHENTICATED || user === ''
    const holder = isOfGroup ? groupOf(named, { policies, ...cluster }) : { who: `the user ${user}`, isForAll: false }
    if (holder === null || rights.length === 0) return []
    const item = written?.kind === 'list' ? written.items[index] : undefined
    const place =
      item === undefined ? { what: '', from: 'a default: the policies of kube-up', at: null } : placeOf(item.position)
    const namespaces = namespace === '*' || namespace === '' ? [] : [namespace]
    return [{ ...holder, rights: within(rights, { verbs, resources: about, namespaces }), ...place }]
  })
}

function isPartOf(resource: string): (other: string) => boolean {
  return (other) => other === resource || other.startsWith(`${resource}/`)
}
