import { namesOf } from '../../engine/registry.ts'
import type { Evidence } from '../evidence.ts'
import { type Place, type Sourced, written } from '../origin.ts'
import type { Marks } from '../profiles/profile.ts'
import { BASE, type Distribution, PROFILES } from '../profiles.ts'
import type { ImportOptions } from './context.ts'

/** The marks of one kind, for all distributions that have any, in the order of the registry. */
function marksOf<Sort extends keyof Marks>(
  sort: Sort,
): readonly (readonly [distribution: Distribution, mark: NonNullable<Marks[Sort]>])[] {
  return namesOf(PROFILES).flatMap((name) => {
    const mark = PROFILES[name].marks[sort]
    return mark === undefined ? [] : [[name, mark] as const]
  })
}

/**
 * Returns the distribution, as indicated by the user, a version, a label or file paths; null if nothing indicates it.
 */
export function distributionOf(evidence: Evidence, { provider }: ImportOptions): Sourced<Distribution> | null {
  if (provider !== undefined) return { value: provider, origin: { kind: 'assumed', why: 'the option --provider' } }
  const { distributions, nodes, versions } = evidence
  const found =
    distributions.find(({ value }) => value !== BASE) ??
    byVersion([...versions, ...nodes.flatMap((node) => node.kubeletVersion ?? [])]) ??
    byLabel(nodes, marksOf('label')) ??
    byProgram(evidence) ??
    byPath(evidence) ??
    distributions[0] ??
    null
  return found === null ? null : (kindOf(found.value, evidence) ?? found)
}

/**
 * Returns the variant of a distribution that a document or a node label indicates; null for the distribution itself.
 */
function kindOf(distribution: Distribution, { distributions, nodes }: Evidence): Sourced<Distribution> | null {
  const isKind = (name: Distribution) => PROFILES[name].isKindOf === PROFILES[distribution]
  const labels = marksOf('label').filter(([name]) => isKind(name))
  return distributions.find(({ value }) => isKind(value)) ?? byLabel(nodes, labels)
}

function byVersion(versions: readonly Sourced<string>[]): Sourced<Distribution> | null {
  for (const { value, origin } of versions) {
    const found = marksOf('version').find(([, mark]) => mark.test(value))
    if (found !== undefined) return { value: found[0], origin }
  }
  return null
}

function byLabel(
  nodes: Evidence['nodes'],
  marks: readonly (readonly [Distribution, string])[],
): Sourced<Distribution> | null {
  for (const { labels, at } of nodes) {
    const found = marks.find(([, label]) => labels.has(label))
    if (found !== undefined) return written(found[0], at)
  }
  return null
}

function byProgram({ runs, units }: Evidence): Sourced<Distribution> | null {
  const commands = units.flatMap((unit) => unit.commands)
  for (const [distribution, name] of marksOf('program')) {
    const run = runs.find(({ program }) => program === name)
    if (run !== undefined) return written(distribution, run.at)
    const command = commands.find(({ value }) => new RegExp(`^\\S*\\b${name}\\s`).test(value))
    if (command !== undefined) return { value: distribution, origin: command.origin }
  }
  return null
}

function byPath({ runs, kubeletFiles, certificates, variables }: Evidence): Sourced<Distribution> | null {
  const places = [
    ...runs.flatMap(({ words }) => words.map(({ text, at }) => ({ text, at }))),
    ...kubeletFiles.map(({ at }) => ({ text: at.file, at })),
    ...runs.map(({ at }) => ({ text: at.file, at })),
    ...certificates.map(({ at }) => ({ text: at.file, at })),
    ...variables.flatMap(({ values }) => [...values.values()].flatMap(wordsOf)),
  ]
  for (const [distribution, mark] of marksOf('path')) {
    const found = places.find(({ text }) => mark.test(text))
    if (found !== undefined) return written(distribution, found.at)
  }
  return null
}

/** Returns the words of a variable that can be part of a command line. */
function wordsOf({ value, origin }: Sourced<string>): readonly { readonly text: string; readonly at: Place }[] {
  return origin.kind === 'written' ? value.split(/\s+/).map((text) => ({ text, at: origin.at })) : []
}
