import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import type { PortRange } from '../../transport/connections/tcp-profile.ts'
import { didYouMean } from '../problems/did-you-mean.ts'
import type { Hint } from '../problems/problem.ts'
import type { ProblemCode } from '../problems/problem-codes.ts'
import { RESERVED_KEYS } from '../tree/yaml-tree.ts'
import {
  DURATION,
  formatDuration,
  type Parsed,
  parseQuantity,
  parseQueueLimit,
  parseRatio,
  parseRequestRate,
  type Quantity,
  quoted,
  RATE,
  SIZE,
  VALIDITY,
} from './units.ts'
import { z } from './zod.ts'

/** The smallest and the largest value, as a scenario writes them (`1ms`). */
export interface Bounds {
  readonly from?: string
  readonly to?: string
  /** The reason for the bounds, as a clause that follows the word `since`. */
  readonly since?: string
  /** The reason for the largest value, when it differs. */
  readonly sinceTo?: string
}

/** Describes a scalar to people: the kind of value with its article, its units, and an example or null. */
export interface ScalarText {
  readonly kind: string
  readonly units: readonly string[]
  readonly example: string | null
}

/** The descriptions of scalars by their schemas, for the reference page. */
export const SCALAR_TEXTS = z.registry<ScalarText>()

/** The keys of maps that a scalar may stand for, by the schemas of both: `gce-private` is `{ profile: gce-private }`. */
export const LONG_FORM_KEYS = z.registry<{ readonly key: string }>()

/** Makes the schema of a scalar. A problem that `check` finds becomes an issue with a code of onpath. */
function scalar<T>(
  expected: string,
  check: (written: string | number) => Parsed<T>,
  json: Record<string, unknown>,
  { units, example }: { readonly units?: readonly string[]; readonly example?: string } = {},
) {
  const [kind, told] = expected.split(/,? such as /)
  return z
    .unknown()
    .transform((value, context): T => {
      const isScalar = typeof value === 'string' || typeof value === 'number'
      const checked: Parsed<T> = isScalar
        ? check(value)
        : { ok: false, code: 'wrong-type', message: `expected ${expected}` }
      if (checked.ok) return checked.value
      addIssue(context, checked)
      return z.NEVER
    })
    .meta(json)
    .register(SCALAR_TEXTS, { kind, units: units ?? [], example: example ?? told ?? null })
}

function addIssue(context: z.RefinementCtx, wrong: { code: ProblemCode; message: string; hint?: Hint }): void {
  context.issues.push({
    code: 'custom',
    input: undefined,
    message: wrong.message,
    params: { code: wrong.code, hint: wrong.hint },
  })
}

function bounded(kind: Quantity, description: string, bounds: Bounds, offWord: string | null = null) {
  const limit = (text: string | undefined, otherwise: number) => {
    const parsed = text === undefined ? null : parseQuantity(kind, text)
    return parsed?.ok ? parsed.value : otherwise
  }
  const least = limit(bounds.from, -Infinity)
  const most = limit(bounds.to, Infinity)
  const reason = bounds.since === undefined ? '' : `, since ${bounds.since}`
  const reasonTo = bounds.sinceTo === undefined ? reason : `, since ${bounds.sinceTo}`
  const check = (written: string | number): Parsed<number> => {
    if (written === offWord) return { ok: true, value: 0 }
    const parsed = parseQuantity(kind, written)
    if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed
    const side = parsed.value < least ? `at least ${bounds.from}${reason}` : `at most ${bounds.to}${reasonTo}`
    return { ok: false, code: 'out-of-range', message: `${written} is out of range: ${side}` }
  }
  const [since, sinceTo] = bounds.sinceTo === undefined ? [undefined, bounds.since] : [bounds.since, bounds.sinceTo]
  const range = [boundText('from', bounds.from, since), boundText('to', bounds.to, sinceTo)].join(' ').trim()
  const sign = kind.mayBeNegative ? '-?' : ''
  const units = [...kind.units.keys()]
  const json = {
    description: range === '' ? description : `${description} Bounds: ${range}.`,
    type: ['string', 'integer'],
    pattern: `^${sign}\\d+(\\.\\d+)? ?(${units.join('|')})$|^0$${offWord === null ? '' : `|^${offWord}$`}`,
    minimum: 0,
    maximum: 0,
  }
  const example = check(kind.example).ok ? kind.example : (bounds.from ?? bounds.to)
  return scalar(kind.name, check, json, { units, ...(example === undefined ? {} : { example }) })
}

function boundText(word: string, bound: string | undefined, reason: string | undefined): string {
  if (bound === undefined) return ''
  return `${word} ${bound}${reason === undefined ? '' : ` (${reason})`}`
}

export const durationNs = (description: string, bounds: Bounds = {}) =>
  bounded(DURATION, description, {
    to: formatDuration(LONGEST_RUN_NS),
    ...(bounds.to === undefined ? { sinceTo: 'no run is longer' } : {}),
    ...bounds,
  })
/** A duration, or the word `off`, which becomes 0. */
export const durationOrOff = (description: string, bounds: Bounds) => bounded(DURATION, description, bounds, 'off')
export const validityS = (description: string, bounds: Bounds = {}) => bounded(VALIDITY, description, bounds)
export const rateBps = (description: string, bounds: Bounds = {}) => bounded(RATE, description, bounds)
export const sizeBytes = (description: string, bounds: Bounds = {}) => bounded(SIZE, description, bounds)

export const ratio = (description: string) =>
  scalar('a ratio such as 0.1%', parseRatio, {
    description: `${description} Bounds: 0% to 100%.`,
    type: ['string', 'integer'],
    pattern: '^\\d+(\\.\\d+)? ?%$|^0$',
    minimum: 0,
    maximum: 0,
  })

/** The rate of a workload, in requests or in bytes per second. */
export type Pace = { readonly requestsPerS: number } | { readonly bytesPerS: number }

export const pace = (description: string) =>
  scalar(
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
    { example: '50/s' },
  )

export const queueLimit = (description: string) =>
  scalar('a queue such as 200 packets', parseQueueLimit, {
    description,
    type: 'string',
    pattern: '^\\d+ ?packets?$|^\\d+(\\.\\d+)? ?(B|KB|MB|GB|KiB|MiB|GiB)$',
  })

/**
 * One word of several.
 * @param later planned words, which are refused as not modelled yet
 * @param hintFor returns a hint for another word, such as a common synonym
 */
export function choice<const Word extends string>(
  description: string,
  words: readonly Word[],
  later: readonly string[] = [],
  hintFor: (written: string) => string | undefined = () => undefined,
) {
  const check = (written: string | number): Parsed<Word> => {
    const word = words.find((candidate) => candidate === String(written))
    if (word !== undefined) return { ok: true, value: word }
    if (later.includes(String(written))) {
      return {
        ok: false,
        code: 'not-modelled-yet',
        message: `${written} is not modelled yet`,
        hint: `use one of ${words.join(', ')}`,
      }
    }
    const hint = () => hintFor(String(written)) ?? didYouMean(String(written), words, later)
    const message = `expected ${orList(words)}, found ${quoted(String(written))}`
    return { ok: false, code: 'unknown-value', message, hint }
  }
  const areNumbers = words.some((word) => /^[\d.]+$/.test(word))
  return scalar(orList(words), check, { description, enum: areNumbers ? [...words, ...words.map(Number)] : words })
}

/**
 * A word to which users of the library can add. The schema for editors lists `words`; what a scenario may name is checked
 * when hosts are resolved.
 */
export function openChoice(description: string, words: readonly string[]) {
  const check = (written: string | number): Parsed<string> => ({ ok: true, value: String(written) })
  return scalar(orList(words), check, { description, enum: words })
}

export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`
}

const NAME_PATTERN = /^[A-Za-z0-9_-]{1,100}$/

/** The name of something that is declared elsewhere. */
export const reference = (description: string) =>
  scalar(
    'a name',
    (written): Parsed<string> => {
      const name = String(written)
      if (NAME_PATTERN.test(name) && !RESERVED_KEYS.has(name)) return { ok: true, value: name }
      const message = `${quoted(name)} is not a valid name`
      return { ok: false, code: 'bad-name', message, hint: 'use letters, digits, - and _' }
    },
    { description, type: 'string', pattern: NAME_PATTERN.source },
    { example: 'NAME' },
  )

/** A name, or an empty text for none. */
export const referenceOrEmpty = (description: string) =>
  z.union([reference(description), choice('None.', [''])]).meta({ description })

const PHRASE_PATTERN = /^[A-Za-z0-9_-]{1,100}$|^[A-Za-z][A-Za-z']*( [A-Za-z']+){1,20}$/

/** A name, or a role in words, such as `the kubelet path`. Names contain no blanks and roles do. */
export const phrase = (description: string) =>
  scalar(
    'a name or a role',
    (written): Parsed<string> => {
      const words = String(written)
      if (PHRASE_PATTERN.test(words) && words.length <= 200) return { ok: true, value: words }
      const message = `${quoted(words)} is neither a name nor a role`
      return { ok: false, code: 'bad-name', message, hint: 'use letters, digits, - and _' }
    },
    { description, type: 'string', pattern: PHRASE_PATTERN.source },
    { example: 'NAME' },
  )

const END_PATTERN = /^[A-Za-z0-9_-]{1,100}(\/([A-Za-z0-9_-]{1,100}|\*))?$/

/** A host, or a pattern for hosts of a cluster: `workers/*`, `nodes/node-1`, `pods/web`. */
export const end = (description: string) =>
  scalar(
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
  scalar(
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
    { example: PORTS },
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
/** A text of at most 200 characters; the reference page shows `example`. */
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
 * A map with fixed keys. The message about an unknown key lists the known keys in its first line and the planned ones
 * in its second, from which check-schema.ts makes its hint.
 * @param emptyMeans what `{}` stands for, if it is allowed
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

/**
 * A schema that is made when a scenario first has a value for it. There are more than a thousand schemas, which take longer
 * to make than a short scenario takes to check, and most scenarios use few of them. What it is described by belongs into
 * `make`: a copy with `meta` is made at once.
 */
export function lazily<Schema extends z.ZodType>(make: () => Schema): z.ZodLazy<Schema> {
  const schema = z.lazy(make)
  // A key with this schema has no default where it may be missing. To find out, Zod would make the schema.
  schema._zod.optin = undefined
  return schema
}

/** Names `{}` as an alternative, since a key without a value is most often meant to be empty. */
function orEmpty(input: unknown, emptyMeans: string | undefined): string {
  return input === null && emptyMeans !== undefined ? `, or {} for ${emptyMeans}` : ''
}

const NAME_HINT = 'use 1 to 100 ASCII letters, digits, - and _'
const ACCOUNT_HINT = 'write NAMESPACE/ACCOUNT, such as default/app'

/** A map whose keys are names that the scenario chooses. */
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

/** A map with keys of one kind; the message about an invalid key is its hint. */
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

/** Like `listOf`, but an invalid item becomes undefined, so that the other items keep their indices. */
export const entriesOf = <Item extends z.ZodType>(description: string, item: Item) =>
  listOf(description, item.optional())

/** A documented key that is planned; its use is refused with the code `not-modelled-yet`. */
export const later = (description: string) =>
  z
    .never()
    .optional()
    .meta({ description: `Not modelled yet: ${description}` })

function isPlanned(schema: unknown): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodNever
}
