import type { Outcome, VerdictResult } from '../verdict.ts'
import type { Span } from './history.ts'
import { joinRequests } from './join-requests.ts'
import { inOrder, isWorse } from './outcomes.ts'
import { sortedTexts } from './sorted-texts.ts'

/** The verdict of one step of an attack, and the span in which the step was active. */
export interface StepVerdict {
  readonly verdict: VerdictResult
  readonly span: Span
}

/**
 * Merges the verdicts of the steps of one technique. Each path and victim gets one verdict, with the worst of the
 * steps' outcomes.
 */
export function joinVerdicts(verdicts: readonly StepVerdict[]): VerdictResult[] {
  const groups = new Map<string, StepVerdict>()
  const inTime = [...verdicts].sort((a, b) => a.span.fromTick - b.span.fromTick)
  for (const one of inTime) {
    const { attacker, technique, path, victim } = one.verdict
    const key = [attacker, technique, path, victim].join('\n')
    const other = groups.get(key)
    groups.set(key, other === undefined ? one : joinTwo(other, one))
  }
  return [...groups.values()].map(({ verdict }) => verdict)
}

function joinTwo(first: StepVerdict, second: StepVerdict): StepVerdict {
  const isAtATime = second.span.fromTick < first.span.toTick
  const toTick = Math.max(first.span.toTick, second.span.toTick)
  return {
    verdict: joined(first.verdict, second.verdict, isAtATime),
    span: { fromTick: first.span.fromTick, toTick },
  }
}

/**
 * Joins two verdicts. If the steps overlapped (`isAtATime`), both were exposed to the same messages. Otherwise their
 * messages add up.
 */
function joined(a: VerdictResult, b: VerdictResult, isAtATime: boolean): VerdictResult {
  const both = isAtATime ? Math.max : (one: number, other: number) => one + other
  const counted = countedOf(a, b)
  const untried = [a, b].flatMap((one) => one.outcomes.filter((outcome) => outcome === 'not-tried'))
  const outcomes = withoutUnsuccessful(inOrder([...counted.flatMap((one) => one.outcomes), ...untried]))
  const worse = counted.find((one) => one.outcomes.includes(outcomes[0])) ?? b
  const noticed = ['security', 'fault', 'none'] as const
  return {
    ...worse,
    outcomes,
    worst: outcomes[0],
    asIdentity: a.asIdentity ?? b.asIdentity,
    exposure: {
      messages: both(a.exposure.messages, b.exposure.messages),
      of: both(a.exposure.of, b.exposure.of),
      bytes: both(a.exposure.bytes, b.exposure.bytes),
    },
    secrets: sortedTexts([...new Set([...a.secrets, ...b.secrets])]),
    noticed: noticed.find((one) => one === a.noticed || one === b.noticed) ?? 'none',
    noticedBy: withoutRepeats([...a.noticedBy, ...b.noticedBy]),
    firstEffectNs: earlier(a.firstEffectNs, b.firstEffectNs),
    requests: joinRequests([...a.requests, ...b.requests]),
    privileges: withoutRepeats([...a.privileges, ...b.privileges]),
    credentials: withoutRepeats([...a.credentials, ...b.credentials]),
    evidence: [...a.evidence, ...b.evidence].sort((one, other) => one.atNs - other.atNs),
  }
}

/**
 * Returns the verdicts whose outcomes count. If an attack on others succeeded, outcomes on the attacker's own do not
 * count.
 */
function countedOf(a: VerdictResult, b: VerdictResult): readonly VerdictResult[] {
  if (a.scope === b.scope) return [a, b]
  const onOthers = a.scope === 'other' ? a : b
  return isWorse(onOthers.worst, 'no-effect') ? [onOthers] : [a, b]
}

/**
 * Removes the outcomes that mean no success. If nothing succeeded, the worst of them stays. `not-tried` always stays,
 * because the other outcomes say nothing about that step.
 */
function withoutUnsuccessful(outcomes: readonly Outcome[]): Outcome[] {
  const unsuccessful: readonly Outcome[] = ['no-effect', 'unreachable', 'not-applicable']
  const kept = outcomes.filter((outcome) => !unsuccessful.includes(outcome))
  const hasSuccess = kept.some((outcome) => outcome !== 'not-tried')
  return hasSuccess || outcomes[0] === 'not-tried' ? kept : [outcomes[0], ...kept]
}

function withoutRepeats<T>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()]
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
