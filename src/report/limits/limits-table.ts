import type { LimitsConstant, LimitsResult } from '../../measure/limits/limits-result.ts'
import { shareInterval } from '../../measure/limits/share-interval.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { formatCount } from '../format-number.ts'
import { commandLines, hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { tableText } from '../screen/table.ts'
import { fallsText, intervalText, isMonotone, limitText, NOT_MONOTONE, sharesBetween } from './limit-text.ts'
import { timerText } from './limit-value.ts'
import type { LimitsFormat } from './limits-format.ts'

/**
 * Prints limits for human readers: the timers, a row for each criterion with a column for each profile, and the values
 * in between.
 */
export const limitsTable: LimitsFormat = {
  meaning: 'print a table',
  write(given, { screen, again }) {
    const result = visibleIn(given)
    const parts = [
      hangingLines(headline(result), screen),
      [tableText(wholeTable(result), screen)],
      legend(result, screen),
      notes(result, screen),
      result.absent.flatMap(({ what, reason }) => hangingLines(`${what}: ${reason}`, screen)),
      commandLines('reproduce: ', again, screen),
    ]
    return `${parts.flatMap((lines) => (lines.length === 0 ? [] : [lines.join('\n')])).join('\n\n')}\n`
  },
}

function headline({ scenario, kubernetes, nodes, simulations }: LimitsResult): string {
  const { observed, of } = nodes
  const some = observed.length === of ? formatCount(of, 'node') : `${observed.length} of ${of} nodes`
  return `${scenario}: Kubernetes ${kubernetes}, ${some}, ${formatCount(simulations, 'run')}`
}

function wholeTable({ profiles, constants, axes, limits }: LimitsResult) {
  const empty = profiles.map(() => '')
  const rows = [
    ['timers', ...empty],
    ...constants.map(constantRow),
    ...axes.flatMap((axis) => {
      const own = limits.filter((limit) => limit.axis === axis.name)
      const criteria = [...new Set(own.map(({ criterion }) => criterion))]
      return [
        ['', ...empty],
        [axis.title, ...empty],
        ...criteria.map((criterion) => {
          const cells = profiles.map(({ name }) =>
            own.find((one) => one.criterion === criterion && one.profile === name),
          )
          return [
            `  ${cells[0]?.title ?? ''}`,
            ...cells.map((cell) => (cell === undefined ? '' : limitText(cell, axis.unit))),
          ]
        }),
      ]
    }),
  ]
  return { head: ['', ...profiles.map(({ title }) => title)], rows, wordColumns: 1, keyColumns: 1 }
}

function constantRow({ name, values }: LimitsConstant): string[] {
  return [`  ${name}`, ...values.map(constantText)]
}

function constantText(value: LimitsConstant['values'][number]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === null ? 'never' : timerText(value)
}

function legend({ seeds, limits, axes }: LimitsResult, screen: Screen): string[] {
  const of = seeds.length
  const [none, all] = [shareInterval(0, of), shareInterval(of, of)]
  const range = `A..B: in 0 of ${of} runs up to A (95 % interval: ${intervalText(none)}), in ${of} of ${of} from B on (${intervalText(all)}).`
  const marked = limits.some((limit) => !isMonotone(limit))
    ? ` ${NOT_MONOTONE}: not monotone: the share falls again, and that region is not halved.`
    : ''
  const meanings = [...new Map(limits.map(({ title, meaning }) => [title, meaning]))]
  return [
    ...hangingLines(range + marked, screen),
    ...axes.flatMap(({ title, meaning, media }) => hangingLines(`${title}: ${meaning} (${placeText(media)})`, screen)),
    ...meanings.flatMap(([title, meaning]) => hangingLines(`${title}: ${meaning}`, screen)),
  ]
}

/** The most links that are named. */
const MOST_NAMED = 3

function placeText(media: readonly string[]): string {
  const more = media.length - MOST_NAMED
  return more > 0 ? `${media.slice(0, MOST_NAMED).join(', ')} and ${more} more` : media.join(', ')
}

/** Returns notes about the shares between the ends of the limits, and about shares that fall again. */
function notes({ axes, profiles, limits }: LimitsResult, screen: Screen): string[] {
  const [first] = profiles
  const lines = axes.flatMap(({ name, title: axisTitle, unit }) =>
    limits
      .filter(({ axis, profile }) => axis === name && profile === first.name)
      .flatMap((limit) => {
        const what = `${axisTitle}, ${limit.title}`
        const between = sharesBetween(limit, unit)
        return [
          ...(isMonotone(limit) ? [] : hangingLines(`${NOT_MONOTONE} ${what}: ${fallsText(limit, unit)}`, screen)),
          ...(between === '' ? [] : hangingLines(`${what}: ${between}`, screen)),
        ]
      }),
  )
  return lines.length === 0 ? [] : [`shares in between, ${first.title}:`, ...lines]
}
