import { combinedResource, type Operation, type ResourceOperation } from '../messages/operations.ts'
import type { Identity } from './identity.ts'

/**
 * The message of status 403 as the current API server writes it (kubernetes/apiserver
 * pkg/endpoints/handlers/responsewriters/errors.go; apimachinery pkg/api/errors, NewForbidden). Older releases word it
 * differently.
 *
 * @param reason the reasons of the authorizers; empty for none
 */
export function forbiddenMessage({ user }: Identity, operation: Operation, reason: string): string {
  const because = reason === '' ? '' : `: ${reason}`
  if (operation.kind === 'path') {
    return `forbidden: User "${user}" cannot ${operation.verb} path "${operation.path}"${because}`
  }
  const { verb, group, namespace } = operation
  const where = namespace === null ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const what = `cannot ${verb} resource "${combinedResource(operation)}" in API group "${group}" ${where}`
  return `${subjectOf(operation)} is forbidden: User "${user}" ${what}${because}`
}

/** The message of status 403 when an admission plugin refuses the request (pkg/admission/errors.go). */
export function notAdmittedMessage(operation: ResourceOperation, why: string): string {
  return `${subjectOf(operation)} is forbidden: ${why}`
}

/**
 * The message of status 404 about an object, or about a resource if the request names no object (apimachinery
 * pkg/api/errors, NewNotFound).
 */
export function notFoundMessage(operation: Operation): string {
  const isObject = operation.kind === 'resource' && operation.name !== null
  return isObject ? `${subjectOf(operation)} not found` : 'the server could not find the requested resource'
}

function subjectOf({ resource, group, name }: ResourceOperation): string {
  const qualified = group === '' ? resource : `${resource}.${group}`
  return name === null ? qualified : `${qualified} "${name}"`
}

/**
 * The message of a kubelet's status 403 (pkg/kubelet/server/server.go, InstallAuthFilter). It lists several
 * subresources since 1.32.
 */
export function kubeletForbiddenMessage(
  { user }: Identity,
  operations: readonly ResourceOperation[],
  minor: number,
): string {
  const [{ verb, resource }] = operations
  const subresources = operations.map(({ subresource }) => subresource ?? '')
  const which = minor >= 32 ? `subresource(s)=[${subresources.join(' ')}]` : `subresource=${subresources[0]}`
  return `Forbidden (user=${user}, verb=${verb}, resource=${resource}, ${which})`
}
