import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import type { Acceptance } from '../../measure/acceptance.ts'
import type { CheckResult, Finding, Gain } from '../../measure/check.ts'
import { isOpen } from '../../measure/judge-check.ts'
import type { RealNames } from '../../measure/real-name.ts'
import { UNKNOWN_CAUSES } from '../../measure/unknown.ts'
import { inOrder } from '../../measure/verdicts/outcomes.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { fixText } from '../fix/fix-text.ts'
import { formatCount } from '../format-number.ts'
import { commandLines, hangingLines, numberedLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { stylesOf } from '../screen/styles.ts'
import { unmodelledLine } from '../unmodelled-line.ts'
import type { CheckFormat, CheckPrintOptions } from './check-format.ts'
import { costLines } from './cost-lines.ts'
import { assumptionOf, evidenceLines, grantText, sentenceOf } from './finding-sentence.ts'
import { gainSentence } from './gain-sentence.ts'
import { scannerLines } from './scanner-lines.ts'
import { scannerReportLines } from './scanner-report.ts'

/**
 * Prints a check for human readers: what attackers get on each path, what is accepted, and whether the check passed.
 */
export const checkTable: CheckFormat = {
  meaning: 'print sentences',
  write: (results, options) => results.map((result) => `${textOf(result, options)}\n`).join('\n'),
}

function textOf(result: CheckResult, options: CheckPrintOptions): string {
  const { fix } = result
  const text = `${hangingLines(headline(result), options.screen).join('\n')}\n\n${judgementText(result, options)}`
  return fix === undefined ? text : `${text}\n\n${fixText(fix, options.screen).trimEnd()}`
}

/** Returns what the policy forbids, what is accepted, and the conclusion. */
export function judgementText(result: CheckResult, options: CheckPrintOptions): string {
  const { screen } = options
  const failing = result.findings.filter(isOpen)
  const paths = [...new Set(failing.flatMap((one) => one.paths))]
  const sections = [...new Set(failing.map(({ path }) => path))]
  const sectionOf = (path: string) =>
    sections.includes(path) ? path : failing.find((one) => one.paths.includes(path))?.path
  const isImported = result.scans !== null && !options.showsAll
  const parts = [
    result.policy.flatMap((rule) => hangingLines(`policy: ${rule}`, screen)).join('\n'),
    ...(isImported ? result.gains.map((gain, i) => gainText(gain, i, result, screen)) : []),
    ...(isImported ? [] : sections).map((path) =>
      pathText(
        failing.filter((one) => one.paths.includes(path)),
        path,
        result.weakSettings.filter((one) => sectionOf(one.path) === path),
        result.names,
        options,
      ),
    ),
    grantedLines(result, options.showsAll)
      .flatMap((line) => hangingLines(line, screen))
      .join('\n'),
    unknownLines(result)
      .flatMap((line) => hangingLines(line, screen))
      .join('\n'),
    [...(isImported ? [] : assumedLines(result)), ...remarks(result)]
      .flatMap((line) => hangingLines(line, screen))
      .join('\n'),
    ...(result.scannerReport === null
      ? []
      : [
          scannerReportLines(result.scannerReport, result)
            .flatMap((line) => hangingLines(line, screen))
            .join('\n'),
        ]),
    [conclusion(result, paths, screen), ...lookLines(failing, screen)].join('\n'),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function headline({ scenario, kubernetes, seed, verdicts, reached, simulations }: CheckResult): string {
  const version = kubernetes === null ? '' : `, Kubernetes ${kubernetes}`
  return `${scenario}${version}, seed ${seed}: ${formatCount(simulations, 'simulation')}, ${formatCount(verdicts, 'verdict')}; the attacker reached its path in ${reached}`
}

const VANTAGE_NAMES: readonly string[] = namesOf(VANTAGES)

/** The most findings of a path that are shown in full by default. */
const SHOWN = 2

/**
 * Prints the findings on a path. A finding that several paths share is printed in full for the first of them.
 * @param all the findings on the path
 */
function pathText(
  all: readonly Finding[],
  path: string,
  weak: CheckResult['weakSettings'],
  names: RealNames,
  { screen, showsAll }: CheckPrintOptions,
): string {
  const styles = stylesOf(screen)
  const outcomes = inOrder(all.flatMap(({ forbidden }) => forbidden))
  const findings = all.filter((one) => one.path === path)
  const examples = showsAll ? findings : examplesOf(findings)
  const shown = new Set(examples.map(shortText))
  const others = [...new Set(findings.map(shortText))].filter((text) => !shown.has(text))
  const elsewhere = all.filter((one) => one.path !== path)
  return [
    ...hangingLines(`${styles.heading(path)}: ${outcomes.map((one) => styles.outcome(one)).join(', ')}`, screen),
    ...weak.flatMap(({ what, from }) => hangingLines(`${what} (${from})`, screen, '  ')),
    ...examples.flatMap((finding) => [
      ...hangingLines(sentenceOf(finding, names), screen, '  '),
      ...evidenceLines(finding).flatMap((line) => hangingLines(line, screen, '    ')),
      ...finding.expired.flatMap((one) => hangingLines(`no longer accepted: ${describe(one)}`, screen, '    ')),
      ...commandLines('repeat: ', finding.reproduce, screen, '    '),
    ]),
    ...(others.length === 0
      ? []
      : hangingLines(`and ${others.length} more (--all shows them): ${others.join('; ')}`, screen, '  ')),
    ...[...new Set(elsewhere.map((one) => one.path))].flatMap((first) => {
      const texts = new Set(elsewhere.flatMap((one) => (one.path === first ? [shortText(one)] : [])))
      return hangingLines(`as on ${first}: ${[...texts].join('; ')}`, screen, '  ')
    }),
  ].join('\n')
}

/**
 * Prints the gain of one kind of attacker, with its evidence, the command that reproduces it, and the scanners'
 * results.
 */
function gainText(gain: Gain, index: number, { scans, names }: CheckResult, screen: Screen): string {
  const styles = stylesOf(screen)
  const [example] = examplesOf(gain.findings)
  const outcomes = inOrder(gain.findings.flatMap(({ forbidden }) => forbidden))
  const expired = [...new Set(gain.findings.flatMap((finding) => finding.expired))]
  return [
    ...numberedLines(index + 1, gainSentence(gain, names), screen),
    ...hangingLines(outcomes.map((one) => styles.outcome(one)).join(', '), screen, '   '),
    ...evidenceLines(example).flatMap((line) => hangingLines(line, screen, '     ')),
    ...expired.flatMap((one) => hangingLines(`no longer accepted: ${describe(one)}`, screen, '     ')),
    ...(gain.isAssumed
      ? hangingLines(`assumed, and no reason to fail: ${assumptionOf(example).text}`, screen, '   ')
      : []),
    ...[...scannerLines(gain, scans ?? []), ...costLines(gain)].flatMap((line) => hangingLines(line, screen, '   ')),
    ...commandLines('repeat: ', example.reproduce, screen, '   '),
  ].join('\n')
}

/** Returns the most telling findings of a path: the worst outcome first, with the least capable attacker. */
function examplesOf(findings: readonly Finding[]): readonly Finding[] {
  const strength = ({ verdict }: Finding) => VANTAGE_NAMES.indexOf(verdict.vantage)
  const techniques = new Set<string>()
  return inOrder(findings.map(({ forbidden }) => forbidden[0]))
    .flatMap((worst) =>
      findings.filter(({ forbidden }) => forbidden[0] === worst).toSorted((a, b) => strength(a) - strength(b)),
    )
    .filter(({ verdict: { technique } }) => !techniques.has(technique) && techniques.add(technique))
    .slice(0, SHOWN)
}

function shortText({ forbidden, verdict: { technique, vantage } }: Finding): string {
  return `${forbidden[0]} by ${vantage} ${technique}`
}

function remarks({ findings, unused, gaps, untried, unreached, unmodelled }: CheckResult): string[] {
  const accepted = [...new Set(findings.flatMap((finding) => (finding.isAccepted ? finding.accepted : [])))]
  return [
    ...accepted.map((one) => {
      const count = findings.filter((finding) => finding.isAccepted && finding.accepted.includes(one)).length
      return `accepted: ${describe(one)}: ${formatCount(count, 'finding')}`
    }),
    ...unused.map((one) => `accepts nothing any more: ${describe(one)}`),
    ...(untried.length === 0
      ? []
      : [`${formatCount(untried.length, 'attack')} without anything to attack here: ${some(untried)}`]),
    ...(unreached.length === 0 ? [] : [`no attacker reached ${unreached.join(', ')}, so nothing was checked there`]),
    ...unmodelled.map(unmodelledLine),
    ...gaps.map((gap) => `not checked: ${gap}`),
  ]
}

/** The most rights that the policy permits which are shown unless all are asked for. */
const SHOWN_GRANTS = 5

/** Returns the lines about rights by which their holders get what others own: those that are forbidden, and some others. */
function grantedLines({ granted = [] }: CheckResult, showsAll: boolean): readonly string[] {
  const forbidden = granted.filter(({ isForbidden }) => isForbidden)
  const others = granted.filter(({ isForbidden }) => !isForbidden)
  const shown = showsAll ? others : others.slice(0, SHOWN_GRANTS)
  const rest = others.length - shown.length
  return [
    ...forbidden.map((one) => `granted, and forbidden: ${grantText(one)}`),
    ...shown.map((one) => `granted: ${grantText(one)}`),
    ...(rest === 0 ? [] : [`granted: ${rest} more (--all shows them)`]),
  ]
}

/** Returns a line for each cause of what is not known, with what settles it. */
function unknownLines({ unknown = [] }: CheckResult): readonly string[] {
  return unknown.map(({ cause, text, status, acceptance }) => {
    const { what, settledBy } = UNKNOWN_CAUSES[cause]
    const why = acceptance === null ? '' : ` (${visible(acceptance.reason)}${untilText(acceptance)})`
    if (status === 'open')
      return `not known: ${visible(text)}: ${settledBy}${why === '' ? '' : `; no longer accepted${why}`} [${cause}]`
    return `not known, and ${status}: ${what}${why} [${cause}]`
  })
}

/** Returns the lines about findings that depend on an assumption. They do not make the check fail. */
function assumedLines({ findings }: CheckResult): string[] {
  const own = findings.filter(({ isAccepted, isAssumed }) => isAssumed && !isAccepted)
  if (own.length === 0) return []
  const users = own.map((one) => assumptionOf(one).user)
  const parts = [
    ...new Set(
      users.map((user) => (user === null ? 'servers that no file shows' : `${user}, whose permissions nobody knows`)),
    ),
  ]
  return [
    `assumed, and no reason to fail: ${formatCount(own.length, 'finding')} of ${parts.join(' and ')} (--json lists them)`,
  ]
}

/** Lists the first names only, because most shipped attacks do not fit a scenario without a cluster. */
function some(untried: CheckResult['untried']): string {
  const names = untried.slice(0, 6).map(({ attack }) => attack)
  return `${names.join(', ')}${untried.length > names.length ? ', ... (--json lists all)' : ''}`
}

function conclusion(
  { answer, findings, paths, gaps, unmodelled, granted = [], unknown = [] }: CheckResult,
  failing: readonly string[],
  screen: Screen,
): string {
  const { good, bad } = stylesOf(screen)
  const looked = formatCount(paths.length, 'path')
  const hasAssumed = findings.some(({ isAccepted, isAssumed }) => isAssumed && !isAccepted)
  const except = [
    ...(findings.some(({ isAccepted }) => isAccepted) ? ['accepted'] : []),
    ...(hasAssumed ? ['assumed'] : []),
  ]
  const accepted = except.length === 0 ? '' : `, except for what is ${except.join(' or ')}`
  const forbidden = granted.filter(({ isForbidden }) => isForbidden)
  const without = unmodelled.length === 0 ? '' : `; no verdict on ${unmodelled.map(({ path }) => path).join(', ')}`
  const open = unknown.filter(({ status }) => status === 'open').map(({ cause }) => cause)
  const text =
    answer === 'not known'
      ? `${bad('NOT KNOWN')}: no attacker got what the policy forbids on ${looked}${accepted}, but these are not known: ${open.join(', ')}`
      : answer === 'passed'
        ? `${good('PASSED')}: no attacker got what the policy forbids on ${looked} (${paths.join(', ')})${accepted}${without}`
        : failing.length > 0
          ? `${bad('FAILED')}: on ${failing.length} of ${looked} attackers get what the policy forbids: ${failing.join(', ')}${without}`
          : `${bad('FAILED')}: ${gaps[0] ?? `the policy forbids rights that are granted to ${[...new Set(forbidden.map(({ who }) => who))].join(', ')}`}`
  return hangingLines(text, screen).join('\n')
}

/** Returns the command that shows the messages and packets of the first finding, as an example. */
function lookLines(failing: readonly Finding[], screen: Screen): string[] {
  const [example] = examplesOf(failing.filter(({ path }) => path === failing[0].path))
  return example === undefined || example.look === null ? [] : commandLines('look: ', example.look, screen, '')
}

function describe({ text, reason, untilDate }: Acceptance): string {
  return `${text} (${visible(reason)}${untilText({ untilDate })})`
}

function untilText({ untilDate }: Pick<Acceptance, 'untilDate'>): string {
  return untilDate === null ? '' : `, until ${untilDate}`
}
