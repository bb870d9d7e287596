import type { Acceptance } from '../measure/acceptance.ts'
import { judgeAcceptances } from '../measure/judge-acceptance.ts'
import type { Result } from '../measure/result.ts'
import type { CheckedScenario } from '../scenario/load.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'

/** What was expected and is not so fails, unless all of it is accepted today; what is accepted, or was, is said. */
export function exitCodeOf(scenario: CheckedScenario, result: Result, today: string, io: Io): ExitCode {
  const { expectations, acceptances = [] } = scenario
  const tolerances = judgeAcceptances(result, expectations, acceptances, today)
  for (const { expect, isAccepted, accepted, expired } of tolerances) {
    if (isAccepted) io.err(`accepted: ${expect} (${accepted.map(describe).join('; ')})\n`)
    for (const one of expired) io.err(`no longer accepted: ${expect} (${describe(one)}, and today is ${today})\n`)
  }
  return tolerances.every(({ isAccepted }) => isAccepted) ? EXIT.ok : EXIT.expectationFailed
}

function describe({ text, reason, untilDate }: Acceptance): string {
  return `${text}: ${reason}${untilDate === null ? '' : `, until ${untilDate}`}`
}
