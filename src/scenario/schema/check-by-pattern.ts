import { PatternTree } from '../tree/pattern-tree.ts'
import { type MapEntry, type MapTree, plainOf, type Tree } from '../tree/tree.ts'
import { MOST_ENTRIES, scenarioSchema, type WrittenSections } from './scenario.ts'

/** The sections in which a cluster has maps of one pattern. */
const SECTIONS = ['hosts', 'links', 'identities'] as const
type Section = (typeof SECTIONS)[number]

/** The name of one map for each pattern. */
type NamesByPattern = ReadonlyMap<PatternTree['pattern'], string>

/**
 * Checks a tree against the schema. Of the maps that share a pattern, it checks only the one with the longest name.
 * Returns null if anything is invalid, and for a scenario without patterns.
 */
export function checkByPattern(tree: Tree): WrittenSections | null {
  if (tree.kind !== 'map') return null
  const longest = new Map(SECTIONS.map((section) => [section, longestNames(sectionOf(tree, section))]))
  if ([...longest.values()].every((names) => names.size === 0)) return null
  const reduced = new Map(tree.entries)
  for (const [section, names] of longest) {
    const entry = tree.entries.get(section)
    if (entry?.tree.kind !== 'map') continue
    if (entry.tree.entries.size > MOST_ENTRIES) return null
    reduced.set(section, { ...entry, tree: withoutOthers(entry.tree, names) })
  }
  const parsed = scenarioSchema.safeParse(plainOf({ ...tree, entries: reduced }))
  if (!parsed.success) return null
  const { hosts, links, identities } = parsed.data
  return {
    ...parsed.data,
    ...(hosts && { hosts: withOthers(hosts, sectionOf(tree, 'hosts'), longest.get('hosts')!) }),
    ...(links && { links: withOthers(links, sectionOf(tree, 'links'), longest.get('links')!) }),
    ...(identities && {
      identities: withOthers(identities, sectionOf(tree, 'identities'), longest.get('identities')!),
    }),
  }
}

function sectionOf({ entries }: MapTree, section: Section): ReadonlyMap<string, MapEntry> {
  const found = entries.get(section)?.tree
  return found?.kind === 'map' ? found.entries : new Map()
}

function longestNames(entries: ReadonlyMap<string, MapEntry>): NamesByPattern {
  const longest = new Map<PatternTree['pattern'], string>()
  for (const [name, { tree }] of entries) {
    if (!(tree instanceof PatternTree)) continue
    const known = longest.get(tree.pattern)
    if (known === undefined || known.length < name.length) longest.set(tree.pattern, name)
  }
  return longest
}

/** Removes the maps of patterns, except those with these names. */
function withoutOthers(section: MapTree, names: NamesByPattern): MapTree {
  const isKept = ([name, { tree }]: readonly [string, MapEntry]) =>
    !(tree instanceof PatternTree) || names.get(tree.pattern) === name
  return { ...section, entries: new Map([...section.entries].filter(isKept)) }
}

/** Returns the values of all entries. The checked entries with these names stand for all others of their pattern. */
function withOthers<Value>(
  checked: ReadonlyMap<string, Value>,
  entries: ReadonlyMap<string, MapEntry>,
  names: NamesByPattern,
): Map<string, Value> {
  const all = new Map<string, Value>()
  for (const [name, { tree }] of entries) {
    const own = checked.get(name)
    if (own !== undefined) all.set(name, own)
    else if (tree instanceof PatternTree)
      all.set(name, { ...checked.get(names.get(tree.pattern)!)!, ...tree.ownValues })
  }
  return all
}
