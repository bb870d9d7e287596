import type { Flag, FlagName, Kind } from '../../cluster/flags/flag.ts'
import { NEWEST_MINOR, OLDEST_MINOR } from '../../cluster/versions/kubernetes-version.ts'
import { type Steps, stepAt } from '../../cluster/versions/version-steps.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import { formatDuration } from './units.ts'

/** A value of the configuration as a scenario writes it; null: nothing is written. */
export function writtenForm(kind: Kind, value: unknown): string | number | boolean | readonly string[] | null {
  if (typeof value === 'number') {
    if (kind.type === 'duration') return formatDuration(value)
    return kind.type === 'seconds' ? value / NS_PER_S : value
  }
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'boolean' ? value : value === null ? null : String(value)
}

/** What a flag does, in which releases, and its default, under one of its names. */
export function describeFlag(flag: Flag, as: FlagName = flag): string {
  const steps = as === flag.also && flag.also.default !== undefined ? flag.also.default : flag.default
  return [flag.meaning, releasesText(as), `Default: ${defaultText(flag.kind, steps)}.`].filter(Boolean).join(' ')
}

function releasesText({ releases }: FlagName): string {
  if (releases === undefined) return ''
  const first = releases.find(({ value }) => value !== 'absent')
  if (first !== undefined && first.from > OLDEST_MINOR) return `From 1.${first.from}.`
  const last = stepAt(releases, NEWEST_MINOR)
  return last.value === 'absent' ? `Before 1.${last.from}.` : ''
}

/** `50s (40s before 1.32)`. */
function defaultText(kind: Kind, given: Flag['default']): string {
  if ('provided' in given) return 'one of the cluster'
  if ('off' in given) return valueText(kind, given.off)
  const [newest, ...older] = given.map(({ value }) => valueText(kind, value)).reverse()
  const before = older.map((text, index) => `${text} before 1.${fromOf(given, index)}`)
  return before.length === 0 ? newest : `${newest} (${before.join(', ')})`
}

/** The release that ended the step at `index` from the end but one. */
function fromOf(steps: Steps<unknown>, index: number): number {
  return steps[steps.length - 1 - index].from
}

/** A value in a sentence. */
export function valueText(kind: Kind, value: unknown): string {
  const written = writtenForm(kind, value)
  return Array.isArray(written) ? written.join(', ') || 'none' : String(written ?? 'none')
}
