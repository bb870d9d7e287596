import { agentOf, apiserverResponseFields, kubeletResponseFields } from '../../cluster/messages/api-headers.ts'
import { createSubjectAccessReview, createTokenReview } from '../../cluster/messages/apiserver-requests.ts'
import type { ObjectEncoding } from '../../cluster/messages/object-sizes.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { NONE } from '../../engine/table.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { PathBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../blueprint-cluster.ts'
import { lookUp } from '../by-name.ts'
import { CONTENT_TYPES, type HttpCatalogue } from '../http/plan-http.ts'
import type { PlanContext } from '../plan-context.ts'

/** The length of bodies that are not modelled. All have three digits, so every head has the same length. */
const TYPICAL_BYTES = 300

/** Plans the heads of the apiserver's refusals, by status and by the encoding that the client accepts. */
export function planApiserverRefusals(
  catalogue: HttpCatalogue,
  minor: number,
): ReadonlyMap<number, Readonly<Record<ObjectEncoding, number>>> {
  const refusal = (status: number, encoding: ObjectEncoding) =>
    // Priority and Fairness comes after authentication.
    catalogue.apiserverResponse(status, CONTENT_TYPES[encoding], TYPICAL_BYTES, minor >= 20 && status !== 401)
  const statuses = [401, 403, 404, 500, 503].map(
    (status) => [status, { json: refusal(status, 'json'), protobuf: refusal(status, 'protobuf') }] as const,
  )
  const tooMany = planTooManyRequests(catalogue)
  return new Map([...statuses, [429, { json: tooMany, protobuf: tooMany }]])
}

/** Plans the refusal with a text and Retry-After (pkg/server/filters/maxinflight.go). */
function planTooManyRequests(catalogue: HttpCatalogue): number {
  const common = apiserverResponseFields({
    status: 429,
    contentType: 'text/plain; charset=utf-8',
    contentLengthBytes: 43,
    hasAuditId: true,
    hasPriorityAndFairness: false,
  })
  return catalogue.response(429, [...common, { name: 'retry-after', value: '1' }])
}

/** Plans the head of the response to a review. */
export function planReviewed(catalogue: HttpCatalogue): number {
  return catalogue.apiserverResponse(201, CONTENT_TYPES.protobuf, TYPICAL_BYTES)
}

/** Plans the heads of a kubelet's refusals, by status, and of its response to a health check. */
export function planKubeletRefusals(catalogue: HttpCatalogue): {
  readonly refusals: ReadonlyMap<number, number>
  readonly healthy: number
} {
  const head = (status: number, contentLengthBytes: number) =>
    catalogue.response(status, kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes }))
  return {
    refusals: new Map([
      [400, head(400, 52)],
      [401, head(401, 12)],
      [403, head(403, 100)],
      [404, head(404, 19)],
      [500, head(500, 100)],
    ]),
    healthy: head(200, 2),
  }
}

/** Plans the review requests of each kubelet; NONE for a kubelet without a path to the apiserver. */
export function planReviewRequests(
  node: NodeBlueprint,
  { apiserver }: ClusterBlueprint,
  path: PathBlueprint | undefined,
  { network, paths, catalogue }: PlanContext,
): { readonly tokenReview: number; readonly accessReview: number } {
  if (path === undefined) return { tokenReview: NONE, accessReview: NONE }
  const { remoteAddress } = paths.paths[lookUp(paths.pathIndex, path.name)]
  const { minor } = node.version
  const message = {
    authority: `${formatAddress(network.addresses.valueOf(remoteAddress))}:${apiserver.configuration.securePort}`,
    userAgent: agentOf('kubelet', minor),
    encoding: 'protobuf',
    bodyBytes: TYPICAL_BYTES,
  } as const
  const request = (line: RequestLine) =>
    catalogue.clientRequest(line, message, { token: null, encoding: 'protobuf', from: node.name })
  return { tokenReview: request(createTokenReview(minor)), accessReview: request(createSubjectAccessReview(minor)) }
}
