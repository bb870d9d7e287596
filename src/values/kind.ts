import type { Parsed } from './parsed.ts'

/**
 * A kind of value: how a scenario writes it (`200ms`), the value that a checked scenario has (200,000,000), and how that
 * is printed. Schema, checks and reference pages derive from it.
 */
export type Kind = PlainKind | MapKind | EitherKind

/** A text, number, list or map, as a scenario writes it. */
export type Written =
  | string
  | number
  | boolean
  | null
  | readonly Written[]
  | { readonly [key: string]: Written | undefined }

/** A kind that reads a value as a whole. A plan has `Planned` in place of the value. */
export interface PlainKind<Value = unknown, As extends Written = Written, Planned = Value> {
  /** The name with its article, such as `a duration`. */
  readonly name: string
  /** JSON Schema of the written value, for editors. */
  readonly schema: Readonly<Record<string, unknown>>
  /** The units that the reference page lists. Default: none. */
  readonly units?: readonly string[]
  /** The smallest and the largest value, as the reference page shows them: `from 1ms`. Default: none. */
  readonly bounds?: string
  /** The example on the reference page. Default: the last word that the schema lists. */
  readonly example?: string
  /** The things that it names: hosts or identities of the scenario, also by their roles. Default: none. */
  readonly names?: 'host' | 'identity'
  /** Written values that are valid, the plainest first. Tests try all of them. */
  readonly candidates: readonly As[]
  parse(written: unknown): Parsed<Value>
  /** Returns what a scenario writes for a value, so that `parse` reads the same value. */
  print(value: Value): As
  /** Returns what a plan has in place of the value. Default: the value itself. */
  plan?(value: Value, numberOf: (host: string) => number): Planned
}

/** A map with fixed keys, any of which may be missing. */
export interface MapKind {
  readonly meaning: string
  readonly keys: Readonly<Record<string, { readonly meaning: string; readonly kind: PlainKind }>>
  readonly candidates: readonly Readonly<Record<string, Written>>[]
}

/** A word, or a map. */
export interface EitherKind {
  readonly word: { readonly meaning: string; readonly kind: PlainKind }
  readonly map: MapKind
}

type KindOf<Key> = Key extends { readonly kind: infer Of } ? Of : never
type WrittenMap<Keys> = { readonly [Key in keyof Keys]?: WrittenOf<KindOf<Keys[Key]>> }

/** The value as a scenario writes it. */
export type WrittenOf<Of> = Of extends { readonly word: { readonly kind: infer Word }; readonly map: infer Map }
  ? WrittenOf<Word> | WrittenOf<Map>
  : Of extends { readonly keys: infer Keys }
    ? WrittenMap<Keys>
    : Of extends PlainKind<infer _Value, infer As, infer _Planned>
      ? As
      : never

/** The value that a checked scenario has. */
export type ValueOf<Of> = Of extends { readonly word: { readonly kind: infer Word }; readonly map: infer Map }
  ? ValueOf<Word> | ValueOf<Map>
  : Of extends { readonly keys: infer Keys }
    ? { readonly [Key in keyof Keys]?: ValueOf<KindOf<Keys[Key]>> }
    : Of extends PlainKind<infer Value, infer _As, infer _Planned>
      ? Value
      : never

/** The value that a plan has. */
export type PlannedOf<Of> = Of extends { readonly word: { readonly kind: infer Word }; readonly map: infer Map }
  ? PlannedOf<Word> | PlannedOf<Map>
  : Of extends { readonly keys: infer Keys }
    ? { readonly [Key in keyof Keys]?: PlannedOf<KindOf<Keys[Key]>> }
    : Of extends PlainKind<infer _Value, infer _As, infer Planned>
      ? Planned
      : never

export function candidatesOf(kind: Kind): readonly Written[] {
  if ('word' in kind) return [...candidatesOf(kind.map), ...kind.word.kind.candidates]
  return kind.candidates
}

/** Returns what a plan has in place of a value. */
export function planValue(kind: Kind, value: unknown, numberOf: (host: string) => number): unknown {
  if ('word' in kind) return planValue(typeof value === 'object' ? kind.map : kind.word.kind, value, numberOf)
  if (!('keys' in kind)) return kind.plan === undefined ? value : kind.plan(value, numberOf)
  return mapValue(kind, value, (each, inner) => planValue(each, inner, numberOf))
}

/** Returns a map with the same keys and, for each, what `change` makes of its value. */
export function mapValue(
  { keys }: MapKind,
  value: unknown,
  change: (kind: PlainKind, value: unknown, key: string) => unknown,
): unknown {
  const entries = Object.entries(value as Readonly<Record<string, unknown>>)
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, inner === undefined ? inner : change(keys[key].kind, inner, key)]),
  )
}
