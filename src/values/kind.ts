import type { Parsed } from './parsed.ts'

/**
 * A kind of value: how a scenario writes it (`200ms`), the value that a checked scenario has (200,000,000), and how that
 * is printed. Schema, checks and reference pages derive from it.
 */
export type Kind = PlainKind | MapKind | EitherKind

/** A kind that reads a value as a whole. A plan has `Planned` in place of the value. */
export interface PlainKind<Value = unknown, Written = unknown, Planned = Value> {
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
  readonly candidates: readonly Written[]
  parse(written: unknown): Parsed<Value>
  /** Returns what a scenario writes for a value, so that `parse` reads the same value. */
  print(value: Value): Written
  /** Returns what a plan has in place of the value. Default: the value itself. */
  plan?(value: Value, numberOf: (host: string) => number): Planned
}

/** A map with fixed keys, any of which may be missing. */
export interface MapKind<Keys extends Readonly<Record<string, MapKey>> = Readonly<Record<string, MapKey>>> {
  readonly meaning: string
  readonly keys: Keys
  readonly candidates: readonly WrittenMap<Keys>[]
}

interface MapKey {
  readonly meaning: string
  readonly kind: PlainKind
}

/** A word, or a map. */
export interface EitherKind<Word extends PlainKind = PlainKind, Map extends MapKind = MapKind> {
  readonly word: Word
  readonly map: Map
}

type WrittenMap<Keys> = { readonly [Key in keyof Keys]?: Keys[Key] extends { kind: infer Of } ? WrittenOf<Of> : never }

/** The value that a checked scenario has. */
export type ValueOf<Of> =
  Of extends EitherKind<infer Word, infer Map>
    ? ValueOf<Word> | ValueOf<Map>
    : Of extends { readonly keys: infer Keys }
      ? { readonly [Key in keyof Keys]?: Keys[Key] extends { readonly kind: infer Each } ? ValueOf<Each> : never }
      : Of extends PlainKind<infer Value, infer _Written, infer _Planned>
        ? Value
        : never

/** The value as a scenario writes it. */
export type WrittenOf<Of> =
  Of extends EitherKind<infer Word, infer Map>
    ? WrittenOf<Word> | WrittenOf<Map>
    : Of extends { readonly keys: infer Keys }
      ? WrittenMap<Keys>
      : Of extends PlainKind<infer _Value, infer Written, infer _Planned>
        ? Written
        : never
