import type { ResourceOperation } from '../../../src/cluster/messages/operations.ts'

export const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'proxy']

/** Returns an operation on a resource of the core group in the namespace `default`, without a name. */
export function operation(
  verb: string,
  resource: string,
  changes: Partial<Omit<ResourceOperation, 'kind' | 'verb' | 'resource'>> = {},
): ResourceOperation {
  return {
    kind: 'resource',
    verb,
    group: '',
    version: 'v1',
    resource,
    subresource: null,
    namespace: 'default',
    name: null,
    fieldSelector: null,
    ...changes,
  }
}
