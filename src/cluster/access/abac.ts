import type { Operation, ResourceOperation } from '../messages/operations.ts'
import { AUTHENTICATED, type Identity, NODES } from './identity.ts'

/**
 * A line of the policy file of the authorization mode ABAC (abac.authorization.kubernetes.io/v1beta1, PolicySpec). An
 * empty text is a property that the line does not have.
 */
export interface AbacPolicy {
  /** The user; `*` for every authenticated one, as in `group`. */
  readonly user: string
  readonly group: string
  /** True if the line allows only the verbs get, list and watch. */
  readonly readonly: boolean
  readonly apiGroup: string
  readonly namespace: string
  /** The resource without a subresource. `pods` also covers `pods/exec`. */
  readonly resource: string
  readonly nonResourcePath: string
}

const EVERYTHING = { readonly: false, apiGroup: '*', namespace: '*', resource: '*', nonResourcePath: '*' } as const

/**
 * The policy file of kube-up, with which its programs, administrators and all service accounts may do everything
 * (cluster/gce/manifests/abac-authz-policy.jsonl). Its kubelets are the user `kubelet`; those of this model are in the
 * group system:nodes.
 */
export const KUBE_UP_POLICIES: readonly AbacPolicy[] = [
  ...['admin', 'kubelet', 'kube_proxy', 'kubecfg', 'client'].map((user) => ({ user, group: '', ...EVERYTHING })),
  ...['system:serviceaccounts', NODES].map((group) => ({ user: '', group, ...EVERYTHING })),
]

/** Returns whether one of the policies allows an operation (pkg/auth/authorizer/abac/abac.go, matches). */
export function policiesAllow(policies: readonly AbacPolicy[], identity: Identity, operation: Operation): boolean {
  return policies.some(
    (policy) =>
      isSubject(policy, identity) &&
      (!policy.readonly || READ_ONLY.includes(operation.verb)) &&
      (operation.kind === 'resource'
        ? matchesResource(policy, operation)
        : matchesPath(policy.nonResourcePath, operation.path)),
  )
}

const READ_ONLY: readonly string[] = ['get', 'list', 'watch']

/**
 * Returns whether a policy applies to a user. A policy with both a user and a group applies to that user in that group;
 * one with neither applies to nobody. `*` in either means all authenticated users, regardless of the other
 * (pkg/apis/abac/v1beta1/conversion.go).
 */
function isSubject({ user, group }: AbacPolicy, identity: Identity): boolean {
  if (user === '*' || group === '*') return identity.groups.includes(AUTHENTICATED)
  if (user === '' && group === '') return false
  return (user === '' || user === identity.user) && (group === '' || identity.groups.includes(group))
}

function matchesResource({ namespace, resource, apiGroup }: AbacPolicy, operation: ResourceOperation): boolean {
  return (
    isAllOr(namespace, operation.namespace ?? '') &&
    isAllOr(resource, operation.resource) &&
    isAllOr(apiGroup, operation.group)
  )
}

function isAllOr(pattern: string, value: string): boolean {
  return pattern === '*' || pattern === value
}

function matchesPath(pattern: string, path: string): boolean {
  return isAllOr(pattern, path) || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')))
}
