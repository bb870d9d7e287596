import { wholeJsonSchema } from './json-schema.ts'
import { SCALAR_TEXTS, type ScalarText } from './scalars.ts'
import { z } from './zod.ts'

/** A key of scenario files, as the reference page shows it. Texts that do not apply are empty. */
export interface ScenarioKey {
  /** The path of the key, such as `links.NAME.delay`; `[]` stands for an item of a list. */
  readonly path: string
  readonly type: string
  readonly default: string
  readonly range: string
  readonly meaning: string
  readonly example: string
}

/** The keywords of JSON Schema that the scenario schema uses, and the description of a scalar. */
const partSchema = z.object({
  description: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  const: z.union([z.string(), z.number()]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  scalar: z.custom<ScalarText>().optional(),
  not: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), partSchema).optional()
  },
  get additionalProperties() {
    return z.union([z.boolean(), partSchema]).optional()
  },
  get items() {
    return z.union([z.boolean(), partSchema]).optional()
  },
  get anyOf() {
    return z.array(partSchema).optional()
  },
})

type Part = z.output<typeof partSchema>

/** Returns all keys of scenario files in the order of the schema. A key comes before the keys below it. */
export function scenarioKeys(): ScenarioKey[] {
  const whole = wholeJsonSchema(({ zodSchema, jsonSchema }) => {
    const scalar = SCALAR_TEXTS.get(zodSchema)
    if (scalar !== undefined) Object.assign(jsonSchema, { scalar })
  })
  return keysBelow(partSchema.parse(whole), '')
}

function keysBelow(part: Part, place: string): ScenarioKey[] {
  const below = place === '' ? '' : `${place}.`
  const named = part.additionalProperties
  return [
    ...Object.entries(part.properties ?? {}).flatMap(([key, child]) => [
      keyOf(child, `${below}${key}`, part.required?.includes(key) === true),
      ...keysBelow(child, `${below}${key}`),
    ]),
    ...(typeof named === 'object' ? keysBelow(named, `${below}NAME`) : []),
    ...(typeof part.items === 'object' ? keysBelow(part.items, `${place}[]`) : []),
    ...(place === '' ? [] : (part.anyOf ?? []).flatMap((one) => keysBelow(one, place))),
  ]
}

function keyOf(part: Part, path: string, isRequired: boolean): ScenarioKey {
  const { text, default: byDefault, range } = readDescription(part.description ?? '')
  return {
    path,
    type: typeOf(part),
    default: isRequired ? 'none; the key is required' : byDefault,
    range: range === '' ? rangeOf(part) : range,
    meaning: text,
    example: exampleOf(part),
  }
}

/** Separates the sentences `Default: 0ms.` and `Bounds: to 1h.` from the rest of a description. */
function readDescription(description: string): { text: string; default: string; range: string } {
  const taken = (word: string) => new RegExp(` ?${word}: (.+?)\\.(?= [A-Z\`]|$)`)
  const [byDefault, range] = ['Default', 'Bounds'].map((word) => taken(word).exec(description)?.[1] ?? '')
  return {
    text: description.replace(taken('Default'), '').replace(taken('Bounds'), '').trim(),
    default: byDefault,
    range,
  }
}

const PLAIN_TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: '`true` or `false`',
  object: 'map',
  array: 'list',
}

function typeOf(part: Part): string {
  const { anyOf: alternatives = [] } = part
  if (alternatives.length > 0) return [...new Set(alternatives.map(typeOf))].join(' or ')
  if (part.not !== undefined) return 'not modelled yet'
  if (part.const !== undefined) return `\`${part.const}\``
  if (part.enum !== undefined)
    return wordsOf(part)
      .map((word) => `\`${word}\``)
      .join(', ')
  if (part.scalar !== undefined) {
    const { kind, units } = part.scalar
    return `${kind.replace(/^an? /, '')}${units.length === 0 ? '' : ` (${units.join(', ')})`}`
  }
  if (typeof part.additionalProperties === 'object') return 'map of names'
  const types = part.type === undefined ? [] : [part.type].flat()
  return types.map((type) => PLAIN_TYPES[type] ?? type).join(' or ')
}

/** Returns the words of an enumeration. A number that is also listed as a text counts once. */
function wordsOf({ enum: words = [] }: Part): string[] {
  return [...new Set(words.map(String))]
}

function rangeOf(part: Part): string {
  const { minimum, maximum, minItems, maxItems } = part
  if (part.scalar === undefined && minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`
  const bounds = [
    ...(minItems === undefined ? [] : [`at least ${minItems}`]),
    ...(maxItems === undefined ? [] : [`at most ${maxItems}`]),
  ]
  return bounds.join(', ')
}

function exampleOf(part: Part): string {
  const [alternative] = part.anyOf ?? []
  if (alternative !== undefined) return exampleOf(alternative)
  if (part.scalar !== undefined && part.scalar.example !== null) return part.scalar.example
  if (part.const !== undefined) return String(part.const)
  if (part.enum !== undefined) return String(part.enum[part.enum.length - 1])
  if (part.type === 'boolean') return 'true'
  if (part.type === 'integer') return String(Math.max(1, part.minimum ?? 1))
  if (typeof part.items === 'object') return `[${exampleOf(part.items)}]`
  if (typeof part.additionalProperties === 'object') return `{ NAME: ${exampleOf(part.additionalProperties)} }`
  const { properties = {}, required = [] } = part
  const [first] = Object.keys(properties)
  if (first === undefined) return ''
  const keys = required.length > 0 ? required : [first]
  return `{ ${keys.map((key) => `${key}: ${exampleOf(properties[key])}`).join(', ')} }`
}
