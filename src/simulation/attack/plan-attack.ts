import type { AttackPlan, PlannedStep } from '../../attack/attack-plan.ts'
import { longForm, type Parameters, type PlannedStepValues } from '../../attack/parameters/common.ts'
import type { PacketMatch, PlannedAttacker } from '../../attack/planned-attackers.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { leadsToApiserver } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { NONE } from '../../engine/table.ts'
import { planValue } from '../../values/kind.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { AttackerBlueprint, AttackStepBlueprint } from '../blueprint-attack.ts'
import { byName } from '../by-name.ts'
import { attackersInOrder, type NumberedStep, pathsOfStep, stepsInOrder } from '../lookups/attacker-names.ts'
import { connectionPathsOf } from '../lookups/server-places.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'
import type { AttackContext } from '../plan-requests.ts'
import { certificateNames, secretNames, tokenNames } from '../security/secret-names.ts'
import { namedPaths } from './named-paths.ts'
import { legsOf } from './plan-legs.ts'
import { planRequestFacts } from './plan-request-facts.ts'
import { isInHostNetworkPod, planVantage } from './plan-vantage.ts'

/** Plans the attackers; returns null when there are none. */
export function planAttack(context: AttackContext): AttackPlan | null {
  const { blueprint, network } = context
  if (blueprint.attackers.length === 0) return null
  const sorted = [...blueprint.paths].sort(byName)
  return {
    attackers: attackersInOrder(blueprint).map((attacker) => planAttacker(attacker, sorted, context)),
    steps: stepsInOrder(blueprint).map((placed) => planStep(placed, context)),
    namedPaths: namedPaths(blueprint, context.paths),
    requests: planRequestFacts(context),
    secrets: secretNames(blueprint),
    tokens: tokenNames(blueprint),
    certificates: certificateNames(blueprint),
    victims: sorted.map((path) => lookUp(network.hostIndex, victimOf(path))),
  }
}

function planAttacker(
  attacker: AttackerBlueprint,
  paths: readonly PathBlueprint[],
  { blueprint, network }: AttackContext,
): PlannedAttacker {
  const vantage = planVantage(attacker, blueprint, network)
  const isControlled = (host: string) => vantage.controls[lookUp(network.hostIndex, host)] === 1
  const indicesIn = (names: readonly string[]) =>
    names.flatMap((name, index) => (attacker.holds.includes(name) ? [index] : []))
  return {
    name: attacker.name,
    ...vantage,
    owns: Uint8Array.from(paths, (path) => (isOwned(path, attacker, blueprint, isControlled) ? 1 : 0)),
    heldTokens: indicesIn(tokenNames(blueprint)),
    heldCertificates: indicesIn(certificateNames(blueprint)),
    allies: attackersInOrder(blueprint).flatMap(({ name }, index) => (attacker.allies.includes(name) ? [index] : [])),
  }
}

function planStep({ attackerIndex, step, name }: NumberedStep, context: AttackContext): PlannedStep {
  const { blueprint, network, paths, streams } = context
  const about = pathsOfStep(step, blueprint)
  const { for: lastsNs = null, count } = step.parameters
  const parameters = planParameters(step, network)
  return {
    attacker: attackerIndex,
    technique: step.technique,
    startTick: step.atNs,
    endTick: lastsNs === null ? Number.POSITIVE_INFINITY : step.atNs + lastsNs,
    paths: about.map(({ name }) => lookUp(paths.pathIndex, name)),
    legs: about.flatMap((path) => legsOf(path, context)),
    passedPaths: about.filter((path) => isPassed(step, path)).map(({ name }) => lookUp(paths.pathIndex, name)),
    count: count ?? Number.POSITIVE_INFINITY,
    match: matchOf(parameters),
    parameters,
    key: streams.key(`attacker/${name.slice(1)}`),
  }
}

/** Returns whether a step forwards connections of a path unopened at the end of their tunnel. */
function isPassed({ technique, parameters }: AttackStepBlueprint, { tls, tunnel }: PathBlueprint): boolean {
  const isVerified = tls !== null && tls.verify !== 'none'
  const mayPass = USED_TECHNIQUES[technique].serves?.passesVerified === true && parameters.presents == null
  return mayPass && isVerified && tunnel !== null
}

function matchOf({ match }: PlannedStepValues): PacketMatch {
  const { from = NONE, to = NONE, kind = 'any', connections } = longForm(match)
  return { fromHost: from, toHost: to, kind, isStanding: connections === 'standing' }
}

function planParameters(
  { technique, parameters }: AttackStepBlueprint,
  { hostIndex }: PlannedNetwork,
): PlannedStepValues {
  const own: Parameters = USED_TECHNIQUES[technique].parameters
  const planned = namesOf(own).map((name) => {
    const value = parameters[name]
    return [name, value == null ? null : planValue(own[name].kind, value, (host) => lookUp(hostIndex, host))]
  })
  return Object.fromEntries(planned)
}

/**
 * Returns whether an attack on a path harms the attacker's own: its host, a pod there that it controls, or the pod that
 * it is in. A service is its own only if all endpoints are.
 */
function isOwned(
  path: PathBlueprint,
  attacker: AttackerBlueprint,
  blueprint: Blueprint,
  isControlled: (host: string) => boolean,
): boolean {
  if (!VANTAGES[attacker.vantage].hasNetworkPlace) return false
  return connectionPathsOf(path, blueprint).every(
    (end) => isControlled(victimOf(end)) || isInHostNetworkPod(attacker, end, blueprint),
  )
}

/**
 * Returns the host that an attack on a path harms: for paths to the apiserver the client, for other paths the server.
 */
function victimOf(path: PathBlueprint): string {
  return leadsToApiserver(path.kind) ? path.from : path.to
}
