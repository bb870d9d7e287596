import { combinedResource, type Operation, type ResourceOperation } from '../messages/operations.ts'

/** An RBAC rule of a scenario. `*` matches every value. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  /** Resources without their API group: `pods`, `pods/exec`. */
  readonly resources: readonly string[]
  /** null: all namespaces, as bound by a ClusterRoleBinding. */
  readonly namespaces: readonly string[] | null
}

/** An RBAC rule (rbac.authorization.k8s.io PolicyRule) with the namespaces in which it is bound. */
export interface AccessRule {
  /** The verbs that the rule allows; `*` matches every verb. */
  readonly verbs: readonly string[]
  /** The core group is the empty string; `*` matches every group. */
  readonly groups: readonly string[]
  /** `pods`, `pods/exec`; `*` matches every resource, `*` with a subresource that of every resource. */
  readonly resources: readonly string[]
  /** Names of objects; null: the rule matches every name. */
  readonly names: readonly string[] | null
  /** null: all namespaces. */
  readonly namespaces: readonly string[] | null
  /** URL paths that are no resources; a final `*` matches every continuation. */
  readonly paths: readonly string[]
}

/**
 * Whether a rule allows an operation (plugin/pkg/auth/authorizer/rbac/rbac.go, RuleAllows;
 * pkg/apis/rbac/v1/evaluation_helpers.go).
 */
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

/** A role that is bound in a namespace allows nothing at the cluster scope, nor in all namespaces at once. */
function isInScope(namespaces: readonly string[] | null, namespace: string | null): boolean {
  return namespaces === null || namespaces.includes('*') || (namespace !== null && namespaces.includes(namespace))
}

function matchesPath(rule: string, path: string): boolean {
  return rule === '*' || rule === path || (rule.endsWith('*') && path.startsWith(rule.slice(0, -1)))
}

/**
 * Makes a rule from `get,list` and `pods,pods/log`. The API group is the core group, or stands before a colon:
 * `authentication.k8s.io:tokenreviews`.
 */
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

/**
 * The rule that a scenario grants to a user. It holds in all API groups, and for paths that are no resources only if it
 * grants everything.
 */
export function ruleOfPolicy({ verbs, resources, namespaces }: PolicyRule): AccessRule {
  const isEverything = resources.includes('*') && namespaces === null
  return { verbs, groups: ['*'], resources, names: null, namespaces, paths: isEverything ? ['*'] : [] }
}
