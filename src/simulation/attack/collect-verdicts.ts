import type { AttackPlan } from '../../attack/attack-plan.ts'
import { NEVER } from '../../attack/state/attack-state.ts'
import {
  type AttackEvent,
  EXCHANGE_EVENTS,
  PIECE_EVENTS,
  READING_EVENTS,
  type StepEvents,
} from '../../attack/state/event-counts.ts'
import type { KnownItem } from '../../attack/state/knowledge-log.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import { NONE } from '../../engine/table.ts'
import type { EvidenceResult, KnowledgeResult, VerdictResult } from '../../measure/verdict.ts'
import { type Consequences, consequencesOf } from '../../measure/verdicts/consequences.ts'
import { emptyVerdict, type VerdictSubject } from '../../measure/verdicts/empty-verdict.ts'
import { messagesWithin, type PathHistory } from '../../measure/verdicts/history.ts'
import { joinVerdicts } from '../../measure/verdicts/join-verdicts.ts'
import {
  CONSEQUENCE_TEXTS,
  consequenceOutcome,
  EVENT_TEXTS,
  inOrder,
  outcomeWithoutEffect,
  type ShownOutcome,
  shownOutcomes,
} from '../../measure/verdicts/outcomes.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'
import type { Comparison } from './aftermath.ts'
import { canObserve } from './can-observe.ts'
import type { Case } from './case.ts'
import { declaredName } from './collect-deliveries.ts'
import { evidenceOfFirstGrant, type Gain, gainsOf } from './collect-gains.ts'
import { collectHistories } from './collect-history.ts'
import { noticesOf } from './collect-notices.ts'
import { requestsOf } from './collect-requests.ts'
import { nameOfKnown } from './name-of-known.ts'
import { concernedPaths, pathsInScope, type Scope, scopeOfPath, victimOf } from './scope.ts'
import { isInapplicable, whyNotTried } from './why-not-tried.ts'
import { wireOf } from './wire-of.ts'

/** Returns the outcome of each attacker, technique, path and victim. `comparisons` has one entry for each step. */
export function collectVerdicts(
  simulation: Simulation,
  comparisons: readonly Comparison[],
  blueprint: Blueprint,
): VerdictResult[] {
  const { attack } = simulation
  if (attack === null) return []
  const histories = collectHistories(simulation)
  const verdicts = comparisons.flatMap((comparison, step) =>
    attack.plan.steps[step].paths.map((path) => ({
      verdict: verdictOf({ simulation, blueprint, attack, step, path, ...comparison }, histories[path]),
      span: { fromTick: attack.plan.steps[step].startTick, toTick: attack.plan.steps[step].endTick },
    })),
  )
  return [...joinVerdicts(verdicts), ...absentVerdicts(blueprint)].sort(byName)
}

/** Returns everything that attackers learned, in the order of time. */
export function collectKnowledge(simulation: Simulation): KnowledgeResult[] {
  const { attack } = simulation
  if (attack === null) return []
  return attack.knowledge
    .all()
    .filter(({ step }) => step !== NONE)
    .map((known) => ({
      attacker: attack.plan.attackers[known.attacker].name,
      atNs: known.tick,
      ...wireOf(simulation, known, {}),
      learned: nameOfKnown(attack.plan, simulation.plan, known),
      ...toldBy(attack.plan, known),
    }))
}

/** Returns the ally that told it. The field is absent otherwise, so results without allies do not mention them. */
function toldBy(plan: AttackPlan, { attacker, step }: KnownItem): Pick<KnowledgeResult, 'toldBy'> {
  const learner = plan.steps[step].attacker
  return learner === attacker ? {} : { toldBy: plan.attackers[learner].name }
}

function verdictOf(one: Case, history: PathHistory): VerdictResult {
  const { simulation, attack, step, path } = one
  const { plan, events: counts, state } = attack
  const { technique, startTick } = plan.steps[step]
  const consequences = consequencesOfStep(one)
  const effect = effectOf(one, consequences)
  const isOnPath = canObserve(simulation.plan, plan, step, path)
  if (effect.shown.length === 0 && isInapplicable(one))
    return emptyVerdict(subjectOf(one, effect.scope), 'not-applicable')
  const untried = effect.shown.length > 0 ? null : whyNotTried(one, history, isOnPath)
  if (untried !== null) return untriedVerdict(one, untried)
  const { scope, gain, events } = effect
  const all = counts.over(step, concernedPaths(one))
  const found =
    effect.shown.length > 0 ? effect.shown : [outcomeWithoutEffect(all, USED_TECHNIQUES[technique], isOnPath)]
  const outcomes = inOrder(found.map(({ outcome }) => outcome))
  const evidence = evidenceOf(one, found, effect.shown.length > 0 ? events : all, consequences, gain)
  const isMissed = consequences.outcome === 'outage' || consequences.outcome === 'disrupted'
  // Connections that a step diverted outlive the step. Messages that are read later were under way before.
  const ofMessages = [...EXCHANGE_EVENTS, ...PIECE_EVENTS].filter((event) => !READING_EVENTS.has(event))
  const lastTick = Math.max(...ofMessages.map((event) => events.lastTick(event)))
  const toTick = Math.max(Math.min(plan.steps[step].endTick, history.endTick), lastTick)
  const forged = events.amount('forged-request-accepted')
  const ticks = evidence.map(({ atNs }) => atNs)
  const messages = exposedMessages(events)
  return {
    ...subjectOf(one, scope),
    outcomes,
    worst: outcomes[0],
    asIdentity: gain.asIdentity,
    exposure: {
      messages,
      // What a node reads while it joins is no message of a workload.
      of: Math.max(messages, messagesWithin(history, { fromTick: startTick, toTick }) + forged),
      bytes: events.amount('body-read'),
    },
    secrets: gain.secrets,
    ...noticesOf(one, isMissed),
    firstEffectNs: outcomes[0] === 'unreachable' ? null : firstOf([state.firstActTick(step), ...ticks]),
    outageNs: consequences.outageNs,
    recoveredNs: consequences.outageNs > 0 ? consequences.recoveredTick : null,
    requests: requestsOf(one),
    privileges: gain.privileges,
    credentials: gain.credentials,
    evidence,
  }
}

/** The effect of a step on victims of one scope. */
interface Effect {
  readonly scope: Scope
  readonly shown: readonly ShownOutcome[]
  readonly gain: Gain
  readonly events: StepEvents
}

/**
 * Returns the effect of a step on others; if it achieved nothing there, its effect on its attacker's own. Requests that
 * its position permits count only if there is nothing else.
 */
function effectOf(one: Case, consequences: Consequences): Effect {
  const both = (['other', 'own'] as const).map((scope): Effect => {
    const events = one.attack.events.over(one.step, pathsInScope(one, scope))
    const gain = gainsOf(one, scope)
    const suffered = scopeOfConsequences(one) === scope ? consequenceOutcome(consequences) : []
    return { scope, shown: [...gain.outcomes, ...shownOutcomes(events), ...suffered], gain, events }
  })
  const real = both.find(({ shown }) => shown.length > 0)
  if (real !== undefined) return real
  const permitted = both.find(({ gain }) => gain.otherwise !== null)
  if (permitted?.gain.otherwise) {
    const { outcomes, isOwn, ...otherwise } = permitted.gain.otherwise
    const scope = isOwn ? 'own' : permitted.scope
    return { ...permitted, scope, shown: outcomes, gain: { ...permitted.gain, ...otherwise } }
  }
  return both.find(({ scope }) => scope === scopeOfPath(one, one.path))!
}

/**
 * Returns whose requests a step harms. For a service, these are the attacker's own if all packets on which it acted
 * went to its own replica.
 */
function scopeOfConsequences(one: Case): Scope {
  const hasTouched = (scope: Scope) => {
    const events = one.attack.events.over(one.step, pathsInScope(one, scope))
    return (['packet', 'passed', 'sent'] as const).some((event) => events.has(event))
  }
  return hasTouched('own') && !hasTouched('other') ? 'own' : scopeOfPath(one, one.path)
}

function subjectOf(one: Case, scope: Scope): VerdictSubject {
  const { simulation, blueprint, step, path } = one
  const { plan } = one.attack
  const { attacker, technique } = plan.steps[step]
  const { name, vantage } = plan.attackers[attacker]
  return {
    attacker: name,
    vantage,
    technique,
    path: declaredName(blueprint, simulation.plan.paths[path].name),
    victim: simulation.plan.hosts[victimOf(one, scope)].name,
    scope,
  }
}

function untriedVerdict(one: Case, why: string): VerdictResult {
  const atNs = one.simulation.timeline.now
  const reason: EvidenceResult = { atNs, link: null, packet: null, source: 'run', shows: 'not-tried', what: why }
  return { ...emptyVerdict(subjectOf(one, scopeOfPath(one, one.path)), 'not-tried'), evidence: [reason] }
}

function consequencesOfStep({ attack, step, path, ...comparison }: Case): Consequences {
  const fromTick = attack.state.firstActTick(step)
  if (fromTick === NEVER) return { outcome: null, firstTick: null, outageNs: 0, recoveredTick: null }
  const { endTick } = attack.plan.steps[step]
  const [attacked, counterpart] = [comparison.attacked.histories[path], comparison.counterpart.histories[path]]
  return consequencesOf(attacked, counterpart, {
    fromTick,
    toTick: Math.min(endTick, Math.max(attacked.endTick, counterpart.endTick)),
  })
}

/**
 * Returns the number of exposed messages: exchanges and pieces. Several kinds of events can be about the same message,
 * so the largest count of each is taken. Heads without any piece count as one message.
 */
function exposedMessages(events: StepEvents): number {
  const most = (kinds: readonly AttackEvent[]) => Math.max(...kinds.map((kind) => events.amount(kind)))
  const hasHead = EXCHANGE_EVENTS.some((kind) => events.has(kind))
  return Math.max(most(EXCHANGE_EVENTS) + most(PIECE_EVENTS), hasHead ? 1 : 0)
}

function evidenceOf(
  one: Case,
  found: readonly ShownOutcome[],
  events: StepEvents,
  { outcome, firstTick }: Consequences,
  gain: Gain,
): EvidenceResult[] {
  const { simulation } = one
  const observed = found.flatMap((shown): EvidenceResult[] => {
    if (shown.event === null) return []
    return [
      {
        atNs: events.firstTick(shown.event),
        ...wireOf(simulation, events.firstPacket(shown.event), { source: 'host' } as const),
        shows: shown.outcome,
        what: EVENT_TEXTS[shown.event],
      },
    ]
  })
  const isSuffered = found.some((shown) => shown.outcome === outcome)
  if (outcome === null || firstTick === null || !isSuffered) return [...gain.evidence, ...observed].sort(byTick)
  const compared = { source: 'comparison', shows: outcome, what: CONSEQUENCE_TEXTS[outcome] } as const
  const suffered: EvidenceResult[] = [
    ...causeOf(one, events).map((cause) => ({ ...cause, shows: outcome })),
    { atNs: firstTick, link: null, packet: null, ...compared },
  ]
  return [...gain.evidence, ...observed, ...suffered].sort(byTick)
}

/**
 * Returns the evidence for the cause of the harm to a path: the first packet that the attacker acted on or sent, on
 * this path or else on any, or its first request that was granted.
 */
function causeOf(one: Case, events: StepEvents): EvidenceResult[] {
  const { simulation, attack, step } = one
  const ofAnyPath = attack.events.over(step, [...simulation.plan.paths.keys()])
  for (const seen of [events, ofAnyPath]) {
    const [first] = (['acted', 'sent'] as const)
      .filter((event) => seen.has(event) && seen.firstPacket(event).direction !== NONE)
      .sort((a, b) => seen.firstTick(a) - seen.firstTick(b))
    if (first === undefined) continue
    const { direction, serial } = seen.firstPacket(first)
    const place = { link: simulation.plan.directions[direction].name, packet: serial }
    return [{ atNs: seen.firstTick(first), ...place, shows: 'no-effect', what: EVENT_TEXTS[first] }]
  }
  return evidenceOfFirstGrant(one)
}

function byTick(a: EvidenceResult, b: EvidenceResult): number {
  return a.atNs - b.atNs
}

function firstOf(ticks: readonly number[]): number | null {
  const real = ticks.filter((tick) => tick !== NEVER)
  return real.length === 0 ? null : real.reduce((least, tick) => Math.min(least, tick))
}

function byName(a: VerdictResult, b: VerdictResult): number {
  const key = ({ attacker, technique, path, victim }: VerdictResult) => [attacker, path, technique, victim].join('\n')
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}

/** Returns a verdict for each attacked path that does not exist in this configuration. */
function absentVerdicts({ attackers }: Blueprint): VerdictResult[] {
  return attackers.flatMap(({ name, vantage, absent }) =>
    absent.map(({ technique, path }) =>
      emptyVerdict({ attacker: name, vantage, technique, path, victim: '', scope: 'other' }, 'not-applicable'),
    ),
  )
}
