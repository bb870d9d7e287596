import { mapEntries, namesOf } from '../../engine/registry.ts'
import type { CiFile, CiOutput } from '../../report/ci/ci-output.ts'
import { CI_OUTPUTS } from '../../report/formats.ts'
import { orList } from '../../values/kinds.ts'
import { optionName } from '../../values/option-name.ts'
import { flag, type Given, type Option, text } from './option.ts'

type CiOptionsOf<Outputs extends Readonly<Record<string, CiOutput>>> = {
  readonly [Name in keyof Outputs]: Option<(Outputs[Name] extends CiFile ? string : true) | undefined>
}

/** Options of commands that gate a change in CI. */
export const CI_OPTIONS = mapEntries<keyof typeof CI_OUTPUTS, CiOutput, Option<string | true | undefined>>(
  CI_OUTPUTS,
  ({ kind, meaning }) => (kind === 'file' ? text('<file>', meaning) : flag(meaning)),
) as CiOptionsOf<typeof CI_OUTPUTS>

export type CiOptions = Given<typeof CI_OPTIONS>

/** The options, for messages: `--junit, --sarif or --github`. */
export const CI_OPTIONS_TEXT = orList(namesOf(CI_OUTPUTS).map((name) => `--${optionName(name)}`))
