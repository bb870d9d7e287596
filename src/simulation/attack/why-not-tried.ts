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
 * Returns why a step was not tried on a path, for people; null if it was. A step is tried when it has begun and what it
 * acts on has come: the credential that its requests and agents present, or traffic of the path. `isOnPath` means that the
 * attacker would have observed packets of the path.
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
 * Returns the text that another attacker observed packets of the path and this one none; null if no other did. Of those
 * packets the first came before the step's end and the last not before `fromTick`: none need have come between them.
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
 * Returns the credential for lack of which none of the step's requests about the path was sent and no agent was started;
 * null if there is none.
 */
function lackedCredential(one: Case): Credential | null {
  const { simulation, attack, step, path } = one
  const { technique } = attack.plan.steps[step]
  // A technique that steals its own credential has tried to.
  if (USED_TECHNIQUES[technique].steals !== undefined || eventsOf(one).has('sent')) return null
  const { requests = [], agents = [] } = simulation.plan.attackSockets ?? {}
  const request = requests.find((each) => each.step === step && each.path === path)
  const agent = agents.find((each) => isAgentOf(each, step, path))
  return (request ?? agent)?.credential ?? null
}

/**
 * Returns whether a technique that acts by requests of its own, or by Konnectivity agents, has none for the path: there is
 * no such pod, node, tunnel or apiserver in this configuration.
 */
export function isInapplicable({ simulation, attack, step, path }: Case): boolean {
  const { requests: own, serves, packets, steals } = USED_TECHNIQUES[attack.plan.steps[step].technique]
  const isByRequests = packets === undefined && (own !== undefined || serves?.carries === true)
  const isWithoutCluster = simulation.plan.cluster === null
  // A technique that steals its own credential has tried to, if there was a cluster to steal it from.
  if (!isByRequests || (steals !== undefined && !isWithoutCluster)) return false
  const { requests = [], agents = [] } = simulation.plan.attackSockets ?? {}
  const sent = requests.filter((each) => each.step === step)
  const isAboutPath = sent.some((each) => each.path === path) || agents.some((each) => isAgentOf(each, step, path))
  // Clients of several paths can come to a server of the attacker's own because of one request.
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
 * Returns whether a technique that acts on the traffic of others has sent packets without having seen any, on a path that
 * nobody had used by the end of the step, so that there was no connection that they could have met.
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
 * Returns whether a technique that answers in the place of a server has seen packets of connections that stood before, and
 * none that opened.
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
