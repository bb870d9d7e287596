import type {
  BrokenWorkload,
  FixCost,
  FixFigures,
  FixPlace,
  FixResult,
  FixStep,
  Minimality,
} from '../../measure/fix.ts'
import { formatCount } from '../format-number.ts'
import { hangingLines, numberedLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { stylesOf } from '../screen/styles.ts'
import { unmodelledLine } from '../unmodelled-line.ts'

/**
 * Prints a fix for human readers: the changes in order, their costs and side effects, the patch, and what stays open.
 */
export function fixText(fix: FixResult, screen: Screen): string {
  const parts = [
    heading(fix, screen),
    ...fix.steps.map((step, i) => stepText(step, i + 1, screen)),
    wrongOrders(fix, screen),
    list('by hand', fix.byHand, screen),
    list(
      'stays open: no flag closes it',
      [
        ...fix.open.map(
          ({ path, outcomes, attackers, why }) => `${path} (${outcomes.join(', ')}): ${why}; ${shortened(attackers)}`,
        ),
        ...fix.unmodelled.map(unmodelledLine),
      ],
      screen,
    ),
    list(
      'left out, since other attackers get the same on these paths',
      fix.partial.map(({ change, paths }) => `${change}: closes something on ${paths.join(', ')}`),
      screen,
    ),
    list(
      'closed only by who sets it',
      fix.others.map(
        ({ change, who, findings }) =>
          `${change}: ${who} can set it (${findings === 0 ? 'the others need it' : `it decides about ${formatCount(findings, 'finding')}`})`,
      ),
      screen,
    ),
    fix.patches.map(({ diff }) => diff).join(''),
    conclusion(fix, screen),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/** The most attackers of a path that are named. */
const SHOWN = 6

function shortened(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  return `${names.slice(0, SHOWN).join(', ')}${more}`
}

/** The proofs about the number of changes, as sentences. */
const PROVEN: Readonly<Record<Minimality, string>> = {
  smallest: 'no set of fewer changes does it',
  'no-part': 'no part of them does it; that no other set of fewer changes does is not proven',
  'none-left-out':
    'whether several can be left out at once was not tried, and that no other set of fewer changes does it is not proven',
}

function heading(fix: FixResult, screen: Screen): string {
  const { steps, findings, closed, tried, unmodelled, minimality, partial } = fix
  const { heading: style } = stylesOf(screen)
  const changes = formatCount(steps.length, 'change')
  const text =
    findings === 0
      ? `nothing to fix: the policy holds${unmodelled.length > 0 ? ' on the paths that are modelled' : ''}`
      : steps.length === 0
        ? partial.length > 0
          ? `no change is proposed: none closes a path for all attackers who get there what the policy forbids (${formatCount(findings, 'verdict')})`
          : `no change of flags closes any of ${formatCount(findings, 'verdict')} that the policy forbids`
        : `${changes}, in this order, ${steps.length === 1 ? 'closes' : 'close'} ${closed} of ${formatCount(findings, 'verdict')} that the policy forbids; none of them can be left out, as a simulation without each shows`
  const how = `found among ${formatCount(tried.changes, 'change')}: tried ${formatCount(tried.sets, 'set')} of them in ${formatCount(tried.simulations, 'simulation')}`
  const proven = minimality === null || steps.length === 1 ? [] : [PROVEN[minimality]]
  return [
    ...hangingLines(`${style('fix')}: ${text}`, screen),
    ...[...proven, how].flatMap((line) => hangingLines(line, screen, '  ')),
  ].join('\n')
}

function stepText(step: FixStep, number: number, screen: Screen): string {
  const { change, places, costs, breaks } = step
  return [
    ...numberedLines(number, change, screen),
    ...placesText(places).flatMap((line) => hangingLines(line, screen, '   ')),
    ...hangingLines(`without it: ${withoutText(step)}`, screen, '   '),
    ...hangingLines(`costs: ${costsText(costs)}`, screen, '   '),
    ...(breaks === null ? [] : hangingLines(`breaks, beyond this model: ${breaks}`, screen, '   ')),
  ].join('\n')
}

/** Returns what a simulation of the other changes shows. */
export function withoutText({ without: { findings, broken, isRefused } }: FixStep): string {
  return [
    ...(findings > 0 ? [`${formatCount(findings, 'verdict')} ${findings === 1 ? 'comes' : 'come'} back`] : []),
    ...(broken.length > 0 ? [brokenText(broken)] : []),
    ...(isRefused ? ['the programs refuse to start'] : []),
  ].join('; ')
}

/** The most files that are named for one setting. The patch has all. */
const SHOWN_FILES = 3

/**
 * Returns a line for each place of a step. If it sets the same in many files, only the first are named, with the number
 * of files.
 */
export function placesText(places: FixStep['places']): readonly string[] {
  const alike = new Map<string, FixPlace[]>()
  for (const place of places) {
    const what = place.what.replace(/^line \d+: /, '')
    alike.set(what, [...(alike.get(what) ?? []), place])
  }
  return [...alike].flatMap(([what, own]) => {
    const shown = own.length > SHOWN_FILES + 1 ? own.slice(0, SHOWN_FILES) : own
    const more = own.length - shown.length
    return [
      ...shown.map((one) => `${one.file ?? 'by hand'}: ${one.what}`),
      ...(more === 0 ? [] : [`and ${more} more files: ${what}`]),
    ]
  })
}

/** Returns the workloads that fail, by their reasons. */
export function brokenText(broken: readonly BrokenWorkload[]): string {
  const byReason = new Map<string, BrokenWorkload[]>()
  for (const one of broken) byReason.set(one.reason, [...(byReason.get(one.reason) ?? []), one])
  return [...byReason]
    .map(
      ([reason, own]) =>
        `${own.map(({ workload, completed, of }) => `${workload} (${completed} of ${of})`).join(', ')} ${own.length === 1 ? 'fails' : 'fail'}: ${reason}`,
    )
    .join('; ')
}

/** The most workloads whose figures are shown. */
const SHOWN_COSTS = 4

/** Returns what a step costs the workloads whose figures differ. */
export function costsText(costs: readonly FixCost[]): string {
  const all = costs.flatMap((cost) => costText(cost))
  if (all.length === 0) return 'less than half a percent of latency, throughput and CPU on these links'
  const texts = all.slice(0, SHOWN_COSTS)
  const more = all.length > SHOWN_COSTS ? `; and ${formatCount(all.length - SHOWN_COSTS, 'other workload')}` : ''
  return `${texts.join('; ')}${more}`
}

/** Returns the cost of a step for a workload; nothing if no figure was measured both before and after. */
function costText({ workload, before, after }: FixCost): readonly string[] {
  const pair = (key: keyof FixFigures, unit: string, digits: number) => {
    const [a, b] = [before[key], after[key]]
    if (a === null || b === null) return []
    return a.toFixed(digits) === b.toFixed(digits) ? [] : [`${a.toFixed(digits)} to ${b.toFixed(digits)} ${unit}`]
  }
  const parts = [
    ...pair('p50Ms', 'ms p50', 3),
    ...pair('p99Ms', 'ms p99', 3),
    ...pair('throughputMbps', 'Mbit/s', 2),
    ...pair('cpuUs', 'µs CPU a request', 1),
  ]
  return parts.length === 0 ? [] : [`${workload} ${parts.join(', ')}`]
}

function wrongOrders({ wrongOrders: orders }: FixResult, screen: Screen): string {
  if (orders.length === 0) return ''
  return [
    'in another order, as simulated:',
    ...orders.flatMap(({ first, before, broken }) =>
      hangingLines(`${first} before ${before}: ${brokenText(broken)}`, screen, '  '),
    ),
  ].join('\n')
}

function list(title: string, items: readonly string[], screen: Screen): string {
  return items.length === 0
    ? ''
    : [`${title}:`, ...items.flatMap((item) => hangingLines(item, screen, '  '))].join('\n')
}

function conclusion({ verification, patches, steps }: FixResult, screen: Screen): string {
  const { good, bad } = stylesOf(screen)
  const { by, holds, passed, problems, byHand, unseen, failing, written, unwritable } = verification
  if (steps.length === 0) return ''
  const how = by === 'import' ? 'the changed files were imported again' : 'the changed scenario was checked again'
  const made = byHand === 0 ? '' : `, with ${formatCount(byHand, 'change')} as if made by hand`
  const unknown = [
    ...(unseen.length === 0
      ? []
      : [`no file of ${shortened(unseen)} came in, so that nobody knows what the changes do there`]),
    ...(failing.length === 0 ? [] : [`on every node fail ${brokenText(failing)}, with the changes as before`]),
  ]
  const closed = 'everything that the changes close is closed, nothing new is open, and all that worked works'
  const result = !holds
    ? `${bad('NOT VERIFIED')}: ${how}${made}: ${problems.slice(0, SHOWN).join('; ')}`
    : unknown.length > 0
      ? `${bad('NOT VERIFIED')}: ${unknown.join('; ')}. As far as files came in, ${how}${made}: ${closed}`
      : `${good('VERIFIED')}: ${how}${made}: ${closed}${passed ? '; the policy holds' : ''}`
  const unwritten = holds
    ? (unwritable ?? 'nothing is written: --write writes the patch')
    : 'nothing is written, since this does not hold'
  const next = patches.length === 0 ? '' : written ? 'written' : unwritten
  return [...hangingLines(result, screen), ...(next === '' ? [] : hangingLines(next, screen))].join('\n')
}
