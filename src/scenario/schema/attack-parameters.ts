import { COMMON, type Parameters } from '../../attack/parameters/common.ts'
import type { Parameter } from '../../attack/parameters/parameter.ts'
import { TECHNIQUES, type TechniqueName } from '../../attack/techniques.ts'
import { mapEntries, namesOf } from '../../engine/registry.ts'
import type { Kind, MapKind, PlainKind } from '../../values/kind.ts'
import type { Parsed } from '../../values/parsed.ts'
import { schemaOf, section } from './scalars.ts'
import { z } from './zod.ts'

interface Use {
  readonly technique: TechniqueName
  readonly parameter: Parameter
}

/** The techniques that have a parameter, by its key. Common keys come first, the others in the order of techniques. */
const USES: ReadonlyMap<string, readonly Use[]> = usesByKey()

function usesByKey(): Map<string, Use[]> {
  const uses = new Map<string, Use[]>(namesOf(COMMON).map((key) => [key, []]))
  for (const technique of namesOf(TECHNIQUES)) {
    const own: Parameters = TECHNIQUES[technique].parameters
    for (const [key, parameter] of Object.entries(own))
      uses.set(key, [...(uses.get(key) ?? []), { technique, parameter }])
  }
  return uses
}

/** Returns the schemas of the parameters of all techniques, by key. */
export function parameterSchemas(): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries([...USES].map(([key, uses]) => [key, schemaOfUses(key, uses).optional()]))
}

/** Makes the schema of a key. If techniques read it differently, a value has to be valid for at least one of them. */
function schemaOfUses(key: string, uses: readonly Use[]): z.ZodType {
  const description = describeParameter(key, uses)
  const kinds = kindsOf(uses)
  if (kinds.length === 1) return schemaOfKind(kinds[0], description)
  const meaning = (kind: Kind) =>
    describeParameter(
      key,
      uses.filter(({ parameter }) => parameter.kind === kind),
    )
  return z.union(kinds.map((kind) => schemaOfKind(asWritten(kind), meaning(kind)))).meta({ description })
}

/** Returns a kind that checks a value and returns it unchanged. */
function asWritten(kind: Kind): Kind {
  if ('word' in kind)
    return { word: { ...kind.word, kind: plainAsWritten(kind.word.kind) }, map: mapAsWritten(kind.map) }
  return 'keys' in kind ? mapAsWritten(kind) : plainAsWritten(kind)
}

function mapAsWritten(kind: MapKind): MapKind {
  return { ...kind, keys: mapEntries(kind.keys, (key) => ({ ...key, kind: plainAsWritten(key.kind) })) }
}

function plainAsWritten(kind: PlainKind): PlainKind {
  const parse = (written: unknown): Parsed<unknown> => {
    const parsed = kind.parse(written)
    return parsed.ok ? { ok: true, value: written } : parsed
  }
  return { ...kind, parse }
}

/**
 * Returns the schema by which a technique reads a value that was already checked for the key; null if all techniques
 * read it in the same way.
 */
export function ownSchema(key: string, { kind }: Parameter): z.ZodType | null {
  return kindsOf(USES.get(key) ?? []).length === 1 ? null : schemaOfKind(kind, '')
}

/** Returns the kind of value that a key has for the first technique with it; undefined for other keys of steps. */
export function usualKind(key: string): Kind | undefined {
  return USES.get(key)?.[0]?.parameter.kind
}

function kindsOf(uses: readonly Use[]): readonly Kind[] {
  return [...new Set(uses.map(({ parameter }) => parameter.kind))]
}

function schemaOfKind(kind: Kind, description: string): z.ZodType {
  if ('word' in kind) {
    const { word, map } = kind
    return z.union([schemaOf(word.kind, word.meaning), schemaOfKind(map, map.meaning)]).meta({ description })
  }
  if (!('keys' in kind)) return schemaOf(kind, description)
  const shape = Object.entries(kind.keys).map(([key, one]) => [key, schemaOf(one.kind, one.meaning).optional()])
  return section(Object.fromEntries(shape)).meta({ description })
}

/** Describes a parameter and its default, and the differences for individual techniques. */
function describeParameter(key: string, uses: readonly Use[]): string {
  const usual = Object.hasOwn(COMMON, key) ? COMMON[key as keyof typeof COMMON] : uses[0].parameter
  const special = (aspect: 'meaning' | 'default', sign: string) => {
    const techniquesByText = new Map<string, string[]>()
    for (const { technique, parameter } of uses) {
      const text = parameter[aspect]
      if (text !== usual[aspect]) techniquesByText.set(text, [...(techniquesByText.get(text) ?? []), technique])
    }
    return [...techniquesByText].map(([text, techniques]) => `of ${techniques.join(', ')}${sign} ${text}`)
  }
  const sentences = [usual.meaning, special('meaning', ':').join('; ')].filter((text) => text !== '').map(sentence)
  return `${sentences.join(' ')} Default: ${[usual.default, ...special('default', '')].join('; ')}.`
}

function sentence(clause: string): string {
  return `${clause[0].toUpperCase()}${clause.slice(1)}.`
}
