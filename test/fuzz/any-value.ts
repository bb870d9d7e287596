import fc from 'fast-check'

/** The parts of JSON Schema that the schema of scenarios uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: Plain
  readonly enum?: readonly Plain[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | boolean
  readonly prefixItems?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** A value of YAML without tags, anchors and dates. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** Names that refer to something in most of the committed scenarios, so that generated references often hold. */
const NAMES = [
  'a',
  'control',
  'edge',
  'gateway',
  'kubectl',
  'logs',
  'master',
  'node-1',
  'node-2',
  'nodes/*',
  'pod',
  'pods/web',
  'server',
  'the kubelet path',
  'users/*',
  'visits',
  'wan',
  'web',
] as const

const SMALL = [0, 1, 2, 3, 7, 100] as const
const QUANTITIES = [
  '0ms',
  '1ns',
  '1ms',
  '20ms',
  '1s',
  '2s',
  '30s',
  '1h',
  '1B',
  '1KB',
  '64KB',
  '2MB',
  '1kbps',
  '10Mbps',
  '1Gbps',
  '0%',
  '0.1%',
  '50%',
  '100%',
  '1/s',
  '50/s',
  '20000/s',
  '200KB/s',
  '1 packet',
  '40 packets',
] as const

/** Values that no key expects, or that are at the edge of what keys accept. */
const ODD: readonly Plain[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '\u001b[2J\u202e',
  '=1+1',
  '__proto__',
  'constructor',
  '1e9s',
  '00ms',
  '255.255.255.255',
  'x'.repeat(300),
  [],
  {},
  [[[[]]]],
  { a: { b: { c: null } } },
]

/** Generates any value at all: odd ones, quantities and names. */
export const oddValue: fc.Arbitrary<Plain> = fc.oneof(
  fc.constantFrom<Plain>(...ODD),
  fc.constantFrom<Plain>(...QUANTITIES),
  fc.constantFrom<Plain>(...NAMES),
  fc.integer(),
  fc.string({ maxLength: 12 }),
)

/** Generates values that a schema mostly accepts; what refers to something else may not exist. */
export function anyValueOf(schema: Schema, depth = 0): fc.Arbitrary<Plain> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((one) => anyValueOf(one, depth)))
  if (schema.properties !== undefined || typeof schema.additionalProperties === 'object') return mapOf(schema, depth)
  if (schema.type === 'array') return listOf(schema, depth)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'integer') return integerOf(schema)
  return textOf(schema)
}

function integerOf({ minimum = -1, maximum = 1_000 }: Schema): fc.Arbitrary<Plain> {
  const inside = SMALL.filter((one) => one >= minimum && one <= maximum)
  const near = fc.integer({ min: minimum, max: Math.max(minimum, Math.min(maximum, minimum + 10)) })
  return inside.length === 0 ? near : fc.oneof(fc.constantFrom<Plain>(...inside), near)
}

function textOf({ pattern }: Schema): fc.Arbitrary<Plain> {
  if (pattern === undefined) return fc.constantFrom<Plain>(...NAMES, ...QUANTITIES)
  const matcher = new RegExp(pattern)
  const known = [...NAMES, ...QUANTITIES].filter((one) => matcher.test(one))
  return known.length === 0 ? fc.stringMatching(matcher, { size: 'small' }) : fc.constantFrom<Plain>(...known)
}

function listOf({ items, prefixItems }: Schema, depth: number): fc.Arbitrary<Plain> {
  if (prefixItems !== undefined) return fc.tuple(...prefixItems.map((one) => anyValueOf(one, depth + 1)))
  if (typeof items !== 'object') return fc.constant([])
  return fc.array(anyValueOf(items, depth + 1), { maxLength: depth > 2 ? 1 : 3 })
}

function mapOf({ properties = {}, required = [], additionalProperties }: Schema, depth: number): fc.Arbitrary<Plain> {
  // Deep maps have few keys, so that a document stays small.
  const keep = depth > 1 ? 4 : 2
  const own = Object.entries(properties).map(([key, one]): fc.Arbitrary<Record<string, Plain>> => {
    const entry = anyValueOf(one, depth + 1).map((value) => ({ [key]: value }))
    if (required.includes(key)) return entry
    return fc.oneof({ weight: keep, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: entry })
  })
  const named =
    typeof additionalProperties === 'object'
      ? fc.dictionary(fc.constantFrom(...NAMES), anyValueOf(additionalProperties, depth + 1), { maxKeys: 2 })
      : fc.constant({})
  return fc.tuple(named, ...own).map((parts) => Object.assign({}, ...parts) as Record<string, Plain>)
}
