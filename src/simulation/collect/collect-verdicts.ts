import type { AttackPlan } from '../../attack/attack-plan.ts'
import { NEVER } from '../../attack/state/attack-state.ts'
import { type AttackEvent, EXCHANGE_EVENTS, PIECE_EVENTS } from '../../attack/state/event-counts.ts'
import type { KnownItem } from '../../attack/state/knowledge-log.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
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
  type StepEvents,
  shownOutcomes,
} from '../../measure/verdicts/outcomes.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Simulation } from '../simulation.ts'
import { absentVerdicts } from './absent-verdicts.ts'
import type { Comparison } from './aftermath.ts'
import { canObserve } from './can-observe.ts'
import type { Case } from './case.ts'
import { type Gain, gainsOf } from './collect-gains.ts'
import { collectHistories } from './collect-history.ts'
import { noticesOf } from './collect-notices.ts'
import { requestsOf } from './collect-requests.ts'
import { declaredName } from './declared-name.ts'
import { nameOfKnown } from './name-of-known.ts'
import { whyNotTried } from './why-not-tried.ts'
import { wireOf } from './wire-of.ts'

/**
 * Returns what each attacker achieved with each technique on each path, for each victim. `comparisons` has one entry
 * for each step.
 */
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
      ...wireOf(simulation, known),
      learned: nameOfKnown(attack.plan, simulation.plan, known),
      ...toldBy(attack.plan, known),
    }))
}

/** The field is absent when no ally told it, so that results without allies do not mention them. */
function toldBy(plan: AttackPlan, { attacker, step }: KnownItem): Pick<KnowledgeResult, 'toldBy'> {
  const learner = plan.steps[step].attacker
  return learner === attacker ? {} : { toldBy: plan.attackers[learner].name }
}

function verdictOf(one: Case, history: PathHistory): VerdictResult {
  const { simulation, attack, step, path } = one
  const { plan, events: counts, state } = attack
  const { technique, startTick } = plan.steps[step]
  const consequences = consequencesOfStep(one)
  const gained = gainsOf(one)
  const effects = [...shownOutcomes({ counts, step, path }), ...consequenceOutcome(consequences)]
  const otherwise = gained.outcomes.length + effects.length > 0 ? null : gained.otherwise
  const gain = { ...gained, ...otherwise }
  const shown = [...gain.outcomes, ...effects]
  const subject = subjectOf(one)
  const isOnPath = canObserve(simulation.plan, plan, step, path)
  const untried = shown.length > 0 ? null : whyNotTried(one, history, isOnPath)
  if (untried !== null) return untriedVerdict(one, untried)
  const found =
    shown.length > 0 ? shown : [outcomeWithoutEffect({ counts, step, path }, TECHNIQUES[technique], isOnPath)]
  const outcomes = inOrder(found.map(({ outcome }) => outcome))
  const ticks = evidenceTicks(one, found, consequences, gain)
  const isMissed = consequences.outcome === 'outage' || consequences.outcome === 'disrupted'
  const toTick = Math.min(plan.steps[step].endTick, history.endTick)
  const messages = exposedMessages({ counts, step, path })
  const sent = messagesWithin(history, { fromTick: startTick, toTick })
  return {
    ...subject,
    scope: otherwise?.isOwn === true ? 'own' : subject.scope,
    outcomes,
    worst: outcomes[0],
    asIdentity: gain.asIdentity,
    exposure: {
      messages,
      // Exposed messages are the path's, also those that were sent before, that never arrived, or that are forged.
      of: Math.max(sent, messages),
      bytes: counts.amount(step, path, 'body-read'),
    },
    secrets: gain.secrets,
    ...noticesOf(one, isMissed),
    firstEffectNs: outcomes[0] === 'unreachable' ? null : firstOf([state.firstActTick(step), ...ticks]),
    outageNs: consequences.outageNs,
    recoveredNs: consequences.outageNs > 0 ? consequences.recoveredTick : null,
    requests: requestsOf(one),
    privileges: gain.privileges,
    credentials: gain.credentials,
    evidence: evidenceOf(one, found, consequences, gain),
  }
}

function subjectOf({ simulation, blueprint, attack: { plan }, step, path }: Case): VerdictSubject {
  const { attacker, technique } = plan.steps[step]
  const { name, vantage, controls } = plan.attackers[attacker]
  const victim = plan.victims[path]
  return {
    attacker: name,
    vantage,
    technique,
    path: declaredName(blueprint, simulation.plan.paths[path].name),
    victim: simulation.plan.hosts[victim].name,
    scope: controls[victim] === 1 && VANTAGES[vantage].hasNetworkPlace ? 'own' : 'other',
  }
}

function untriedVerdict(one: Case, why: string): VerdictResult {
  const atNs = one.simulation.timeline.now
  const reason: EvidenceResult = { atNs, link: null, packet: null, shows: 'not-tried', what: why }
  return { ...emptyVerdict(subjectOf(one), 'not-tried'), evidence: [reason] }
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
 * Returns the number of exposed messages: exchanges and pieces. Several kinds of events are about the same exchange, or
 * the same piece, so the largest count of each is taken. Heads without any piece count as one message.
 */
function exposedMessages({ counts, step, path }: StepEvents): number {
  const most = (events: readonly AttackEvent[]) => Math.max(...events.map((event) => counts.amount(step, path, event)))
  const hasHead = EXCHANGE_EVENTS.some((event) => counts.has(step, path, event))
  return Math.max(most(EXCHANGE_EVENTS) + most(PIECE_EVENTS), hasHead ? 1 : 0)
}

function evidenceTicks(one: Case, found: readonly ShownOutcome[], consequences: Consequences, gain: Gain): number[] {
  return evidenceOf(one, found, consequences, gain).map(({ atNs }) => atNs)
}

function evidenceOf(
  one: Case,
  found: readonly ShownOutcome[],
  consequences: Consequences,
  gain: Gain,
): EvidenceResult[] {
  const { simulation, attack, step, path } = one
  const { events: counts } = attack
  const observed = found.flatMap(({ outcome, event }): EvidenceResult[] => {
    if (event === null) return []
    const atNs = counts.firstTick(step, path, event)
    return [
      {
        atNs,
        ...wireOf(simulation, counts.firstPacket(step, path, event)),
        shows: outcome,
        what: EVENT_TEXTS[event],
      },
    ]
  })
  const { outcome, firstTick } = consequences
  const suffered =
    outcome === null || firstTick === null
      ? []
      : [{ atNs: firstTick, link: null, packet: null, shows: outcome, what: CONSEQUENCE_TEXTS[outcome] }]
  return [...gain.evidence, ...observed, ...suffered].sort((a, b) => a.atNs - b.atNs)
}

function firstOf(ticks: readonly number[]): number | null {
  const real = ticks.filter((tick) => tick !== NEVER)
  return real.length === 0 ? null : real.reduce((least, tick) => Math.min(least, tick))
}

function byName(a: VerdictResult, b: VerdictResult): number {
  const key = ({ attacker, technique, path, victim }: VerdictResult) => [attacker, path, technique, victim].join('\n')
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0
}
