import { authorities as kindOfAuthorities } from '../../cluster/flags/flag-kind.ts'
import type { PortRange } from '../../transport/connections/tcp-profile.ts'
import type { PlainKind } from '../../values/kind.ts'
import * as kinds from '../../values/kinds.ts'
import { type Bounds, NAME_PATTERN, orList, scalar } from '../../values/kinds.ts'
import type { Hint, Parsed } from '../../values/parsed.ts'
import { parseQuantity, parseQueueLimit, parseRequestRate, quoted, SIZE } from '../../values/units.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import { z } from './zod.ts'

/**
 * The description of a scalar for human readers: the kind of value with its article, its units, and an example or null.
 */
export interface ScalarText {
  readonly kind: string
  readonly units: readonly string[]
  readonly example: string | null
}

/** The descriptions of scalars by their schemas, for the reference page. */
export const SCALAR_TEXTS = z.registry<ScalarText>()

/**
 * The keys that scalars stand for where a map is also allowed, by the schemas of both: `gce-private` is `{ profile:
 * gce-private }`.
 */
export const LONG_FORM_KEYS = z.registry<{ readonly key: string }>()

/** Makes the schema of a kind of value. A problem becomes an issue with a code of onpath. */
export function schemaOf<Value>(kind: PlainKind<Value>, description: string) {
  const { schema, units = [], bounds = '', example, name } = kind
  const told = bounds === '' ? description : `${description} Bounds: ${bounds}.`
  const made = z
    .unknown()
    .transform((value, context): Value => {
      const parsed = kind.parse(value)
      if (parsed.ok) return parsed.value
      addIssue(context, parsed)
      return z.NEVER
    })
    .meta({ description: told, ...schema })
  return example === undefined ? made : made.register(SCALAR_TEXTS, { kind: name, units, example })
}

function addIssue(
  context: z.RefinementCtx,
  wrong: { code: ProblemCode; message: string; hint?: Hint | undefined },
): void {
  context.issues.push({
    code: 'custom',
    input: undefined,
    message: wrong.message,
    params: { code: wrong.code, hint: wrong.hint },
  })
}

/**
 * Makes the schema of a scalar that no other layer reads. `expected` may contain an example: `a ratio such as 0.1%`.
 */
function scalarOf<Value>(
  expected: string,
  parse: (written: string | number) => Parsed<Value>,
  { description, ...schema }: Record<string, unknown> & { readonly description: string },
  given?: string,
) {
  const [name, told] = expected.split(/,? such as /)
  const example = given ?? told
  const kind = { name, schema, candidates: [], parse: scalar(expected, parse), print: String }
  return schemaOf<Value>(example === undefined ? kind : { ...kind, example }, description)
}

export const durationNs = (description: string, bounds: Bounds = {}) => schemaOf(kinds.duration(bounds), description)
/** A duration, or the word `off`, which becomes 0. */
export const durationOrOff = (description: string, bounds: Bounds) => schemaOf(kinds.durationOrOff(bounds), description)
export const validityS = (description: string, bounds: Bounds = {}) => schemaOf(kinds.validity(bounds), description)
export const rateBps = (description: string, bounds: Bounds = {}) => schemaOf(kinds.rate(bounds), description)
export const sizeBytes = (description: string, bounds: Bounds = {}) => schemaOf(kinds.size(bounds), description)
export const ratio = (description: string) => schemaOf(kinds.ratio(), description)

/** The rate of a workload, in requests or in bytes per second. */
export type Pace = { readonly requestsPerS: number } | { readonly bytesPerS: number }

export const pace = (description: string) =>
  scalarOf(
    'a rate such as 50/s or 200KB/s',
    (written): Parsed<Pace> => {
      const bytes = /^(.*[A-Za-z]) ?\/ ?s$/.exec(String(written))
      if (bytes === null) {
        const requests = parseRequestRate(written)
        return requests.ok ? { ok: true, value: { requestsPerS: requests.value } } : requests
      }
      const size = parseQuantity(SIZE, bytes[1])
      return size.ok ? { ok: true, value: { bytesPerS: size.value } } : size
    },
    { description, type: 'string', pattern: '^\\d+(\\.\\d+)? ?((B|KB|MB|GB|KiB|MiB|GiB) ?)?/ ?[smh]$' },
    '50/s',
  )

export const queueLimit = (description: string) =>
  scalarOf('a queue such as 200 packets', parseQueueLimit, {
    description,
    type: 'string',
    pattern: '^\\d+ ?packets?$|^\\d+(\\.\\d+)? ?(B|KB|MB|GB|KiB|MiB|GiB)$',
  })

/** One of several words (see `choice` in values/kinds.ts). */
export function choice<const Word extends string>(
  description: string,
  words: readonly Word[],
  later: readonly string[] = [],
  hintFor?: (written: string) => string | undefined,
) {
  return schemaOf(kinds.choice(words, later, hintFor), description)
}

/**
 * A word from a list that library users can extend. The schema for editors lists `words`. The names in a scenario are
 * checked when hosts are resolved.
 */
export function openChoice(description: string, words: readonly string[]) {
  const check = (written: string | number): Parsed<string> => ({ ok: true, value: String(written) })
  return scalarOf(orList(words), check, { description, enum: words })
}

/** The name of something that is declared elsewhere. */
export const reference = (description: string) => schemaOf(kinds.identifier, description)

/** A CA, or a list of CAs in one file, whose names are joined by commas. */
export const authorities = (description: string) => schemaOf(kindOfAuthorities(), description)

/** A name, or a role in words, such as `the kubelet path`. Names contain no blanks and roles do. */
export const phrase = (description: string) => schemaOf(kinds.phrase, description)

const END_PATTERN = /^[A-Za-z0-9_-]{1,100}(\/([A-Za-z0-9_-]{1,100}|\*))?$/

/** A host, or a pattern for hosts of a cluster: `workers/*`, `nodes/node-1`, `pods/web`. */
export const end = (description: string) =>
  scalarOf(
    'a host, or a pattern such as nodes/*',
    (written): Parsed<string> => {
      const name = String(written)
      if (END_PATTERN.test(name)) return { ok: true, value: name }
      const message = `${quoted(name)} is neither a name nor a pattern`
      const hint = 'write the name of a host, or in a cluster nodes/*, POOL/*, pods/APP, users/NAME or services/NAME'
      return { ok: false, code: 'bad-name', message, hint }
    },
    { description, type: 'string', pattern: END_PATTERN.source },
  )

/** Ports as FIRST-LAST. */
export const portRange = (description: string) =>
  scalarOf(
    'a range of ports',
    (written): Parsed<PortRange> => {
      const [, first, last] = /^(\d{1,5}) ?- ?(\d{1,5})$/.exec(String(written))?.map(Number) ?? []
      if (first === undefined || last === undefined)
        return {
          ok: false,
          code: 'wrong-type',
          message: `expected a range of ports such as ${PORTS}`,
          hint: 'write FIRST-LAST',
        }
      if (first >= 1 && first <= last && last <= 65_535) return { ok: true, value: { first, last } }
      return {
        ok: false,
        code: 'out-of-range',
        message: `${written} is out of range: from 1 to 65535, the lower one first`,
      }
    },
    { description: `${description} Bounds: from 1 to 65535.`, type: 'string', pattern: '^\\d{1,5} ?- ?\\d{1,5}$' },
    PORTS,
  )

const PORTS = '32768-60999'

/** A whole number without a unit, from `least` to `most`. */
export function count(description: string, least: number, most: number, since?: string) {
  const error = ({ code, input }: { code?: string; input?: unknown }) => {
    if (code === 'invalid_type') return 'expected a whole number'
    return `${input} is out of range: from ${least} to ${most}${since === undefined ? '' : `, since ${since}`}`
  }
  return z.int({ error }).min(least, { error }).max(most, { error }).meta({ description })
}

export const flag = (description: string) => z.boolean('expected true or false').meta({ description })
/** A text of at most 200 characters. The reference page shows `example`. */
export const text = (description: string, example: string, kind = 'a text') =>
  z
    .string(kind === 'a text' ? 'expected a text' : `expected ${kind} such as ${example}`)
    .max(200, 'expected at most 200 characters')
    .meta({ description })
    .register(SCALAR_TEXTS, { kind, units: [], example })

const ACCOUNT_PATTERN = /^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/

/** A service account, as NAMESPACE/ACCOUNT. */
export const account = (description: string) =>
  z
    .string('expected NAMESPACE/ACCOUNT')
    .regex(ACCOUNT_PATTERN, 'expected NAMESPACE/ACCOUNT, such as default/app')
    .meta({ description })
    .register(SCALAR_TEXTS, { kind: 'a text', units: [], example: 'default/app' })

/**
 * A map with fixed keys. The message about an unknown key lists the known keys in its first line and the planned keys
 * in its second; check-schema.ts makes its hint from them.
 * @param emptyMeans the meaning of `{}`, if it is allowed
 */
export function section<const Shape extends z.ZodRawShape>(shape: Shape, emptyMeans?: string) {
  const planned = Object.keys(shape).filter((key) => isPlanned(shape[key]))
  const today = Object.keys(shape).filter((key) => !planned.includes(key))
  const sketch =
    today.length === 0
      ? `not modelled yet: ${planned.join(', ')}`
      : `${today.slice(0, 3).join(', ')}${today.length > 3 ? ' …' : ''}`
  return z.strictObject(shape, {
    error: ({ code, input }) =>
      code === 'unrecognized_keys'
        ? `${today.join(' ')}\n${planned.join(' ')}`
        : `expected a map (${sketch})${orEmpty(input, emptyMeans)}`,
  })
}

/** Returns the schemas of a registry of keys. All keys are optional. */
export function optionalShape<Keys extends Readonly<Record<string, { schema(): z.ZodType }>>>(
  keys: Keys,
): { readonly [Name in keyof Keys]: z.ZodOptional<ReturnType<Keys[Name]['schema']>> } {
  const shape = Object.entries(keys).map(([name, key]) => [name, key.schema().optional()])
  return Object.fromEntries(shape)
}

/**
 * A schema that is made when a scenario first has a value for it. Making all of the more than a thousand schemas takes
 * longer than checking a short scenario, which uses few of them. The description has to be set inside `make`, because a
 * copy with `meta` is made at once.
 */
export function lazily<Schema extends z.ZodType>(make: () => Schema): z.ZodLazy<Schema> {
  const schema = z.lazy(make)
  // An optional key with this schema has no default. Zod would have to make the schema to find that out.
  schema._zod.optin = undefined
  return schema
}

/** Adds `{}` as an alternative, because a key without a value is most often meant to be empty. */
function orEmpty(input: unknown, emptyMeans: string | undefined): string {
  return input === null && emptyMeans !== undefined ? `, or {} for ${emptyMeans}` : ''
}

const NAME_HINT = 'use 1 to 100 ASCII letters, digits, - and _'
const ACCOUNT_HINT = 'write NAMESPACE/ACCOUNT, such as default/app'

/** A map with names as keys, which the scenario chooses. */
export function named<Value extends z.ZodType>(description: string, value: Value, most = 5_000) {
  return mapFrom('names', z.string().regex(NAME_PATTERN, NAME_HINT), description, value, most)
}

/** A map whose keys are service accounts, as NAMESPACE/ACCOUNT. */
export function byAccount<Value extends z.ZodType>(description: string, value: Value, most: number) {
  return mapFrom('accounts', z.string().regex(ACCOUNT_PATTERN, ACCOUNT_HINT), description, value, most)
}

/** Names of groups of Kubernetes, which have colons and more: `system:authenticated`, `oidc:platform-team`. */
const GROUP_PATTERN = /^[\w:.@/-]{1,200}$/
const GROUP_HINT = 'write a group, such as system:authenticated: 1 to 200 ASCII letters, digits, and : . @ / - _'

/** A map whose keys are groups of users. */
export function byGroup<Value extends z.ZodType>(description: string, value: Value, most: number) {
  return mapFrom('groups', z.string().regex(GROUP_PATTERN, GROUP_HINT), description, value, most)
}

/** A map with keys of one kind. The message about an invalid key is also its hint. */
function mapFrom<Value extends z.ZodType>(
  keys: string,
  key: z.ZodString,
  description: string,
  value: Value,
  most: number,
) {
  return z
    .record(key, value, {
      error: ({ input }) => `expected a map from ${keys}${orEmpty(input, 'none')}`,
    })
    .transform((record, context) => {
      const entries = new Map(Object.entries(record))
      if (entries.size > most)
        addIssue(context, {
          code: 'out-of-range',
          message: `at most ${most} entries are allowed; there are ${entries.size}`,
        })
      return entries
    })
    .meta({ description })
}

export const listOf = <Item extends z.ZodType>(description: string, item: Item) =>
  z.array(item, 'expected a list').meta({ description })

/** Like `listOf`, but an invalid item becomes undefined. So the other items keep their indices. */
export const entriesOf = <Item extends z.ZodType>(description: string, item: Item) =>
  listOf(description, item.optional())

/** A documented key that is planned. Its use is refused with the code `not-modelled-yet`. */
export const later = (description: string) =>
  z
    .never()
    .optional()
    .meta({ description: `Not modelled yet: ${description}` })

function isPlanned(schema: unknown): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodNever
}
