/**
 * The methods of requests. Method and target define a request completely: the apiserver derives the operation from them
 * before authentication, for its authorizers and its audit log (kubernetes/apiserver
 * pkg/endpoints/request/requestinfo.go).
 */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestLine {
  readonly method: HttpMethod
  /** The path and query of the URL, percent-encoded. */
  readonly target: string
}

export type Operation = ResourceOperation | PathOperation

export interface ResourceOperation {
  readonly kind: 'resource'
  /**
   * The verb: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, and in older releases
   * `proxy`.
   */
  readonly verb: string
  /** The API group; the empty string is the core group. */
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string | null
  readonly namespace: string | null
  readonly name: string | null
  /** The field selector of a list or watch, as written. */
  readonly fieldSelector: string | null
}

/** An operation on a path outside of resources: `/healthz`, `/version`, `/apis`. */
export interface PathOperation {
  readonly kind: 'path'
  readonly verb: string
  readonly path: string
}

/** Subresources of a namespace itself. Any other path segment after a namespace is a resource in it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

export function operationOf({ method, target }: RequestLine): Operation {
  const { path, query } = splitTarget(target)
  const parts = path.split('/').filter((part) => part !== '')
  const isCore = parts[0] === 'api'
  const prefixParts = isCore ? 2 : 3
  if ((!isCore && parts[0] !== 'apis') || parts.length <= prefixParts)
    return { kind: 'path', verb: lower(method), path }
  const rest = parts.slice(prefixParts)
  const oldVerb = rest[0] === 'proxy' || rest[0] === 'watch' ? rest[0] : null
  const place = placeOf(oldVerb === null ? rest : rest.slice(1), oldVerb !== 'proxy')
  const name = place.name ?? nameBySelector(method, query)
  const verb = oldVerb ?? verbOf(method, place.name !== null, query)
  return {
    kind: 'resource',
    verb,
    group: isCore ? '' : parts[1],
    version: parts[prefixParts - 1],
    ...place,
    name,
    fieldSelector: oldVerb === null && hasSelector(verb) ? (query.get('fieldSelector') ?? null) : null,
  }
}

interface Place {
  readonly namespace: string | null
  readonly resource: string
  readonly name: string | null
  readonly subresource: string | null
}

function placeOf(parts: readonly string[], hasSubresources: boolean): Place {
  const namespace = parts[0] === 'namespaces' && parts.length > 1 ? parts[1] : null
  const isInNamespace = namespace !== null && parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2])
  const [resource = '', name = null, subresource = null] = isInNamespace ? parts.slice(2) : parts
  return { namespace, resource, name, subresource: hasSubresources ? subresource : null }
}

function verbOf(method: HttpMethod, hasName: boolean, query: ReadonlyMap<string, string>): string {
  switch (method) {
    case 'POST':
      return 'create'
    case 'PUT':
      return 'update'
    case 'PATCH':
      return 'patch'
    case 'DELETE':
      return hasName ? 'delete' : 'deletecollection'
    case 'GET':
    case 'HEAD':
      return hasName ? 'get' : isWatch(query) ? 'watch' : 'list'
  }
}

function isWatch(query: ReadonlyMap<string, string>): boolean {
  const watch = query.get('watch')
  return watch !== undefined && watch !== 'false' && watch !== '0'
}

function hasSelector(verb: string): boolean {
  return verb === 'list' || verb === 'watch' || verb === 'deletecollection'
}

/** A list or watch of exactly one object counts as an operation on that object. */
function nameBySelector(method: HttpMethod, query: ReadonlyMap<string, string>): string | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  return valueInSelector(query.get('fieldSelector') ?? null, 'metadata.name')
}

/** Returns the value that a field selector requires of `field`; null if it requires none. */
export function valueInSelector(fieldSelector: string | null, field: string): string | null {
  for (const requirement of (fieldSelector ?? '').split(',')) {
    const equals = requirement.indexOf('=')
    if (equals > 0 && requirement.slice(0, equals) === field) {
      return requirement.slice(requirement[equals + 1] === '=' ? equals + 2 : equals + 1)
    }
  }
  return null
}

export function splitTarget(target: string): { path: string; query: ReadonlyMap<string, string> } {
  const mark = target.indexOf('?')
  const query = new Map<string, string>()
  if (mark >= 0) {
    for (const pair of target.slice(mark + 1).split('&')) {
      const equals = pair.indexOf('=')
      const key = equals < 0 ? pair : pair.slice(0, equals)
      if (!query.has(key)) query.set(key, equals < 0 ? '' : decodeURIComponent(pair.slice(equals + 1)))
    }
  }
  return { path: mark < 0 ? target : target.slice(0, mark), query }
}

function lower(method: HttpMethod): string {
  return method.toLowerCase()
}

/** The resource with its subresource, as rules and refusals name it: `pods/exec`. */
export function combinedResource({ resource, subresource }: ResourceOperation): string {
  return subresource === null ? resource : `${resource}/${subresource}`
}
