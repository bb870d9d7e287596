import { didYouMean } from '../problems/did-you-mean.ts'
import { type Problem, problemAt } from '../problems/problem.ts'
import { SourceText } from './source-text.ts'
import { type MapTree, type Tree, treeAt, withEntry, withValue } from './tree.ts'
import { type ParsedTree, parseYamlTree } from './yaml-tree.ts'

/** An attack to be merged over a scenario: who does what, and what must come of it, without the scenario. */
export interface AttackSource {
  readonly text: string
  /** As it shows in problems. */
  readonly file: string
}

/** Sections of names, to which an attack adds its own. */
const NAMED = ['identities', 'paths', 'workloads', 'attackers'] as const
/** Lists, to which it appends. */
const LISTS = ['events', 'expect'] as const
const KEYS: readonly string[] = ['version', 'name', ...NAMED, ...LISTS]

/** The scenario with the attack in it. What both have under one name is a mistake, since neither should win in silence. */
export function overlayAttack(tree: Tree, { file, text }: AttackSource): ParsedTree {
  const parsed = parseYamlTree(new SourceText(file, text))
  const problems = [...parsed.problems]
  if (parsed.tree === null || tree.kind !== 'map') return { tree, problems }
  if (parsed.tree.kind !== 'map')
    return {
      tree,
      problems: [...problems, problemAt(parsed.tree.position, 'wrong-type', 'expected a map (attackers, expect)')],
    }
  problems.push(...problemsOf(parsed.tree))
  let merged: MapTree = tree
  for (const key of NAMED) merged = withNames(merged, key, parsed.tree, problems)
  for (const key of LISTS) merged = withItems(merged, key, parsed.tree)
  return { tree: merged, problems }
}

function problemsOf(attack: MapTree): Problem[] {
  const unknown = [...attack.entries].filter(([key]) => !KEYS.includes(key))
  const problems = unknown.map(([key, { keyPosition }]) => {
    const hint = didYouMean(key, KEYS) ?? `it has ${KEYS.slice(2).join(', ')}; the rest is the scenario's`
    return problemAt(keyPosition, 'unknown-key', `an attack has no key ${key}`, hint)
  })
  const version = treeAt(attack, ['version'])
  if (version !== undefined && (version.kind !== 'scalar' || version.value !== 1))
    problems.push(problemAt(version.position, 'wrong-type', 'the only version of the format is 1'))
  if (!attack.entries.has('attackers')) {
    const start = { ...attack.position, end: attack.position.start }
    problems.push(problemAt(start, 'missing-key', 'an attack has attackers', 'write attackers: { mallory: { … } }'))
  }
  return problems
}

function withNames(tree: MapTree, key: string, attack: MapTree, problems: Problem[]): MapTree {
  const added = attack.entries.get(key)
  if (added === undefined) return tree
  const own = tree.entries.get(key)
  // Something else than a map is reported as that where the whole is checked.
  if (added.tree.kind !== 'map' || own === undefined) return withEntry(tree, key, added)
  if (own.tree.kind !== 'map') return tree
  const entries = new Map(own.tree.entries)
  for (const [name, entry] of added.tree.entries) {
    if (entries.has(name)) {
      const message = `the scenario, or another attack, has ${key}.${name} already`
      problems.push(problemAt(entry.keyPosition, 'contradiction', message, 'give one of the two another name'))
    } else entries.set(name, entry)
  }
  return withValue(tree, key, { ...own.tree, entries })
}

function withItems(tree: MapTree, key: string, attack: MapTree): MapTree {
  const added = attack.entries.get(key)
  if (added === undefined) return tree
  const own = tree.entries.get(key)
  if (own?.tree.kind !== 'list' || added.tree.kind !== 'list')
    return own === undefined ? withEntry(tree, key, added) : tree
  return withValue(tree, key, { ...own.tree, items: [...own.tree.items, ...added.tree.items] })
}
