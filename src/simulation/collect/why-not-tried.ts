import type { AttackPlan } from '../../attack/attack-plan.ts'
import type { StepEvents } from '../../attack/state/event-counts.ts'
import type { Credential } from '../../attack/state/knowledge-log.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
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
  return isOnPath && isWithoutTraffic(one, history) ? 'nothing used the path while the step lasted' : null
}

/** Returns the credential for lack of which none of the step's requests about the path was sent and no agent was started; null if there is none. */
function lackedCredential(one: Case): Credential | null {
  const { simulation, attack, step, path } = one
  const { technique } = attack.plan.steps[step]
  // A technique that steals its own credential has tried to.
  if (TECHNIQUES[technique].steals !== undefined || eventsOf(one).has('sent')) return null
  const { requests = [], agents = [] } = simulation.plan.attackSockets ?? {}
  const request = requests.find((each) => each.step === step && each.path === path)
  const agent = agents.find((each) => each.step === step && each.paths.includes(path))
  return (request ?? agent)?.credential ?? null
}

/** Returns whether a technique that acts on the traffic of others found none. */
function isWithoutTraffic(one: Case, history: PathHistory): boolean {
  const { attack, step } = one
  const { technique, startTick, endTick } = attack.plan.steps[step]
  const { needs } = TECHNIQUES[technique]
  if (needs.length === 0) return false
  const hasPackets = (['packet', 'sent'] as const).some((event) => eventsOf(one).has(event))
  const span = { fromTick: startTick, toTick: Math.min(endTick, history.endTick) }
  return !hasPackets && !hasRequestsDuring(history, span)
}

function eventsOf(one: Case): StepEvents {
  return one.attack.events.over(one.step, concernedPaths(one))
}

function nameOf({ kind, subject }: Credential, plan: AttackPlan): string {
  return kind === 'token' ? `the token ${plan.tokens[subject]}` : `the key of ${plan.certificates[subject]}`
}
