/** Returns the names of a registry's entries, in the order in which the registry lists them. */
export function namesOf<Name extends string>(registry: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(registry) as Name[]
}

/** Returns whether a text is the name of an entry. Properties that every object inherits are not entries. */
export function isNameOf<Name extends string>(registry: Readonly<Record<Name, unknown>>, text: string): text is Name {
  return Object.hasOwn(registry, text)
}

/** Returns a record with the same names and, for each, the value that `toValue` makes of its entry. */
export function mapEntries<Name extends string, Entry, Value>(
  registry: Readonly<Record<Name, Entry>>,
  toValue: (entry: Entry, name: Name) => Value,
): Readonly<Record<Name, Value>> {
  const entries = namesOf(registry).map((name) => [name, toValue(registry[name], name)])
  return Object.fromEntries(entries) as Record<Name, Value>
}

/** Returns a record with the same names and, for each, one field of its entry, with that field's own type. */
export function fieldOf<
  Registry extends Readonly<Record<string, object>>,
  Field extends keyof Registry[keyof Registry] & string,
>(registry: Registry, field: Field): { readonly [Name in keyof Registry]: Registry[Name][Field] } {
  const fields = Object.entries(registry).map(([name, entry]) => [name, Reflect.get(entry, field)])
  return Object.fromEntries(fields)
}
