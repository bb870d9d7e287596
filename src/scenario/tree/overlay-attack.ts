import { didYouMean } from '../../values/did-you-mean.ts'
import { type FoundProblem, problemAt } from '../problems/problem.ts'
import { SourceText } from '../problems/source-text.ts'
import { isOwnText } from './is-own-text.ts'
import { type MapTree, type Tree, treeAt, withEntry, withValue } from './tree.ts'
import { type ParsedTree, parseYamlTree } from './yaml-tree.ts'

/** The text of an attack file, which adds attackers and expectations about them to a scenario. */
export interface AttackSource {
  readonly text: string
  /** The name of the file in problems. */
  readonly file: string
}

/** The sections with names, to which an attack adds entries. */
const NAMED = ['identities', 'paths', 'workloads', 'attackers'] as const
/** The sections that are lists, to which an attack appends items. */
const LISTS = ['events', 'expect'] as const
/** The keys of an attack file. */
export const ATTACK_KEYS: readonly string[] = ['version', 'name', ...NAMED, ...LISTS]

/**
 * Adds an attack to a scenario. A name that both have is reported, because neither should silently replace the other.
 */
export function overlayAttack(tree: Tree, { file, text }: AttackSource): ParsedTree {
  if (!isOwnText(text, 'attackers')) return { tree, problems: [noAttack(file)] }
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

function noAttack(file: string): FoundProblem {
  const position = { source: new SourceText('--attack', file), start: 0, end: file.length }
  const hint = 'write it like attackers: { mallory: { … } }'
  return problemAt(position, 'bad-base', `${file} is no attack: it has no key \`attackers\``, hint)
}

function problemsOf(attack: MapTree): FoundProblem[] {
  const unknown = [...attack.entries].filter(([key]) => !ATTACK_KEYS.includes(key))
  const problems = unknown.map(([key, { keyPosition }]) => {
    const hint = () =>
      didYouMean(key, ATTACK_KEYS) ??
      `the keys of an attack are ${ATTACK_KEYS.slice(2).join(', ')}; other keys belong in the scenario`
    return problemAt(keyPosition, 'unknown-key', `an attack has no key ${key}`, hint)
  })
  const version = treeAt(attack, ['version'])
  if (version !== undefined && (version.kind !== 'scalar' || version.value !== 1))
    problems.push(problemAt(version.position, 'wrong-type', 'the only version of the format is 1'))
  if (!attack.entries.has('attackers')) {
    const start = { ...attack.position, end: attack.position.start }
    problems.push(
      problemAt(
        start,
        'missing-key',
        'the key attackers is missing in the attack',
        'write it like attackers: { mallory: { … } }',
      ),
    )
  }
  return problems
}

function withNames(tree: MapTree, key: string, attack: MapTree, problems: FoundProblem[]): MapTree {
  const added = attack.entries.get(key)
  if (added === undefined) return tree
  const own = tree.entries.get(key)
  // A value that is not a map is reported when the whole scenario is checked.
  if (added.tree.kind !== 'map' || own === undefined) return withEntry(tree, key, added)
  if (own.tree.kind !== 'map') return tree
  const entries = new Map(own.tree.entries)
  for (const [name, entry] of added.tree.entries) {
    if (entries.has(name)) {
      const message = `the scenario or another attack already has ${key}.${name}`
      problems.push(problemAt(entry.keyPosition, 'contradiction', message, 'rename one of them'))
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
