import { assert } from '../../engine/assert.ts'
import type { ResourceOperation } from './operations.ts'

/** The operations in kubelets' reviews: a subresource of a node, and the verb of the method (kubelet-requests.ts). */
const SUBRESOURCES = ['proxy', 'stats', 'metrics', 'log', 'spec', 'checkpoint', 'pods', 'healthz', 'configz']
const VERBS = ['get', 'create', 'update', 'patch', 'delete', '']

const QUESTIONS_PER_NODE = SUBRESOURCES.length * VERBS.length

/** Encodes an operation as one number; `node` is the node's index in the list of nodes. */
export function encodeOperation({ subresource, verb }: ResourceOperation, node: number): number {
  const what = SUBRESOURCES.indexOf(subresource ?? '')
  const how = VERBS.indexOf(verb)
  assert(what >= 0 && how >= 0, 'kubelets ask about what they serve')
  return node * QUESTIONS_PER_NODE + what * VERBS.length + how
}

/** Decodes a number of `encodeOperation`. */
export function decodeOperation(question: number, nodes: readonly { readonly name: string }[]): ResourceOperation {
  const inNode = question % QUESTIONS_PER_NODE
  return {
    kind: 'resource',
    verb: VERBS[inNode % VERBS.length],
    group: '',
    version: 'v1',
    resource: 'nodes',
    subresource: SUBRESOURCES[Math.floor(inNode / VERBS.length)],
    namespace: null,
    name: nodes[Math.floor(question / QUESTIONS_PER_NODE)].name,
    fieldSelector: null,
  }
}

// Kinds of the marks at the end of the bodies of reviews.

/**
 * A TokenReview. Request: `value` is the index of a bearer token. Response: `value` is the index of an identity (NONE:
 * the token is not accepted), `detail` is 1 when it has an error.
 */
export const TOKEN_REVIEW = 61
/**
 * Mark at the end of a SubjectAccessReview. Request: `value` is the index of an identity, `detail` the number of an
 * operation (review-operations.ts). Response: `value` is 1 when the operation is allowed, else 0.
 */
export const ACCESS_REVIEW = 62
