import type { Acceptance } from '../../measure/acceptance.ts'
import type { CheckResult, Finding } from '../../measure/check.ts'
import { UNKNOWN_CAUSES } from '../../measure/unknown.ts'
import { assumptionOf, evidenceLines, grantText, sentenceOf } from '../check/finding-sentence.ts'
import { causeText } from '../check/gain-sentence.ts'
import type { GateReport, Judgement, Place } from './gate-report.ts'
import { COVERAGE_RULE, GRANT_RULE, PATH_RULE, techniqueRule, UNKNOWN_RULE } from './gate-rules.ts'

export interface CheckToReport {
  readonly file: string
  /** True if the scenario was imported. Then causes have lines in files of a real cluster. */
  readonly isImported: boolean
  /** Returns the place of a path in the scenario. */
  readonly placeOf: (path: string) => Place
  /** Returns the party at the end of a path: `apiserver`, `kubelet`, or another. */
  readonly serverOf: (path: string) => string
}

/**
 * Returns the report of a check: a judgement for each finding, for each path without forbidden findings, and for each
 * gap.
 */
export function gateOfCheck(result: CheckResult, about: CheckToReport): GateReport {
  const { scenario, findings, paths, gaps, policy, granted = [], unknown = [] } = result
  const clean = paths.filter((path) => !findings.some((one) => one.paths.includes(path)))
  const judgements = [
    ...findings.map((finding) => judgementOf(finding, result, about)),
    ...clean.map(
      (path): Judgement => ({
        rule: PATH_RULE,
        name: `${path}: ${policy.join('; ')}`,
        status: 'passed',
        message: 'no attacker gets what the policy forbids',
        details: [],
        place: about.placeOf(path),
        identity: `${scenario} path ${path}`,
      }),
    ),
    ...granted
      .filter(({ isForbidden }) => isForbidden)
      .map(
        (one): Judgement => ({
          rule: GRANT_RULE,
          name: `rights of ${one.who}`,
          status: 'failed',
          message: grantText(one),
          details: [],
          place:
            about.isImported && one.at !== null
              ? { ...one.at, column: 1 }
              : { file: about.file, line: one.at?.line ?? 1, column: 1 },
          identity: `${scenario} granted ${one.who} ${one.rights.join()}`,
        }),
      ),
    ...unknown.map(
      ({ cause, text, status, acceptance }): Judgement => ({
        rule: UNKNOWN_RULE,
        name: `${cause} is known`,
        status: status === 'open' ? 'error' : 'accepted',
        message: `it is not known ${UNKNOWN_CAUSES[cause].what}: ${text}`,
        details: [
          `settled by: ${UNKNOWN_CAUSES[cause].settledBy}`,
          ...(acceptance === null || status !== 'accepted' ? [] : [`accepted: ${acceptance.reason}`]),
        ],
        place: { file: about.file, line: 1, column: 1 },
        identity: `${scenario} unknown ${cause}`,
      }),
    ),
    ...gaps.map(
      (gap): Judgement => ({
        rule: COVERAGE_RULE,
        name: 'everything that was asked for is checked',
        status: 'failed',
        message: gap,
        details: [],
        place: { file: about.file, line: 1, column: 1 },
        identity: `${scenario} gap ${gap}`,
      }),
    ),
  ]
  return { scenario, file: about.file, judgements }
}

function judgementOf(finding: Finding, { scenario, kubernetes, names }: CheckResult, about: CheckToReport): Judgement {
  const {
    path,
    paths,
    victims,
    place,
    attack,
    forbidden,
    isAccepted,
    isAssumed,
    accepted,
    expired,
    reproduce,
    verdict,
    on,
    causes,
  } = finding
  const { technique, vantage, victim, scope } = verdict
  const all = paths.join(', ')
  const where = attack ?? place ?? `${on.kind} ${on.name}`
  return {
    rule: techniqueRule(technique, about.serverOf(path), kubernetes),
    name: `${all}: ${technique} by ${vantage} (${where}) against ${victims.join(', ')}`,
    status: isAccepted || isAssumed ? 'accepted' : 'failed',
    message: `${all}: ${forbidden.join(', ')}: ${sentenceOf(finding, names)}`,
    details: [
      ...causes.map((cause) => `because ${causeText(cause)}`),
      ...evidenceLines(finding),
      ...(isAssumed ? [`accepted as an assumption: ${assumptionOf(finding).text}`] : []),
      ...accepted.map((one) => `accepted: ${acceptanceText(one)}`),
      ...expired.map((one) => `no longer accepted: ${acceptanceText(one)}`),
      `repeat: ${reproduce}`,
    ],
    place: placeOf(finding, about),
    identity: [scenario, path, verdict.path, technique, vantage, where, victim, scope].join(' '),
  }
}

/** Returns the line of a real cluster that causes a finding, otherwise the place of its path. */
function placeOf({ causes, path }: Finding, { placeOf, isImported }: CheckToReport): Place {
  const cause = isImported ? causes.find(({ at }) => at !== null) : undefined
  return cause?.at ? { ...cause.at, column: 1 } : placeOf(path)
}

function acceptanceText({ text, reason, untilDate }: Acceptance): string {
  return `${text} (${reason}${untilDate === null ? '' : `, until ${untilDate}`})`
}
