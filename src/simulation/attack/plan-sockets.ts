import type { AgentStart, RelayPlan, SocketsPlan } from '../../attack/sockets/sockets-plan.ts'
import type { ProxiedRequestPlan, ProxyEndpoint } from '../../cluster/apiserver/proxied-request-plan.ts'
import { assert } from '../../engine/assert.ts'
import { UNKNOWN_LENGTH } from '../../http/message.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import {
  attackersPathName,
  type NumberedStep,
  pathsOfStep,
  servingOf,
  stepsInOrder,
} from '../lookups/attacker-names.ts'
import { connectionPathsOf, placesOf } from '../lookups/server-places.ts'
import { lookUp } from '../network/plan-network.ts'
import type { AttackContext } from '../plan-requests.ts'
import { additionsOf } from './attacker-additions.ts'
import { type CarriedRequest, carriedRequests } from './carried-requests.ts'
import { secretOf } from './plan-attacker-requests.ts'
import { planThefts } from './plan-thefts.ts'
import { credentialNeeded } from './used-credential.ts'

/** Plans the attackers' servers and requests; returns null when there are no attackers. */
export function planSockets(context: AttackContext): SocketsPlan | null {
  const { blueprint, paths, planned } = context
  if (blueprint.attackers.length === 0) return null
  const steps = stepsInOrder(blueprint)
  return {
    places: paths.attackerPlaces,
    relays: steps.map((placed) => (servingOf(placed)?.relays ? planRelay(placed, context) : undefined)),
    requests: planned.attackerRequests,
    thefts: steps.flatMap((placed) => planThefts(placed, context)),
    agents: steps.flatMap((placed) => planAgentStarts(placed, context)),
  }
}

/** Returns the Konnectivity agents that a step starts. */
function planAgentStarts(placed: NumberedStep, { blueprint, paths }: AttackContext): readonly AgentStart[] {
  const { agents: added = [] } = additionsOf(placed, blueprint)
  const tunnelled = pathsOfStep(placed.step, blueprint).map(({ name }) => lookUp(paths.pathIndex, name))
  const ofServer = (host: number) =>
    tunnelled.filter((path) => paths.paths[path].konnectivity !== null && paths.paths[path].fromHost === host)
  const credential = secretOf(credentialNeeded(placed, blueprint), blueprint)
  return paths.konnectivity.agents.flatMap(({ name, serverHost }, agent) =>
    added.some((own) => name.endsWith(`/${own.name}`))
      ? [{ step: placed.index, agent, paths: ofServer(serverHost), credential }]
      : [],
  )
}

/**
 * Plans how a relay forwards every request that can reach its servers, including requests of other clients of these
 * servers.
 */
function planRelay(placed: NumberedStep, context: AttackContext): RelayPlan {
  const { blueprint, planned, proxied: sent } = context
  const proxied = new Map<number, ProxiedRequestPlan>()
  const sorted = [...blueprint.paths].sort(byName)
  const placesByPath = sorted.map((path) =>
    connectionPathsOf(path, blueprint).flatMap((way) => placeKeysOf(way, blueprint)),
  )
  const ways = [...new Set(pathsOfStep(placed.step, blueprint).flatMap((path) => connectionPathsOf(path, blueprint)))]
  for (const carried of carriedRequests(planned.workloads, sent)) {
    const places = placesByPath[carried.path]
    const taken = ways.filter((way) => placeKeysOf(way, blueprint).some((key) => places.includes(key)))
    if (taken.length > 0) proxied.set(carried.request, planRelayedRequest(placed, carried, taken, context))
  }
  return {
    attacker: placed.attackerIndex,
    credential: secretOf(placed.step.parameters.with ?? null, blueprint),
    proxied,
  }
}

function placeKeysOf(way: PathBlueprint, blueprint: Blueprint): readonly string[] {
  return placesOf(way, blueprint).map(({ address, port }) => `${address}:${port}`)
}

function planRelayedRequest(
  placed: NumberedStep,
  { request, workload, bodyBytes }: CarriedRequest,
  ways: readonly PathBlueprint[],
  { paths, planned, streams, answers, catalogue }: AttackContext,
): ProxiedRequestPlan {
  const answer = answers[request]
  assert(answer !== undefined, 'every request of a workload has a planned response')
  const { hi, lo } = streams.key(`${placed.name}/ends`)
  const ends = ways.map((way): ProxyEndpoint => {
    const shown = planned.relayed.get(placed.index)?.get(request) ?? request
    const path = lookUp(paths.pathIndex, attackersPathName(placed, way))
    return { path, request: shown, url: '', upgrade: 'copied', accepted: answer.accepted }
  })
  return {
    workload,
    targets: [{ endpoints: ends }],
    isUpgrade: catalogue.isUpgrade(request),
    requestBodyBytes: bodyBytes,
    forwardedResponse: answer.accepted,
    forwardedBodyBytes: answer.body.kind === 'body' ? answer.body.bodyBytes : UNKNOWN_LENGTH,
    unreachableStatus: 503,
    choiceHigh: hi,
    choiceLow: lo,
  }
}
