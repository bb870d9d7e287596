import type { AttackPlan } from '../../attack/attack-plan.ts'
import type { AgentStart } from '../../attack/sockets/sockets-plan.ts'
import type { StepEvents } from '../../attack/state/event-counts.ts'
import type { Credential } from '../../attack/state/knowledge-log.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import { hasRequestsDuring, type PathHistory } from '../../measure/verdicts/history.ts'
import type { Case } from './case.ts'
import { concernedPaths } from './scope.ts'

/**
 * Returns why a step was not tried on a path, for human readers; null if it was tried. A step is tried when it has
 * begun and has what it needs: the credential that its requests and agents present, or traffic of the path. `isOnPath`:
 * the attacker would have observed packets of the path.
 */
export function whyNotTried(one: Case, history: PathHistory, isOnPath: boolean): string | null {
  const { attack, step } = one
  const { startTick } = attack.plan.steps[step]
  if (!attack.state.hasBegun(step))
    return `the run ended at ${history.endTick / NS_PER_S} s, and the step begins at ${startTick / NS_PER_S} s`
  const lacking = lackedCredential(one)
  if (lacking !== null) return `the attacker did not have ${nameOf(lacking, attack.plan)} when the step began`
  if (isOnPath && isWithoutTraffic(one, history))
    return observedByOther(one, startTick) ?? 'nothing used the path while the step lasted'
  if (isInVain(one, history)) return observedByOther(one, 0) ?? 'nothing used the path before the step ended'
  return isWithoutOpening(one)
    ? 'no connection of the path opened while the step lasted, and it acts on new ones only'
    : null
}

/**
 * Returns the reason that another attacker observed packets of the path and this one did not; null if no other attacker
 * did. Only its first packet (before the step's end) and its last (not before `fromTick`) are compared, so possibly no
 * packet came between them.
 */
function observedByOther(one: Case, fromTick: number): string | null {
  const { plan, events } = one.attack
  const { attacker, endTick } = plan.steps[one.step]
  const paths = concernedPaths(one)
  const other = plan.steps.find((step, index) => {
    if (step.attacker === attacker) return false
    const seen = events.over(index, paths)
    return seen.has('packet') && seen.lastTick('packet') >= fromTick && seen.firstTick('packet') < endTick
  })
  if (other === undefined) return null
  return `${plan.attackers[other.attacker].name} observed packets of the path, and none of them came to this attacker`
}

/**
 * Returns the credential whose lack prevented all requests and agents of the step on this path; null if nothing was
 * prevented.
 */
function lackedCredential(one: Case): Credential | null {
  const { simulation, attack, step, path } = one
  const { technique } = attack.plan.steps[step]
  // A technique that steals its own credential counts as tried.
  if (USED_TECHNIQUES[technique].steals !== undefined || eventsOf(one).has('sent')) return null
  const { requests = [], agents = [] } = simulation.plan.attackSockets ?? {}
  const request = requests.find((each) => each.step === step && each.path === path)
  const agent = agents.find((each) => isAgentOf(each, step, path))
  return (request ?? agent)?.credential ?? null
}

/**
 * Returns whether a technique that acts only by its own requests or Konnectivity agents has none for the path, because
 * this configuration has no such pod, node, tunnel or apiserver.
 */
export function isInapplicable({ simulation, attack, step, path }: Case): boolean {
  const { requests: own, serves, packets, steals } = USED_TECHNIQUES[attack.plan.steps[step].technique]
  const isByRequests = packets === undefined && (own !== undefined || serves?.carries === true)
  const isWithoutCluster = simulation.plan.cluster === null
  // A technique that steals its own credential counts as tried if there was a cluster to steal it from.
  if (!isByRequests || (steals !== undefined && !isWithoutCluster)) return false
  const { requests = [], agents = [] } = simulation.plan.attackSockets ?? {}
  const sent = requests.filter((each) => each.step === step)
  const isAboutPath = sent.some((each) => each.path === path) || agents.some((each) => isAgentOf(each, step, path))
  // One request can bring clients of several paths to a server of the attacker.
  return !isAboutPath && !(serves !== undefined && sent.length > 0)
}

function isAgentOf(agent: AgentStart, step: number, path: number): boolean {
  return agent.step === step && agent.paths.includes(path)
}

/** Returns whether a technique that acts on the traffic of others found none. */
function isWithoutTraffic(one: Case, history: PathHistory): boolean {
  const { attack, step } = one
  const { technique, startTick, endTick } = attack.plan.steps[step]
  const { needs } = USED_TECHNIQUES[technique]
  if (needs.length === 0) return false
  const hasPackets = (['packet', 'sent'] as const).some((event) => eventsOf(one).has(event))
  const span = { fromTick: startTick, toTick: Math.min(endTick, history.endTick) }
  return !hasPackets && !hasRequestsDuring(history, span)
}

/**
 * Returns whether a technique that acts on the traffic of others sent packets without having observed any, on a path
 * that nobody used before the end of the step. Then there was no connection that the packets could have affected.
 */
function isInVain(one: Case, history: PathHistory): boolean {
  const { technique, endTick } = one.attack.plan.steps[one.step]
  const { needs, requests } = USED_TECHNIQUES[technique]
  const events = eventsOf(one)
  if (needs.length === 0 || requests !== undefined || !events.has('sent') || events.has('packet')) return false
  const span = { fromTick: 0, toTick: Math.min(endTick, history.endTick) }
  return history.carriers.length === 0 && history.passedOn.length === 0 && !hasRequestsDuring(history, span)
}

/**
 * Returns whether a technique that impersonates a server observed packets of open connections only, and no connection
 * that opened.
 */
function isWithoutOpening(one: Case): boolean {
  const { serves } = USED_TECHNIQUES[one.attack.plan.steps[one.step].technique]
  const events = eventsOf(one)
  return serves?.at === 'server-address' && events.has('packet') && !events.has('opening')
}

function eventsOf(one: Case): StepEvents {
  return one.attack.events.over(one.step, concernedPaths(one))
}

function nameOf({ kind, subject }: Credential, plan: AttackPlan): string {
  return kind === 'token' ? `the token ${plan.tokens[subject]}` : `the key of ${plan.certificates[subject]}`
}
