import { breachesOf, type PolicyRule } from '../../measure/policy.ts'
import type { Result, WorkloadResult } from '../../measure/result.ts'
import type { Outcome, VerdictResult } from '../../measure/verdict.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import { formatCount } from '../format-number.ts'
import { unfinishedOf } from '../run/requests.ts'
import type { ExpectationView } from './expectation-view.ts'
import { levelOf } from './outcome-level.ts'
import { groupedText, spanText } from './texts.ts'

/** The verdict on a run in one sentence. */
export interface VerdictView {
  /** `bad`: an attacker gets what it must not, or an expectation is not met. `harmed`: something was interrupted. */
  readonly level: 'bad' | 'harmed' | 'good' | 'neutral'
  /** One or two words: `Not safe`, `Holds`, `Not met`. */
  readonly word: string
  readonly sentence: string
  /** Further sentences, the most important first. */
  readonly notes: readonly string[]
}

/** The predicates of sentences about an attacker, by outcome; the path follows. */
export const DOES: Readonly<Partial<Record<Outcome, string>>> = {
  privilege: 'gains rights that it did not have, over',
  credential: 'gets a reusable credential of someone else on',
  relayed: 'relays exchanges in clear on',
  impersonated: 'answers in the name of the server on',
  modified: 'changes what honest ends accept on',
  read: 'reads what is not meant for it on',
  outage: 'stops all service on',
  disrupted: 'breaks connections on',
  degraded: 'slows',
}

/** Returns the verdict on a run. `policy` is what attackers must not get. */
export function viewVerdict(
  result: Result,
  expectations: readonly ExpectationView[],
  policy: readonly PolicyRule[],
): VerdictView {
  const breaking = result.verdicts
    .filter((verdict) => breachesOf(policy, verdict, verdict.path).length > 0)
    .sort(worstFirst)
  const unmet = expectations.filter(({ status }) => status === 'not met')
  const requests = requestsSentence(result.workloads)
  const met = expectationsSentence(expectations)
  if (breaking.length > 0) {
    const also = [...alsoSentences(breaking, result), ...met, requests]
    return { level: 'bad', word: 'Not safe', sentence: takenSentence(breaking[0]), notes: also }
  }
  if (unmet.length > 0) {
    const sentence = `${unmet.length} of ${formatCount(expectations.length, 'expectation')} ${unmet.length === 1 ? 'is' : 'are'} not met: ${unmet[0].text}, measured ${unmet[0].measured}.`
    return { level: 'bad', word: 'Not met', sentence, notes: [...attackSentences(result), requests] }
  }
  const harmed = result.verdicts.filter(({ worst, scope }) => scope === 'other' && levelOf(worst) === 'harmed')
  if (harmed.length > 0) {
    const [first] = [...harmed].sort(worstFirst)
    const how = first.worst === 'outage' && first.outageNs > 0 ? `, for ${spanText(first.outageNs)}` : ''
    const sentence = `No attacker gets what others own, but ${nameOf(first)} ${DOES[first.worst]} ${first.path}${how}.`
    return { level: 'harmed', word: 'Interrupted', sentence, notes: [...met, requests] }
  }
  if (result.verdicts.length > 0) return held(result, [...met, requests])
  const failed = sum(result.workloads, ({ failed }) => failed)
  const level = met.length > 0 ? 'good' : failed > 0 ? 'harmed' : 'neutral'
  const [sentence, ...notes] = [...met, requests]
  return {
    level,
    word: { harmed: 'Faults', good: 'Met', neutral: 'Measured' }[level],
    sentence,
    notes: [...notes, NOBODY],
  }
}

const NOBODY = 'No attacker is in this scenario.'

function held({ verdicts }: Result, notes: readonly string[]): VerdictView {
  const tried = verdicts.filter(({ worst }) => levelOf(worst) !== 'untried')
  const own = verdicts.some(({ scope, worst }) => scope === 'own' && isWorse(worst, 'no-effect'))
  if (tried.length === 0) {
    const sentence = 'No attack was tried, so this run shows nothing about attackers.'
    return { level: 'neutral', word: 'Untried', sentence, notes }
  }
  const learned = tried.some(({ worst, scope }) => scope === 'other' && worst === 'metadata')
  const rest = learned ? ', except who talks with whom, when and how much' : own ? ', except its own data' : ''
  const paths = new Set(tried.map(({ path }) => path)).size
  const sentence = `No attacker gets anything of others on ${formatCount(paths, 'path')}${rest}.`
  return { level: 'good', word: 'Holds', sentence, notes }
}

function takenSentence(verdict: VerdictResult): string {
  const { worst, path, exposure, noticed } = verdict
  const { messages, of } = exposure
  const share = messages === 0 ? '' : `, ${messages} of ${of} messages exposed`
  const seen = {
    none: ', and nobody notices',
    fault: ', and it looks like an ordinary fault',
    security: ', although honest ends notice an attack',
  }[noticed]
  return `${nameOf(verdict)} ${DOES[worst] ?? 'acts on'} ${path}${share}${seen}.`
}

function alsoSentences(breaking: readonly VerdictResult[], { verdicts, workloads }: Result): string[] {
  const paths = new Set(breaking.map(({ path }) => path))
  const all = new Set([...workloads.map(({ path }) => path), ...verdicts.map(({ path }) => path)])
  const broken = [...paths]
  const named = broken.slice(0, 6).join(', ') + (broken.length > 6 ? ' and others' : '')
  return broken.length < 2
    ? []
    : [`Attackers get what others own on ${broken.length} of ${formatCount(all.size, 'path')}: ${named}.`]
}

function attackSentences({ verdicts }: Result): string[] {
  const [worst] = verdicts.filter(({ scope }) => scope === 'other').sort(worstFirst)
  if (worst === undefined || !isWorse(worst.worst, 'no-effect')) return []
  return [`The worst that an attacker does: ${nameOf(worst)} ${DOES[worst.worst] ?? 'observes'} ${worst.path}.`]
}

function nameOf({ attacker, vantage }: VerdictResult): string {
  return `${attacker} (${vantage})`
}

function worstFirst(a: VerdictResult, b: VerdictResult): number {
  if (a.worst !== b.worst) return isWorse(a.worst, b.worst) ? -1 : 1
  return b.exposure.messages - a.exposure.messages || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}

function expectationsSentence(expectations: readonly ExpectationView[]): string[] {
  if (expectations.length === 0) return []
  const unmet = expectations.filter(({ status }) => status === 'not met').length
  const accepted = expectations.filter(({ status }) => status === 'accepted').length
  const count = expectations.length
  if (unmet > 0) return [`${unmet} of ${formatCount(count, 'expectation')} ${unmet === 1 ? 'is' : 'are'} not met.`]
  const all = count === 1 ? 'The expectation is' : `All ${count} expectations are`
  return [accepted === 0 ? `${all} met.` : `${all} met or accepted (${accepted} accepted).`]
}

function requestsSentence(workloads: readonly WorkloadResult[]): string {
  const completed = sum(workloads, (one) => one.completed)
  const failed = sum(workloads, (one) => one.failed)
  const unfinished = sum(workloads, unfinishedOf)
  const paths = new Set(workloads.map(({ path }) => path)).size
  const rest = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unfinished > 0 ? [`${unfinished} did not finish`] : []),
  ]
  const all = completed + failed + unfinished
  const on = `${groupedText(all)} request${all === 1 ? '' : 's'} on ${formatCount(paths, 'path')}`
  return rest.length === 0 ? `All ${on} completed.` : `Of ${on}, ${rest.join(' and ')}.`
}

function sum(workloads: readonly WorkloadResult[], of: (workload: WorkloadResult) => number): number {
  return workloads.reduce((total, workload) => total + of(workload), 0)
}
