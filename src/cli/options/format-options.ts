import { mapEntries, namesOf } from '../../engine/registry.ts'
import { flag, type Option } from './option.ts'

/** An option for each format of a registry. */
export function formatOptions<Name extends string>(
  formats: Readonly<Record<Name, { readonly meaning: string }>>,
): Readonly<Record<Name, Option<true | undefined>>> {
  return mapEntries<Name, { readonly meaning: string }, Option<true | undefined>>(formats, ({ meaning }) =>
    flag(meaning),
  )
}

/** Names of the formats that were asked for, in the order of the registry. */
export function formatsAskedFor<Name extends string>(
  formats: Readonly<Record<Name, unknown>>,
  given: { readonly [Key in NoInfer<Name>]?: true },
): readonly Name[] {
  return namesOf(formats).filter((name) => given[name] === true)
}
