import type { ProxiedRequestPlan } from '../../cluster/apiserver/proxied-request-plan.ts'
import { NONE } from '../../engine/table.ts'
import type { Workload } from '../../workload/workload.ts'

/** A request that is sent on a path for a workload. */
export interface CarriedRequest {
  readonly request: number
  /** The path on which it is sent: for a service, its own path or a path to an endpoint. */
  readonly path: number
  readonly workload: number
  readonly bodyBytes: number
  /** True if it only looks up the target of the workload's own request. */
  readonly isLookup?: boolean
}

/** Returns the requests of workloads, and those that the apiserver sends for them. */
export function carriedRequests(
  workloads: readonly Workload[],
  proxied: ReadonlyMap<number, ProxiedRequestPlan>,
): readonly CarriedRequest[] {
  return workloads.flatMap((workload, index): CarriedRequest[] => {
    const own = messagesOf(workload).map((message) => ({ ...message, path: workload.path, workload: index }))
    const lookups = workload.lookups.requests.map((request) => {
      return { request, bodyBytes: 0, path: workload.path, workload: index, isLookup: true }
    })
    const passed = own.flatMap(({ request }) => {
      const onward = proxied.get(request)
      return (onward?.targets ?? []).flatMap(({ endpoints }) =>
        endpoints.map((end) => {
          return { request: end.request, path: end.path, workload: index, bodyBytes: onward?.requestBodyBytes ?? 0 }
        }),
      )
    })
    return [...lookups, ...own, ...passed]
  })
}

/** A request that the clients of a workload send. */
type OwnMessage = Pick<CarriedRequest, 'request' | 'bodyBytes'>

/** Returns the requests that the clients of a workload send themselves. */
export function messagesOf({ arrivals, request, fallback, requestBodyBytes }: Workload): readonly OwnMessage[] {
  if (arrivals.kind !== 'heartbeats')
    return [request, fallback].flatMap((each) =>
      each === NONE ? [] : [{ request: each, bodyBytes: requestBodyBytes }],
    )
  const { lease, status } = arrivals.heartbeat
  const messages = [lease?.renew, lease?.get, status.getCached, status.get, status.patch]
  return messages.flatMap((each): OwnMessage[] =>
    each == null ? [] : [{ request: each.request, bodyBytes: each.requestBodyBytes }],
  )
}
