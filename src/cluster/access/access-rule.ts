import { combinedResource, type Operation, type ResourceOperation } from '../messages/operations.ts'

/** A rule of RBAC. `*` stands for all. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  /** `pods`, `pods/exec`; the group is not told apart from the resource. */
  readonly resources: readonly string[]
  /** null: everywhere (a ClusterRoleBinding). */
  readonly namespaces: readonly string[] | null
}

/** A rule of RBAC in full (rbac.authorization.k8s.io PolicyRule), with the namespaces in which it is bound. */
export interface AccessRule {
  /** `*`: all. */
  readonly verbs: readonly string[]
  /** The core group is empty; `*`: all. */
  readonly groups: readonly string[]
  /** `pods`, `pods/exec`; `*`: all, `*` and a subresource: that of all. */
  readonly resources: readonly string[]
  /** null: whatever it is called. */
  readonly names: readonly string[] | null
  /** null: everywhere. */
  readonly namespaces: readonly string[] | null
  /** Of what is no resource; a last `*` stands for whatever follows. */
  readonly paths: readonly string[]
}

/** plugin/pkg/auth/authorizer/rbac/rbac.go: RuleAllows; pkg/apis/rbac/v1/evaluation_helpers.go. */
export function ruleAllows(rule: AccessRule, operation: Operation): boolean {
  if (!hasOrAll(rule.verbs, operation.verb)) return false
  if (operation.kind === 'path') return rule.paths.some((path) => matchesPath(path, operation.path))
  return (
    hasOrAll(rule.groups, operation.group) &&
    rule.resources.some((resource) => matchesResource(resource, operation)) &&
    (rule.names === null || (operation.name !== null && rule.names.includes(operation.name))) &&
    isInScope(rule.namespaces, operation.namespace)
  )
}

function hasOrAll(values: readonly string[], value: string): boolean {
  return values.includes(value) || values.includes('*')
}

function matchesResource(resource: string, operation: ResourceOperation): boolean {
  if (resource === '*' || resource === combinedResource(operation)) return true
  return operation.subresource !== null && resource === `*/${operation.subresource}`
}

/** A role that is bound in a namespace says nothing of the cluster at large, nor of all namespaces at once. */
function isInScope(namespaces: readonly string[] | null, namespace: string | null): boolean {
  return namespaces === null || namespaces.includes('*') || (namespace !== null && namespaces.includes(namespace))
}

function matchesPath(rule: string, path: string): boolean {
  return rule === '*' || rule === path || (rule.endsWith('*') && path.startsWith(rule.slice(0, -1)))
}

/** `get,list pods,pods/log` of the core group; another one before a colon: `create authentication.k8s.io:tokenreviews`. */
export function rule(verbs: string, resources: string): AccessRule {
  const colon = resources.indexOf(':')
  return {
    verbs: verbs.split(','),
    groups: [colon < 0 ? '' : resources.slice(0, colon)],
    resources: resources.slice(colon + 1).split(','),
    names: null,
    namespaces: null,
    paths: [],
  }
}

export function pathRule(verbs: string, ...paths: readonly string[]): AccessRule {
  return { verbs: verbs.split(','), groups: [], resources: [], names: null, namespaces: null, paths }
}

/** What a scenario grants a user: in any group, and of what is no resource nothing, unless it is everything. */
export function ruleOfPolicy({ verbs, resources, namespaces }: PolicyRule): AccessRule {
  const isEverything = resources.includes('*') && namespaces === null
  return { verbs, groups: ['*'], resources, names: null, namespaces, paths: isEverything ? ['*'] : [] }
}
