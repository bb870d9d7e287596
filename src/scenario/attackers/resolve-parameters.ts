import type { StepValues } from '../../attack/parameters/common.ts'
import { isRequired } from '../../attack/parameters/parameter.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { TECHNIQUES } from '../../attack/techniques.ts'
import { type Kind, mapValue } from '../../values/kind.ts'
import { ownSchema, usualKind } from '../schema/attack-parameters.ts'
import type { AttackStepSection } from '../schema/attackers.ts'
import { checkValue } from '../schema/check-schema.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import type { Lookup } from './resolve-roles.ts'

/**
 * Reads the parameters of a step as its technique reads them. Names and roles are not resolved. Reports keys that the
 * technique does not have, and required keys that are missing.
 */
export function readParameters(section: AttackStepSection, place: TreePath, findings: Findings): StepValues {
  const { at: _at, path: _path, technique: name, ...written } = section
  const { parameters }: Technique = TECHNIQUES[name]
  checkKeys(written, section, place, findings)
  const values = Object.entries(parameters).map(([key, parameter]) => {
    const value = written[key]
    if (value === undefined) return [key, parameter.otherwise ?? null]
    const schema = ownSchema(key, parameter)
    return [key, schema === null ? value : checkValue(schema, value, [...place, key], findings)]
  })
  return Object.fromEntries(values)
}

function checkKeys(
  written: Readonly<Record<string, unknown>>,
  { technique: name }: AttackStepSection,
  place: TreePath,
  findings: Findings,
): void {
  const { parameters }: Technique = TECHNIQUES[name]
  const own = Object.keys(parameters)
  for (const key of Object.keys(written)) {
    if (written[key] === undefined || Object.hasOwn(parameters, key)) continue
    const message =
      key === 'for' ? `the technique ${name} happens once, so it has no \`for\`` : `the technique ${name} has no ${key}`
    const hint = own.length === 0 ? 'leave it out' : `its keys are ${own.join(', ')}`
    findings.contradict([...place, key], message, { at: 'key', hint })
  }
  for (const [key, one] of Object.entries(parameters))
    if (isRequired(one) && written[key] === undefined)
      findings.report(
        [...place, 'technique'],
        'missing-key',
        `the technique ${name} needs \`${key}\`: ${one.meaning}`,
        { hint: `write it like { technique: ${name}, ${key}: ${one.example} }` },
      )
}

/** Finds what a text names: a host or an identity, by its name or role. */
export type FindNamed = (what: 'host' | 'identity', text: string, place: TreePath) => Lookup<string>

/**
 * Replaces the roles in a step with names. Reports unknown names, even under keys that its technique does not have.
 * Returns the first role without a match in the scenario, if there is one.
 */
export function withNames(
  section: AttackStepSection,
  values: StepValues,
  place: TreePath,
  find: FindNamed,
): Lookup<StepValues> {
  const { parameters }: Technique = TECHNIQUES[section.technique]
  const named: Record<string, unknown> = { ...values }
  let absent: string | null = null
  for (const [key, value] of Object.entries(section)) {
    const kind = parameters[key]?.kind ?? usualKind(key)
    if (kind === undefined || value === undefined) continue
    const isOwn = Object.hasOwn(parameters, key)
    const resolved = withNamesIn(kind, isOwn ? values[key] : value, [...place, key], (names, text, path) => {
      const found = find(names, text, path)
      if ('value' in found) return found.value
      if (isOwn) absent ??= found.absent
      return text
    })
    if (isOwn) named[key] = resolved
  }
  return absent === null ? { value: named } : { absent }
}

function withNamesIn(
  kind: Kind,
  value: unknown,
  path: TreePath,
  nameOf: (names: 'host' | 'identity', text: string, path: TreePath) => string,
): unknown {
  if (value == null) return value
  if ('word' in kind) return withNamesIn(typeof value === 'object' ? kind.map : kind.word.kind, value, path, nameOf)
  if ('keys' in kind)
    return mapValue(kind, value, (each, inner, key) => withNamesIn(each, inner, [...path, key], nameOf))
  return kind.names === undefined ? value : nameOf(kind.names, String(value), path)
}
