import { type Flag, flagsOf } from '../../src/cluster/flags/flag.ts'
import { duration, type FlagKind } from '../../src/cluster/flags/flag-kind.ts'
import { PROGRAMS } from '../../src/cluster/flags/programs.ts'
import { ABILITIES } from '../../src/cluster/versions/abilities.ts'
import { lastMinorOf, type Step, type Steps } from '../../src/cluster/versions/version-steps.ts'
import { valueText } from '../../src/scenario/schema/flag-text.ts'

/** A value over a range of releases, as a row of a table. */
export interface VersionRow extends Step<unknown> {
  /** What the value is of, such as `kubelet.heartbeat` or `kube-apiserver insecure-port: default`. */
  readonly what: string
  readonly until: number
  readonly text: string
}

function rowsOf(what: string, steps: Steps<unknown>, textOf: (value: unknown) => string): VersionRow[] {
  return steps.map((step, index) => ({ ...step, what, until: lastMinorOf(steps, index), text: textOf(step.value) }))
}

export function abilityRows(): VersionRow[] {
  return Object.entries(ABILITIES).flatMap(([part, keys]) =>
    Object.entries(keys).flatMap(([key, steps]: [string, Steps<unknown>]) => {
      const kind: FlagKind = key.endsWith('Ns') ? duration : { ...duration, print: String }
      return rowsOf(`${part}.${key}`, steps, (value) => valueText(kind, value))
    }),
  )
}

/** Every flag and field, with its program. */
export const ALL_FLAGS: readonly { readonly program: string; readonly property: string; readonly flag: Flag }[] =
  Object.entries(PROGRAMS).flatMap(([program, flags]) =>
    flagsOf(flags).map(([property, flag]) => ({ program, property, flag })),
  )

export function flagRows(): VersionRow[] {
  return ALL_FLAGS.flatMap(({ program, flag }) => {
    const { name, kind, also, releases } = flag
    const textOf = (value: unknown) => valueText(kind, value)
    const rows = (what: string, steps: Steps<unknown> | undefined, text = String as (value: unknown) => string) =>
      steps === undefined ? [] : rowsOf(`${program} ${what}`, steps, text)
    return [
      ...rows(`${name}: default`, defaultSteps(flag), textOf),
      ...rows(`${also?.name}, by flags alone: default`, also?.default, textOf),
      ...rows(`${name}: in the release`, releases),
      ...rows(`--${also?.name}: in the release`, also?.releases),
      ...rows(`${name}: known`, kind.list?.known, textOf),
    ]
  })
}

function defaultSteps({ default: given }: Flag): Steps<unknown> | undefined {
  return 'off' in given || 'provided' in given ? undefined : given
}

export function lineOf({ what, from, until, text, source, unverified }: VersionRow): string {
  const range = from === until ? `1.${from}` : `1.${from} to 1.${until}`
  return `| ${what} | ${range} | ${text} | ${source}${unverified ? ' (unverified)' : ''} |`
}
