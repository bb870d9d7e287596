import type { RequestedOperation, RequestFacts } from '../../attack/attack-plan.ts'
import type { PlannedAttackerRequest } from '../../attack/sockets/sockets-plan.ts'
import type { RequestLine } from '../../cluster/messages/operations.ts'
import { NONE } from '../../engine/table.ts'
import { isInPieces } from '../../workload/workload.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import { byName, lookUp } from '../by-name.ts'
import type { Discovery } from '../http/plan-http.ts'
import type { PlanContext } from '../plan-context.ts'
import type { AttackContext } from '../plan-requests.ts'
import { secretNames, tokenNames } from '../security/secret-names.ts'
import { requestedOperation, serverKindOf } from './attacker-request.ts'
import { type CarriedRequest, carriedRequests } from './carried-requests.ts'
import { namedPaths } from './named-paths.ts'

/** Returns, for each request, the facts that verdicts need. */
export function planRequestFacts(context: AttackContext): readonly RequestFacts[] {
  const { blueprint, paths, planned, catalogue, proxied } = context
  const { attackerRequests: asks } = planned
  const sorted = [...blueprint.paths].sort(byName)
  const named = namedPaths(blueprint, paths)
  const secrets = secretNames(blueprint)
  const carried = new Map(carriedRequests(planned.workloads, proxied).map((each) => [each.request, each]))
  for (const copies of planned.relayed.values())
    for (const [request, copy] of copies) {
      const of = carried.get(request)
      if (of !== undefined) carried.set(copy, of)
    }
  const signed = new Map((blueprint.additions?.certificates ?? []).map((one) => [one.name, one.certificate]))
  const own = new Map<number, OwnFacts>(asks.flatMap((ask) => [[ask.request, ask] as const, ...tailOf(ask)]))
  return catalogue.lines.map((line, request) => {
    const ask = own.get(request)
    const of = carried.get(request)
    const { discovery } = catalogue.callers[request]
    return {
      path: of === undefined ? pathOfJoining(discovery, context) : named[of.path],
      token: tokenOf(request, context),
      signedWith: discovery === null ? NONE : tokenNames(blueprint).indexOf(discovery.token),
      secrets: of === undefined || of.isLookup ? [] : secretsOf(of, context, secrets),
      messages: of !== undefined && (of.isLookup || isInPieces(planned.workloads[of.workload])) ? 0 : 1,
      step: ask?.step ?? NONE,
      isOnOthersConnection: asks.some(({ followUp }) => followUp?.request === request),
      signs: signed.get(catalogue.callers[request].certificate ?? '') ?? null,
      hasEffect: hasEffect(catalogue.callers[request]),
      operation: ask?.operation ?? (of === undefined ? null : operationOn(line, sorted[of.path], blueprint)),
    }
  })
}

/** Returns the path of a kubelet to the apiserver, which the node begins to use by what it reads; NONE for none. */
function pathOfJoining(discovery: Discovery | null, { blueprint, paths }: AttackContext): number {
  const path = discovery === null ? undefined : blueprint.lookups.paths.ofKubelet.get(discovery.node)
  return path === undefined ? NONE : lookUp(paths.pathIndex, path.name)
}

function hasEffect({ nodeAddress, service, certificate }: PlanContext['catalogue']['callers'][number]): boolean {
  return nodeAddress !== null || service !== null || certificate !== null
}

type OwnFacts = Pick<PlannedAttackerRequest, 'step' | 'operation'>

/** Returns the request that follows on the same connection after a refusal. */
function tailOf({ step, followUp }: PlannedAttackerRequest): (readonly [number, OwnFacts])[] {
  return followUp === null ? [] : [[followUp.request, { step, operation: followUp.operation }]]
}

function operationOn(line: RequestLine, path: PathBlueprint, blueprint: Blueprint): RequestedOperation {
  return requestedOperation(line, serverKindOf(path), { host: path.to, port: path.port }, blueprint)
}

function tokenOf(request: number, { blueprint, catalogue }: AttackContext): number {
  const { bearer } = catalogue.callers[request]
  if (bearer === NONE) return NONE
  const known = catalogue.bearers[bearer]
  return known.kind === 'service-account' ? tokenNames(blueprint).indexOf(known.token.name) : NONE
}

function secretsOf(
  { workload }: CarriedRequest,
  { blueprint, planned }: AttackContext,
  secrets: readonly string[],
): readonly number[] {
  const { declared } = planned.workloads[workload]
  const { carries } = blueprint.workloads.find(({ name }) => name === declared) ?? { carries: [] }
  return carries.map((name) => secrets.indexOf(name))
}
