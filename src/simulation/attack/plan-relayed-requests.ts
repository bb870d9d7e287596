import type { Workload } from '../../workload/workload.ts'
import { servingOf, stepsInOrder } from '../lookups/attacker-names.ts'
import type { PlanContext } from '../plan-context.ts'
import { carriedRequests } from './carried-requests.ts'
import { bearerOf, isBearer } from './plan-attacker-requests.ts'

/** The copy of a workload's request with the token of the relay, by step and by request. */
export type RelayedRequests = ReadonlyMap<number, ReadonlyMap<number, number>>

/**
 * Plans the requests of relays that authenticate with a token. A certificate is used in TLS and does not change
 * requests.
 */
export function planRelayedRequests(context: PlanContext, workloads: readonly Workload[]): RelayedRequests {
  const { blueprint, catalogue, answers, proxied } = context
  const carried = carriedRequests(workloads, proxied)
  const relays = stepsInOrder(blueprint).filter(
    (placed) => servingOf(placed)?.relays && isBearer(placed.step.parameters.with ?? null, blueprint),
  )
  return new Map(
    relays.map(({ index, step }) => {
      const shown = bearerOf(step.parameters.with ?? null, context)
      const copies = carried.map(({ request }): [number, number] => {
        const copy = catalogue.copyWith(request, shown.caller, shown.bytes)
        answers[copy] = answers[request]
        const onward = proxied.get(request)
        if (onward !== undefined) proxied.set(copy, onward)
        return [request, copy]
      })
      return [index, new Map(copies)]
    }),
  )
}
