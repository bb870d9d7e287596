import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { anyValueOf, oddValue, type Plain, type Schema } from './any-value.ts'

/** A change of a document, at a place that `steps` choose. */
type Change =
  | { readonly kind: 'fitting'; readonly steps: readonly number[]; readonly values: readonly [Plain, Plain] }
  | { readonly kind: 'odd'; readonly steps: readonly number[]; readonly value: Plain }
  | { readonly kind: 'remove'; readonly steps: readonly number[] }
  | { readonly kind: 'copy'; readonly steps: readonly number[]; readonly from: readonly number[] }

const steps = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 })

/**
 * Generates the texts of scenarios: a committed one, with changes that mostly fit the schema. Shrinks towards the
 * committed text.
 */
export function anyScenarioText(bases: readonly string[], schema: Schema): fc.Arbitrary<string> {
  const sections = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'extends' && name !== 'sweep')
  const section = fc.constantFrom(...sections).chain(([name, one]) => anyValueOf(one).map((value) => ({ name, value })))
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ kind: fc.constant('fitting' as const), steps, values: fc.tuple(oddValue, oddValue) }),
    fc.record({ kind: fc.constant('odd' as const), steps, value: oddValue }),
    fc.record({ kind: fc.constant('remove' as const), steps }),
    fc.record({ kind: fc.constant('copy' as const), steps, from: steps }),
  )
  return fc
    .record({
      base: fc.constantFrom(...bases),
      sections: fc.array(section, { maxLength: 2 }),
      changes: fc.array(change, { maxLength: 4 }),
    })
    .map(({ base, sections: added, changes }) => {
      let document = parse(base) as Plain
      for (const { name, value } of added) document = merged(document, { [name]: value })
      for (const one of changes) document = changed(document, one, schema)
      return stringify(document)
    })
}

/** Generates texts that are barely YAML: a committed one, cut, doubled, or with characters put in. */
export function anyHostileText(bases: readonly string[]): fc.Arbitrary<string> {
  const snippet = fc.oneof(
    fc.constantFrom(...SNIPPETS),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({ maxLength: 8 }),
  )
  const edit = fc.record({ at: fc.nat(4_000), length: fc.nat(60), put: snippet, times: fc.integer({ min: 1, max: 3 }) })
  return fc
    .record({ base: fc.constantFrom(...bases, ''), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
    .map(({ base, edits }) =>
      edits.reduce((text, { at, length, put, times }) => {
        const place = text.length === 0 ? 0 : at % text.length
        return text.slice(0, place) + put.repeat(times) + text.slice(place + length)
      }, base),
    )
}

const SNIPPETS = [
  '\n',
  '\t',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '&a ',
  '*a',
  '<<: *a',
  '? ',
  '|',
  '>',
  '!!binary ',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '\ufeff',
  '\ud800',
  'null',
  'version: 1\n',
  'hosts: { a: {} }\n',
  '{ a: [ { b: [ { c: [ ',
  '#',
  '"',
  "'",
] as const

/** Puts maps into each other, as an overlay does. */
function merged(document: Plain, over: Plain): Plain {
  if (!isMap(document) || !isMap(over)) return over
  const all: Record<string, Plain> = { ...document }
  for (const [key, value] of Object.entries(over)) all[key] = key in document ? merged(document[key], value) : value
  return all
}

function changed(document: Plain, change: Change, schema: Schema): Plain {
  const place = placeAt(document, change.steps)
  switch (change.kind) {
    case 'odd':
      return withValue(document, place, () => change.value)
    case 'remove':
      return withValue(document, place, () => undefined)
    case 'copy':
      return withValue(document, place, () => valueAt(document, placeAt(document, change.from)))
    case 'fitting': {
      const fitting = schemaAt(schema, place)
      const known = fitting?.enum ?? []
      const [nth] = change.steps
      return withValue(document, place, () => (known.length > 0 ? known[nth % known.length] : change.values[nth % 2]))
    }
  }
}

type Place = readonly (string | number)[]

/** Walks down a document: each step chooses among the entries, modulo their number. */
function placeAt(document: Plain, choices: readonly number[]): Place {
  const place: (string | number)[] = []
  let here = document
  for (const choice of choices) {
    const keys = isMap(here) ? Object.keys(here) : isList(here) ? here.map((_, index) => index) : []
    if (keys.length === 0) break
    const key = keys[choice % keys.length]
    place.push(key)
    here = childOf(here, key)
  }
  return place
}

function valueAt(document: Plain, place: Place): Plain {
  return place.reduce<Plain>((here, key) => childOf(here, key), document)
}

function childOf(here: Plain, key: string | number): Plain {
  if (isList(here) && typeof key === 'number') return here[key] ?? null
  return isMap(here) ? (here[key] ?? null) : null
}

/** Returns the document with another value at a place; without the entry where `make` returns undefined. */
function withValue(document: Plain, [key, ...rest]: Place, make: () => Plain | undefined): Plain {
  if (key === undefined) return make() ?? null
  const value = rest.length === 0 ? make() : withValue(childOf(document, key), rest, make)
  if (isList(document)) {
    const items = document.map((item, index) => (index === key ? value : item))
    return items.filter((item) => item !== undefined)
  }
  if (!isMap(document)) return document
  const entries = Object.entries(document).map(([name, old]) => [name, name === key ? value : old] as const)
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Plain] => entry[1] !== undefined))
}

function schemaAt(schema: Schema, place: Place): Schema | null {
  let here: Schema | undefined = schema
  for (const key of place) {
    const next: Schema | boolean | undefined =
      typeof key === 'number' ? here?.items : (here?.properties?.[key] ?? here?.additionalProperties)
    here = typeof next === 'object' ? next : undefined
  }
  return here ?? null
}

function isMap(value: Plain): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}
