import type { Parameter } from '../../src/attack/parameters/parameter.ts'
import { isRequired } from '../../src/attack/parameters/parameter.ts'
import type { Technique } from '../../src/attack/techniques/technique.ts'
import { TECHNIQUES, type TechniqueName } from '../../src/attack/techniques.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { candidatesOf } from '../../src/values/kind.ts'

/** Returns the parameters of a technique, by key. */
export function parametersOf(name: TechniqueName): Readonly<Record<string, Parameter>> {
  const { parameters }: Technique = TECHNIQUES[name]
  return parameters
}

export function requiredBy(name: TechniqueName): readonly string[] {
  return Object.entries(parametersOf(name)).flatMap(([key, one]) => (isRequired(one) ? [key] : []))
}

/** Returns values of a parameter, as a scenario writes them in one line. */
export function valuesFor({ kind }: Parameter): readonly string[] {
  return candidatesOf(kind).map((candidate) => JSON.stringify(candidate))
}

/** The parameters of all techniques, by key; of a key that several have, that of the first. */
export const EVERY_PARAMETER: ReadonlyMap<string, Parameter> = new Map(
  namesOf(TECHNIQUES)
    .flatMap((name) => Object.entries(parametersOf(name)))
    .reverse(),
)
