import type { Expectation } from '../../measure/expectation.ts'
import { type Tolerance, violationsOf } from '../../measure/judge-acceptance.ts'
import { newlyUnmet, regressions } from '../../measure/judge-baseline.ts'
import type { Result } from '../../measure/result.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import { evidenceText } from '../check/finding-sentence.ts'
import type { GateReport, GateRule, Judgement, Place } from './gate-report.ts'
import { EXPECTATION_RULE, RUN_RULE, techniqueRule } from './gate-rules.ts'

export interface RunToReport {
  readonly file: string
  readonly reproduce: string
  readonly expectations: readonly Expectation[]
  /** The acceptances of expectations that were not met, in the order of these expectations. */
  readonly tolerances: readonly Tolerance[]
  /** The earlier result to compare with, so that only regressions fail; null for none. */
  readonly baseline: Result | null
  /** Returns the place of an expectation in the scenario, by its index. */
  readonly placeOf: (expectation: number) => Place
  readonly placeOfPath: (path: string) => Place
  /** Returns the party at the end of a path: `apiserver`, `kubelet`, or another. */
  readonly serverOf: (path: string) => string
}

/**
 * Returns the report of a run: its expectations and, with a baseline, its verdicts. Without both, it says that the run
 * ended.
 */
export function gateOfRun(result: Result, about: RunToReport): GateReport {
  const { file, reproduce, baseline } = about
  const { scenario } = result
  const details = [`seed ${result.seed}, digest ${result.digest}`, `reproduce: ${reproduce}`]
  const judgements = [...ofExpectations(result, about, details), ...ofVerdicts(result, baseline, about, details)]
  if (judgements.length > 0) return { scenario, file, judgements }
  return { scenario, file, judgements: [{ ...ofRun(scenario, file), status: 'passed', message: 'it ended', details }] }
}

function ofExpectations(result: Result, about: RunToReport, details: readonly string[]): Judgement[] {
  const { tolerances, baseline, expectations, placeOf } = about
  const open = [...tolerances]
  const isNew = new Set(baseline === null ? [] : newlyUnmet(result, baseline))
  return result.expectations.map(({ expect, met, measured }, i): Judgement => {
    const tolerance = met ? undefined : open.shift()
    const isAccepted = baseline === null ? tolerance?.isAccepted === true : !isNew.has(expect)
    const reasons =
      baseline === null ? (tolerance?.accepted.map(({ reason }) => reason) ?? []) : ['it is so in the baseline']
    const verdicts = met ? [] : violationsOf(expectations[i], result.verdicts).map(({ verdict }) => verdict)
    return {
      rule: verdicts.length === 0 ? EXPECTATION_RULE : ruleOf(verdicts[0], result, about),
      name: expect,
      status: met ? 'passed' : isAccepted ? 'accepted' : 'failed',
      message: met ? `measured ${measured}` : `not met: ${expect}; measured: ${measured}`,
      details: [
        ...[...new Set(verdicts)].flatMap(verdictLines),
        ...(!met && isAccepted ? reasons.map((reason) => `accepted: ${reason}`) : []),
        ...details,
      ],
      place: placeOf(i),
      identity: `${result.scenario} expect ${expect}`,
    }
  })
}

/** Returns the verdicts that are worse than in the baseline. */
function ofVerdicts(
  result: Result,
  baseline: Result | null,
  about: RunToReport,
  details: readonly string[],
): Judgement[] {
  if (baseline === null) return []
  return regressions(result, baseline).map(({ verdict, was }): Judgement => {
    const { technique, path, attacker, victim, worst } = verdict
    const what = `${technique} on ${path} by ${attacker} against ${victim}`
    return {
      rule: ruleOf(verdict, result, about),
      name: `${what} is no worse than in the baseline`,
      status: 'failed',
      message: `worse: ${what}: ${worst}, was ${was}`,
      details: [...verdictLines(verdict), ...details],
      place: about.placeOfPath(path),
      identity: `${result.scenario} worse ${what}`,
    }
  })
}

function ruleOf({ technique, path }: VerdictResult, { kubernetes }: Result, { serverOf }: RunToReport): GateRule {
  return techniqueRule(technique, serverOf(path), kubernetes)
}

function verdictLines({ technique, path, attacker, victim, outcomes, evidence }: VerdictResult): string[] {
  const [first] = evidence
  return [
    `${technique} on ${path} by ${attacker} against ${victim}: ${outcomes.join(', ')}`,
    ...(first === undefined ? [] : [evidenceText(first)]),
  ]
}

/** Returns the report of a scenario whose simulation did not finish. */
export function gateOfFailure(scenario: string, file: string, message: string, reproduce: string): GateReport {
  const judgement: Judgement = {
    ...ofRun(scenario, file),
    status: 'error',
    message,
    details: [`reproduce: ${reproduce}`],
  }
  return { scenario, file, judgements: [judgement] }
}

function ofRun(scenario: string, file: string): Pick<Judgement, 'rule' | 'name' | 'place' | 'identity'> {
  return { rule: RUN_RULE, name: 'the run ends', place: { file, line: 1, column: 1 }, identity: `${scenario} run` }
}
