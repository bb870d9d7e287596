import { LONG_FORM_KEYS } from './scalars.ts'
import { scenarioSchema } from './scenario.ts'
import { z } from './zod.ts'

/**
 * Returns the key that a scalar stands for where a map is also allowed: `profile` at `cluster.links.control-to-nodes`.
 * Returns null at other paths.
 */
export function longFormKey(path: readonly string[]): string | null {
  for (const schema of schemasAt(scenarioSchema, path)) {
    const form = LONG_FORM_KEYS.get(schema)
    if (form !== undefined) return form.key
  }
  return null
}

/** Returns the schemas of the value at a path, including schemas that only wrap another one. */
function schemasAt(schema: z.core.$ZodType, path: readonly string[]): readonly z.core.$ZodType[] {
  const inside = insideOf(schema)
  if (inside.length > 0)
    return [...(path.length === 0 ? [schema] : []), ...inside.flatMap((one) => schemasAt(one, path))]
  if (path.length === 0) return [schema]
  const [step, ...rest] = path
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schemasAt(schema.shape[step], rest) : []
  if (schema instanceof z.ZodRecord) return schemasAt(schema.valueType, rest)
  return schema instanceof z.ZodArray ? schemasAt(schema.element, rest) : []
}

/** Returns the schemas that a schema wraps or chooses from, for the same value. */
function insideOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodLazy) return [schema.unwrap()]
  return schema instanceof z.ZodPipe ? [schema.in] : []
}
