import type { Flag, FlagName } from '../../cluster/flags/flag.ts'
import type { FlagForm, FlagKind } from '../../cluster/flags/flag-kind.ts'
import { NEWEST_MINOR, OLDEST_MINOR } from '../../cluster/versions/kubernetes-version.ts'
import { type Steps, stepAt } from '../../cluster/versions/version-steps.ts'

/** Returns a value of the configuration as a scenario writes it; null if a scenario does not write it. */
export function writtenForm(kind: FlagKind, value: unknown): FlagForm | null {
  return value === null || value === undefined ? null : kind.print(value)
}

/** Describes a flag under one of its names: its effect, its releases, and its default. */
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

/** Formats the default of a flag in all releases: `50s (40s before 1.32)`. */
function defaultText(kind: FlagKind, given: Flag['default']): string {
  if ('provided' in given) return 'the one of the cluster'
  if ('off' in given) return valueText(kind, given.off)
  const [newest, ...older] = given.map(({ value }) => valueText(kind, value)).reverse()
  const before = older.map((text, index) => `${text} before 1.${fromOf(given, index)}`)
  return before.length === 0 ? newest : `${newest} (${before.join(', ')})`
}

/** Returns the release up to which a step applied. `index` counts backwards from the last but one step. */
function fromOf(steps: Steps<unknown>, index: number): number {
  return steps[steps.length - 1 - index].from
}

/** Formats a value for a sentence. */
export function valueText(kind: FlagKind, value: unknown): string {
  const written = writtenForm(kind, value)
  return Array.isArray(written) ? written.join(', ') || 'none' : String(written ?? 'none')
}
