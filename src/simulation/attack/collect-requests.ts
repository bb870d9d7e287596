import type { Decision } from '../../attack/state/decisions.ts'
import { NONE } from '../../engine/table.ts'
import type { RequestResult } from '../../measure/verdict.ts'
import { joinRequests } from '../../measure/verdicts/join-requests.ts'
import { proxyErrorText } from '../../workload/proxy-error.ts'
import type { Case } from './case.ts'
import { userOf } from './position.ts'

/** Returns the decisions of servers on a step's requests about a path, in the order of time. */
export function decisionsOf({ attack, step, path }: Case): Decision[] {
  return attack.decisions.all().filter((decision) => decision.step === step && decision.path === path)
}

/** Returns the responses of servers to a step's requests about a path. */
export function requestsOf(one: Case): RequestResult[] {
  return joinRequests(decisionsOf(one).map((decision) => requestResult(one, decision)))
}

function requestResult(one: Case, decision: Decision): RequestResult {
  const { answer, status, host, port, request, error } = decision
  const { operation } = one.attack.plan.requests[request]
  const reason = proxyErrorText(error)
  const sent = answer > 0 ? answer : status
  return {
    verb: operation?.verb ?? '',
    resource: operation?.resource ?? '',
    status: sent > 0 ? sent : null,
    by: userOf(one, decision),
    server: one.simulation.plan.hosts[host].name,
    port: port === NONE ? null : port,
    times: 1,
    ...(reason === null ? {} : { reason }),
  }
}
