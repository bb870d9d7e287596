import type { Acceptance } from '../../measure/acceptance.ts'
import { judgeAcceptances, type Tolerance } from '../../measure/judge-acceptance.ts'
import { newlyUnmet, type Regression, regressions } from '../../measure/judge-baseline.ts'
import type { Result } from '../../measure/result.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { visible } from '../../scenario/problems/visible.ts'

/** The settings by which a run is judged, in addition to its expectations. */
export interface Standard {
  /** The present date, such as 2027-03-01. */
  readonly today: string
  /** An earlier result, so that only regressions fail; null for none. */
  readonly baseline: Result | null
}

/** Whether a run fails, and why, in lines for its user. */
export interface RunJudgement {
  /** A verdict is worse than in the baseline, or an expectation is not met; null for a run that does not fail. */
  readonly fault: 'regression' | 'not-met' | null
  readonly lines: readonly string[]
}

/** Returns the acceptances of expectations that were not met; none where a baseline decides. */
export function tolerancesOf(
  { expectations, acceptances = [] }: CheckedScenario,
  result: Result,
  { today, baseline }: Standard,
): readonly Tolerance[] {
  return baseline === null ? judgeAcceptances(result, expectations, acceptances, today) : []
}

/**
 * Judges a run. An unmet expectation fails unless it is accepted. With a baseline, only new unmet expectations and worse
 * verdicts fail.
 */
export function judgeRun(scenario: CheckedScenario, result: Result, standard: Standard): RunJudgement {
  const { today, baseline } = standard
  if (baseline !== null) return judgeBeside(baseline, result)
  const tolerances = tolerancesOf(scenario, result, standard)
  const lines = tolerances.flatMap(({ expect, isAccepted, accepted, expired }) => [
    ...(isAccepted ? [`accepted: ${visible(expect)} (${accepted.map(describe).join('; ')})`] : []),
    ...expired.map((one) => `no longer accepted: ${visible(expect)} (${describe(one)}; today is ${today})`),
  ])
  return { fault: tolerances.every(({ isAccepted }) => isAccepted) ? null : 'not-met', lines }
}

function judgeBeside(baseline: Result, result: Result): RunJudgement {
  const worse = regressions(result, baseline)
  const unmet = newlyUnmet(result, baseline)
  const known = result.expectations.filter(({ met, expect }) => !met && !unmet.includes(expect))
  const lines = [
    ...worse.map((one) => `worse: ${visible(describeWorsening(one))}`),
    ...unmet.map((expect) => `not met, but met in the baseline: ${visible(expect)}`),
    ...known.map(({ expect }) => `not met, as in the baseline: ${visible(expect)}`),
  ]
  return { fault: worse.length > 0 ? 'regression' : unmet.length > 0 ? 'not-met' : null, lines }
}

function describeWorsening({ verdict, was, gained }: Regression<VerdictResult>): string {
  const { attacker, technique, path, victim, worst, exposure, evidence } = verdict
  const shown = evidence.find(({ shows }) => gained.length === 0 || gained.includes(shows))
  const where =
    shown === undefined
      ? ''
      : shown.link === null
        ? ` (${shown.what}, at ${shown.atNs} ns)`
        : ` (packet ${shown.packet} on ${shown.link}, at ${shown.atNs} ns)`
  return `${technique} on ${path} by ${attacker} against ${victim}: ${worst}, was ${was}; ${exposure.messages} of ${exposure.of} messages${where}`
}

function describe({ text, reason, untilDate }: Acceptance): string {
  return visible(`${text}: ${reason}${untilDate === null ? '' : `, until ${untilDate}`}`)
}
