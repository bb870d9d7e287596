import type { Outcome, VerdictResult } from '../../measure/verdict.ts'
import { OUTCOME_MEANINGS } from '../../measure/verdict.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import type { Story } from '../../packets/story.ts'
import { identityText, requestText } from '../requests-text.ts'
import { levelOf, type OutcomeLevel } from './outcome-level.ts'
import { type StoryView, viewStory } from './story-view.ts'
import { spanText } from './texts.ts'

/** A technique of an attacker on one path, against all its victims. */
export interface AttackCell {
  /** A name for links in a document: letters, digits and hyphens. */
  readonly id: string
  /** The attacker, with its place if the attacker is not in the scenario. */
  readonly by: string
  readonly technique: string
  readonly path: string
  /** The worst outcome on others' property; if it achieved nothing there, the worst on its own. */
  readonly worst: Outcome
  /** The severity for others. */
  readonly level: OutcomeLevel
  readonly isOwn: boolean
  /** A second line: how much was exposed, or that the attack was detected; empty for none. */
  readonly note: string
  readonly verdicts: readonly VerdictEvidence[]
  /** The number of further verdicts, on more victims. */
  readonly verdictsLeftOut: number
  /** The command that shows it alone; null if it is the command of the whole run. */
  readonly command: string | null
}

/** The verdict on one victim, and its evidence. */
export interface VerdictEvidence {
  readonly victim: string
  readonly isOwn: boolean
  readonly outcomes: readonly { readonly outcome: Outcome; readonly level: OutcomeLevel; readonly meaning: string }[]
  /** Findings as pairs of a term and a text: what was exposed, requested, gained, noticed. */
  readonly findings: readonly { readonly term: string; readonly text: string }[]
  readonly evidence: readonly EvidenceView[]
}

/** An observation that shows an outcome. */
export interface EvidenceView {
  readonly atNs: number
  readonly shows: Outcome
  readonly level: OutcomeLevel
  readonly what: string
  /** The packet, as in `packet 8 on link/wan/forward`; null if the evidence is not a packet. */
  readonly packet: { readonly link: string; readonly serial: number } | null
  /** The messages and packets around it; null if it is not a packet, or if the limit of stories was reached. */
  readonly story: StoryView | null
}

/** A technique and its outcomes on each path. */
export interface AttackRow {
  readonly technique: string
  readonly meaning: string
  /** Its user: an attacker with its vantage, or a vantage. */
  readonly by: string
  /** A cell for each column; null if the technique is not used on this path. */
  readonly cells: readonly (AttackCell | null)[]
}

/** The most victims of a cell whose verdicts are shown. */
const MOST_VICTIMS = 12

/** Identifies a cell, with the command that reproduces it. */
export type CellName = Pick<AttackCell, 'id' | 'by' | 'path' | 'command'>

/** Returns the cell of a technique on a path from its verdicts, at least one. */
export function viewCell(name: CellName, verdicts: readonly VerdictResult[], stories: readonly Story[]): AttackCell {
  const worst = worstOf(verdicts)
  const shown = [...verdicts].sort(worstFirst).slice(0, MOST_VICTIMS)
  return {
    ...name,
    technique: worst.technique,
    worst: worst.worst,
    level: worst.scope === 'own' && isWorse(worst.worst, 'no-effect') ? 'seen' : levelOf(worst.worst),
    isOwn: worst.scope === 'own',
    note: noteOf(worst, verdicts),
    verdicts: shown.map((verdict) => evidenceOf(verdict, stories)),
    verdictsLeftOut: verdicts.length - shown.length,
  }
}

/** Returns the number of packets in evidence without a story. */
export function storiesLeftOut(rows: readonly AttackRow[]): number {
  const evidence = rows.flatMap(({ cells }) =>
    cells.flatMap((cell) => cell?.verdicts ?? []).flatMap((one) => one.evidence),
  )
  const untold = evidence.filter(({ packet, story, level }) => packet !== null && story === null && level !== 'nothing')
  return new Set(untold.map(({ packet }) => JSON.stringify(packet))).size
}

/**
 * Returns the verdict that a cell shows: the worst on others; if the attacker achieved something only on its own, the
 * worst of those.
 */
function worstOf(verdicts: readonly VerdictResult[]): VerdictResult {
  const hasEffect = ({ worst }: VerdictResult) => isWorse(worst, 'no-effect')
  const ofOthers = verdicts.filter(({ scope }) => scope === 'other')
  const shown = ofOthers.some(hasEffect) || !verdicts.some(hasEffect) ? ofOthers : verdicts
  const [worst] = [...(shown.length === 0 ? verdicts : shown)].sort(worstFirst)
  return worst
}

function worstFirst(a: VerdictResult, b: VerdictResult): number {
  if (a.worst !== b.worst) return isWorse(a.worst, b.worst) ? -1 : 1
  return a.victim < b.victim ? -1 : 1
}

function noteOf({ exposure, noticed, outageNs, worst }: VerdictResult, verdicts: readonly VerdictResult[]): string {
  const { messages, of } = exposure
  const hit = verdicts.filter((one) => one.worst === worst).length
  const notes = [
    ...(messages > 0 ? [`${messages} of ${of} messages`] : []),
    ...(worst === 'outage' && outageNs > 0 ? [spanText(outageNs)] : []),
    ...(verdicts.length > 1 && hit < verdicts.length ? [`${hit} of ${verdicts.length} victims`] : []),
    ...(noticed === 'security' ? ['detected'] : []),
  ]
  return notes.join(', ')
}

function evidenceOf(verdict: VerdictResult, stories: readonly Story[]): VerdictEvidence {
  const { victim, scope, outcomes, evidence } = verdict
  return {
    victim,
    isOwn: scope === 'own',
    outcomes: outcomes.map((outcome) => ({ outcome, level: levelOf(outcome), meaning: OUTCOME_MEANINGS[outcome] })),
    findings: findingsOf(verdict),
    evidence: evidence.map(({ atNs, shows, what, link, packet }) => ({
      atNs,
      shows,
      level: levelOf(shows),
      what,
      packet: packetOf(link, packet),
      story: storyOf(link, packet, stories),
    })),
  }
}

function storyOf(link: string | null, packet: number | null, stories: readonly Story[]): StoryView | null {
  const story = stories.find(({ pointer }) => pointer.link === link && pointer.packet === packet)
  return story === undefined ? null : viewStory(story)
}

export function packetOf(link: string | null, packet: number | null): EvidenceView['packet'] {
  return link === null || packet === null ? null : { link, serial: packet }
}

const NOTICED = {
  none: 'nobody: no honest end had an error',
  fault: 'as a fault that any network can have',
  security: 'as an attack: a certificate, a MAC or a host key was refused',
} as const

function findingsOf(verdict: VerdictResult): { readonly term: string; readonly text: string }[] {
  const { exposure, firstEffectNs, outageNs, recoveredNs, asIdentity, requests, privileges, credentials } = verdict
  const { secrets, noticed, noticedBy } = verdict
  const { messages, of, bytes } = exposure
  const list = (term: string, texts: readonly string[]) => texts.map((text) => ({ term, text }))
  return [
    ...list('exposed', messages === 0 ? [] : [`${messages} of ${of} messages, ${bytes} bytes`]),
    ...list('secrets read', secrets),
    ...list('first effect', firstEffectNs === null ? [] : [`at ${spanText(firstEffectNs)}`]),
    ...list('outage', outageNs === 0 ? [] : [`${spanText(outageNs)}, ${recoveryText(recoveredNs)}`]),
    ...list('seen by the server as', asIdentity === null ? [] : [asIdentity]),
    ...list('request', requests.map(requestText)),
    ...list(
      'may now',
      privileges.map(({ as, verb, resource, on }) => `${verb} ${resource} on ${on}, ${identityText(as)}`),
    ),
    ...list(
      'credential',
      credentials.map(({ name, identity, acceptedBy }) => `${name} of ${identity}, accepted by ${acceptedBy}`),
    ),
    ...list('noticed', isWorse(verdict.worst, 'unreachable') ? [NOTICED[noticed]] : []),
    ...list(
      'log entry',
      noticedBy.map(({ host, log, reason }) => `${host}${log === host ? '' : ` (${log})`}: ${reason}`),
    ),
  ]
}

function recoveryText(recoveredNs: number | null): string {
  return recoveredNs === null ? 'no recovery within the run' : `recovered at ${spanText(recoveredNs)}`
}
