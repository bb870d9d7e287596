import { ATTACK_KEYS } from '../tree/overlay-attack.ts'
import { NEEDED_SECTIONS, scenarioSchema } from './scenario.ts'
import { z } from './zod.ts'

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']
type Part = Readonly<Record<string, unknown>>

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'
const PLACE = 'https://raw.githubusercontent.com/onpath/onpath/main/schema/'

/** The kinds of files that have a JSON schema. */
export const JSON_SCHEMAS = { scenario: scenarioJsonSchema, attack: attackJsonSchema } as const

/** Returns the schema of whole scenarios as JSON Schema 2020-12. `override` can add to the schema of each part. */
export function wholeJsonSchema(override: Override = () => {}): Part {
  return z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-2020-12', override })
}

/**
 * Returns the schema of scenario files. A file with `extends` or `cluster` changes entries that come from elsewhere, so
 * its entries need not be complete, and null removes a value.
 */
export function scenarioJsonSchema(): Part {
  const whole = wholeJsonSchema()
  const wanted = neededOf(whole) ?? {}
  return {
    ...partialOf(whole),
    $schema: DIALECT,
    $id: `${PLACE}scenario.schema.json`,
    title: 'onpath scenario',
    description: 'A scenario of onpath: hosts, links, paths and their traffic.',
    anyOf: [{ required: ['version'] }, { required: ['extends'] }],
    if: { anyOf: [{ required: ['extends'] }, { required: ['cluster'] }] },
    else: { ...wanted, required: ['version', ...NEEDED_SECTIONS] },
  }
}

/** Returns the schema of attack files. */
function attackJsonSchema(): Part {
  const { properties } = wholeJsonSchema()
  const own = isPart(properties) ? Object.entries(properties).filter(([key]) => ATTACK_KEYS.includes(key)) : []
  return {
    $schema: DIALECT,
    $id: `${PLACE}attack.schema.json`,
    title: 'onpath attack',
    description: 'An attack of onpath, which `--attack` adds to a scenario.',
    type: 'object',
    properties: Object.fromEntries(own),
    required: ['attackers'],
    additionalProperties: false,
  }
}

/**
 * Returns the schema of a map in which no key is required and each value can be null. Other schemas stay as they are.
 */
function partialOf(part: Part): Part {
  const { properties, additionalProperties, required, ...rest } = part
  if (!isPart(properties) && !isPart(additionalProperties)) return part
  const partial = (child: unknown) => (isPart(child) ? nullable(partialOf(child)) : child)
  return {
    ...rest,
    ...(isPart(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, partial(child)])) }
      : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: partial(additionalProperties) }),
  }
}

/** Returns the required keys that `partialOf` removes; null for none. */
function neededOf({ properties, additionalProperties, required }: Part): Part | null {
  const ofNames = isPart(additionalProperties) ? neededOf(additionalProperties) : null
  const ofKeys = Object.entries(isPart(properties) ? properties : {}).flatMap(([key, child]) => {
    const needed = isPart(child) ? neededOf(child) : null
    return needed === null ? [] : [[key, needed] as const]
  })
  if (required === undefined && ofNames === null && ofKeys.length === 0) return null
  return {
    ...(required === undefined ? {} : { required }),
    ...(ofKeys.length === 0 ? {} : { properties: Object.fromEntries(ofKeys) }),
    ...(ofNames === null ? {} : { additionalProperties: ofNames }),
  }
}

function nullable(part: Part): Part {
  const { type, enum: words, anyOf } = part
  if (Array.isArray(anyOf)) return { ...part, anyOf: [...anyOf, { type: 'null' }] }
  return {
    ...part,
    ...(type === undefined ? {} : { type: [...new Set([type, 'null'].flat())] }),
    ...(Array.isArray(words) ? { enum: [...words, null] } : {}),
  }
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
