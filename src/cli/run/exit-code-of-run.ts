import type { Acceptance } from '../../measure/acceptance.ts'
import { judgeAcceptances, type Tolerance } from '../../measure/judge-acceptance.ts'
import { newlyUnmet, type Regression, regressions } from '../../measure/judge-baseline.ts'
import type { Result } from '../../measure/result.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'

/** The settings that determine the exit code of a run, in addition to its expectations. */
export interface Standard {
  /** The present date, such as 2027-03-01. */
  readonly today: string
  /** An earlier result, so that only regressions fail; null for none. */
  readonly baseline: Result | null
  /** The command that reproduces the run. */
  readonly reproduce: string
}

/** Returns the acceptances of expectations that were not met; none where a baseline decides. */
export function tolerancesOf(
  { expectations, acceptances = [] }: CheckedScenario,
  result: Result,
  { today, baseline }: Pick<Standard, 'today' | 'baseline'>,
): readonly Tolerance[] {
  return baseline === null ? judgeAcceptances(result, expectations, acceptances, today) : []
}

/** Returns the exit code of a run. An unmet expectation fails unless it is accepted; acceptances are reported. */
export function exitCodeOf(scenario: CheckedScenario, result: Result, standard: Standard, io: Io): ExitCode {
  const { today, baseline } = standard
  if (baseline !== null) return exitCodeBeside(baseline, result, standard, io)
  const tolerances = tolerancesOf(scenario, result, standard)
  for (const { expect, isAccepted, accepted, expired } of tolerances) {
    if (isAccepted) io.err(`accepted: ${visible(expect)} (${accepted.map(describe).join('; ')})\n`)
    for (const one of expired) io.err(`no longer accepted: ${visible(expect)} (${describe(one)}; today is ${today})\n`)
  }
  return tolerances.every(({ isAccepted }) => isAccepted) ? EXIT.ok : EXIT.expectationFailed
}

/** Returns the exit code of a run with a baseline: only new unmet expectations and worse verdicts fail. */
function exitCodeBeside(baseline: Result, result: Result, { reproduce }: Standard, io: Io): ExitCode {
  const worse = regressions(result, baseline)
  for (const one of worse) io.err(`worse: ${visible(describeWorsening(one))}\n`)
  const unmet = newlyUnmet(result, baseline)
  for (const expect of unmet) io.err(`not met, but met in the baseline: ${visible(expect)}\n`)
  const known = result.expectations.filter(({ met, expect }) => !met && !unmet.includes(expect))
  for (const { expect } of known) io.err(`not met, as in the baseline: ${visible(expect)}\n`)
  if (worse.length === 0 && unmet.length === 0) return EXIT.ok
  io.err(`reproduce: ${reproduce}\n`)
  return worse.length > 0 ? EXIT.regression : EXIT.expectationFailed
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
