import { UsageError } from '../../disk/usage-error.ts'
import { mapEntries, namesOf } from '../../engine/registry.ts'
import { flag, type Option } from './option.ts'

/** Makes an option for each format of a registry, such as `--json`. */
export function formatOptions<Name extends string>(
  formats: Readonly<Record<Name, { readonly meaning: string }>>,
): Readonly<Record<Name, Option<true | undefined>>> {
  return mapEntries<Name, { readonly meaning: string }, Option<true | undefined>>(formats, ({ meaning }) =>
    flag(meaning),
  )
}

/**
 * Returns the format that the options name, or `otherwise`, the table, when they name none.
 * @throws UsageError when the options name more than one
 */
export function chosenFormat<Format>(
  formats: Readonly<Record<string, Format>>,
  given: Readonly<Record<string, unknown>>,
  otherwise: NoInfer<Format>,
): Format {
  const [name, other] = namesOf(formats).filter((one) => given[one] === true)
  if (other !== undefined) throw new UsageError(`--${name} and --${other} cannot be combined; give one of them`)
  return name === undefined ? otherwise : formats[name]
}
