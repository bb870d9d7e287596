import { combinedResource, type Operation, type ResourceOperation } from '../messages/operations.ts'

/** An RBAC rule of a scenario. `*` matches every value. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  /** Resources without their API group: `pods`, `pods/exec`. */
  readonly resources: readonly string[]
  /** The namespaces in which the rule applies; null for all, as with a ClusterRoleBinding. */
  readonly namespaces: readonly string[] | null
}

/** An RBAC rule (rbac.authorization.k8s.io PolicyRule) with the namespaces in which it is bound. */
export interface AccessRule {
  /** The verbs that the rule allows; `*` matches every verb. */
  readonly verbs: readonly string[]
  /** The API groups; the empty string is the core group, and `*` matches every group. */
  readonly groups: readonly string[]
  /**
   * The resources, such as `pods` or `pods/exec`. `*` matches every resource, and `*` followed by a subresource matches
   * that subresource of every resource.
   */
  readonly resources: readonly string[]
  /** Names of objects; null if the rule matches every name. */
  readonly names: readonly string[] | null
  /** The namespaces in which the rule applies; null for all. */
  readonly namespaces: readonly string[] | null
  /** The URL paths outside of resources that the rule allows, such as `/healthz`. A final `*` matches any rest. */
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

/**
 * Returns whether the operation is in the scope of the rule. A role that is bound in a namespace allows nothing at the
 * cluster scope, and nothing in all namespaces at once.
 */
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
 * Returns the rule for a policy that a scenario grants to a user. The rule applies to all API groups. It applies to URL
 * paths outside of resources only if the policy grants everything.
 */
export function ruleOfPolicy({ verbs, resources, namespaces }: PolicyRule): AccessRule {
  const isEverything = resources.includes('*') && namespaces === null
  return { verbs, groups: ['*'], resources, names: null, namespaces, paths: isEverything ? ['*'] : [] }
}
