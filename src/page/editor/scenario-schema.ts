/** The parts of a JSON Schema that completion reads. */
export interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly type?: string | readonly string[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** Returns the schemas that can apply at a path of keys, where `[]` is an entry of a list. */
export function schemasAt(root: Schema, path: readonly string[]): readonly Schema[] {
  return path.reduce<readonly Schema[]>(
    (schemas, key) => schemas.flatMap((schema) => stepInto(schema, key)).flatMap((one) => variantsOf(one, root)),
    variantsOf(root, root),
  )
}

function stepInto({ properties, additionalProperties, items }: Schema, key: string): readonly Schema[] {
  if (key === '[]') return items === undefined ? [] : [items]
  const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined
  if (own !== undefined) return [own]
  return typeof additionalProperties === 'object' ? [additionalProperties] : []
}

/** Returns a schema with what it refers to, and each of its alternatives. */
function variantsOf(schema: Schema, root: Schema, depth = 0): readonly Schema[] {
  if (depth > 8) return []
  const { $ref, anyOf = [], oneOf = [], allOf = [] } = schema
  const name = $ref === undefined ? undefined : /^#\/\$defs\/(.+)$/.exec($ref)?.[1]
  const referred = name === undefined ? undefined : root.$defs?.[name]
  const others = [...anyOf, ...oneOf, ...allOf, ...(referred === undefined ? [] : [referred])]
  return [schema, ...others.flatMap((one) => variantsOf(one, root, depth + 1))]
}

/** Returns the keys that can stand at a path, with their descriptions. */
export function keysAt(root: Schema, path: readonly string[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>()
  for (const { properties = {} } of schemasAt(root, path))
    for (const [key, { description }] of Object.entries(properties))
      if (!keys.has(key)) keys.set(key, description ?? descriptionAt(root, [...path, key]))
  return keys
}

/** Returns the words that can be the value at a path. */
export function valuesAt(root: Schema, path: readonly string[]): readonly string[] {
  const values = schemasAt(root, path).flatMap(({ enum: words = [], const: word, type }) => [
    ...words,
    ...(word === undefined ? [] : [word]),
    ...(type === 'boolean' || (Array.isArray(type) && type.includes('boolean')) ? [true, false] : []),
  ])
  return [...new Set(values.filter((value) => value !== null).map(String))]
}

/** Returns the description of the key or value at a path; empty if the schema has none. */
export function descriptionAt(root: Schema, path: readonly string[]): string {
  return schemasAt(root, path).find(({ description }) => description !== undefined)?.description ?? ''
}
