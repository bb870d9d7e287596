import {
  apiserverResponseFields,
  clientRequestFields,
  kubeletResponseFields,
} from '../../../cluster/messages/api-headers.ts'
import { createSubjectAccessReview, createTokenReview } from '../../../cluster/messages/apiserver-requests.ts'
import type { ObjectEncoding } from '../../../cluster/messages/object-sizes.ts'
import { NONE } from '../../../engine/table.ts'
import { formatAddress } from '../../../network/address-book.ts'
import type { PathBlueprint } from '../../blueprint.ts'
import type { ClusterBlueprint, NodeBlueprint } from '../../blueprint-cluster.ts'
import type { ClusterContext } from '../cluster/cluster-context.ts'
import { lookUp } from '../network/plan-network.ts'
import type { HttpCatalogue } from './plan-http.ts'

/** Heads of what clusters say beside the workloads. Their lengths have three digits, whatever they are exactly. */
const TYPICAL_BYTES = 300

const CONTENT_TYPES: Readonly<Record<ObjectEncoding, string>> = {
  protobuf: 'application/vnd.kubernetes.protobuf',
  json: 'application/json',
}

export function planApiserverRefusals(
  catalogue: HttpCatalogue,
  minor: number,
): ReadonlyMap<number, Readonly<Record<ObjectEncoding, number>>> {
  const refusal = (status: number, encoding: ObjectEncoding) =>
    catalogue.response(
      status,
      apiserverResponseFields({
        status,
        contentType: CONTENT_TYPES[encoding],
        contentLengthBytes: TYPICAL_BYTES,
        hasAuditId: true,
        // Authentication comes before it.
        hasPriorityAndFairness: minor >= 20 && status !== 401,
      }),
    )
  const statuses = [401, 403, 404, 500, 503].map(
    (status) => [status, { json: refusal(status, 'json'), protobuf: refusal(status, 'protobuf') }] as const,
  )
  const tooMany = planTooManyRequests(catalogue)
  return new Map([...statuses, [429, { json: tooMany, protobuf: tooMany }]])
}

/** In plain words, and when to try again (pkg/server/filters/maxinflight.go). */
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

/** The head of the answer to a review. */
export function planReviewed(catalogue: HttpCatalogue, minor: number): number {
  const fields = apiserverResponseFields({
    status: 201,
    contentType: CONTENT_TYPES.protobuf,
    contentLengthBytes: TYPICAL_BYTES,
    hasAuditId: true,
    hasPriorityAndFairness: minor >= 20,
  })
  return catalogue.response(201, fields)
}

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

/** With which a kubelet asks the apiserver about others. */
export function planReviewRequests(
  node: NodeBlueprint,
  { apiserver }: ClusterBlueprint,
  path: PathBlueprint | undefined,
  { network, paths, catalogue }: ClusterContext,
): { readonly tokenReview: number; readonly accessReview: number } {
  if (path === undefined) return { tokenReview: NONE, accessReview: NONE }
  const { remoteAddress } = paths.paths[lookUp(paths.pathIndex, path.name)]
  const authority = `${formatAddress(network.addresses.valueOf(remoteAddress))}:${apiserver.configuration.securePort}`
  const { minor } = node.version
  const request = (line: ReturnType<typeof createTokenReview>) =>
    catalogue.request(
      line,
      clientRequestFields({
        method: line.method,
        authority,
        path: line.target,
        userAgent: `kubelet/v1.${minor}.3 (linux/amd64) kubernetes/32cc146`,
        accept: `${CONTENT_TYPES.protobuf},${CONTENT_TYPES.json}`,
        contentType: CONTENT_TYPES.protobuf,
        contentLengthBytes: TYPICAL_BYTES,
        tokenBytes: 0,
      }),
      false,
      { token: null, encoding: 'protobuf', from: node.name },
    )
  return { tokenReview: request(createTokenReview(minor)), accessReview: request(createSubjectAccessReview(minor)) }
}
