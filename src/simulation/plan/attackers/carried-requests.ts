import type { ProxiedRequestPlan } from '../../../cluster/apiserver/proxied-request-plan.ts'
import type { Workload } from '../../../workload/workload.ts'

/** A request that is sent on a path for a workload. */
export interface CarriedRequest {
  readonly request: number
  /** The path on which it is sent: for a service, its own path or that to an endpoint. */
  readonly path: number
  readonly workload: number
  readonly bodyBytes: number
}

/** Returns the requests of workloads, and those that the apiserver sends for them. */
export function carriedRequests(
  workloads: readonly Workload[],
  proxied: ReadonlyMap<number, ProxiedRequestPlan>,
): readonly CarriedRequest[] {
  return workloads.flatMap((workload, index) => {
    const own = messagesOf(workload).map(([request, bodyBytes]) => {
      return { request, path: workload.path, workload: index, bodyBytes }
    })
    const onward = proxied.get(workload.request)
    const ends = (onward?.targets ?? []).flatMap((target) => target.endpoints)
    const passed = ends.map(({ path, request }) => {
      return { request, path, workload: index, bodyBytes: onward?.requestBodyBytes ?? 0 }
    })
    return [...own, ...passed]
  })
}

function messagesOf({ arrivals, request, requestBodyBytes }: Workload): [number, number][] {
  if (arrivals.kind !== 'heartbeats') return [[request, requestBodyBytes]]
  const { lease, status } = arrivals.heartbeat
  const messages = [lease?.renew, lease?.get, status.getCached, status.get, status.patch]
  return messages.flatMap((each): [number, number][] => (each == null ? [] : [[each.request, each.requestBodyBytes]]))
}
