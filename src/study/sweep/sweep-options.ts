import { readTree, type ScenarioOptions, type ScenarioSource } from '../../scenario/load.ts'
import { type FoundProblem, problemAt } from '../../scenario/problems/problem.ts'
import { type Position, SourceText } from '../../scenario/problems/source-text.ts'
import { type Dimension, SEED } from '../../scenario/sweep/sweep-grid.ts'
import { type MapEntry, type MapTree, type Tree, withEntry, withValue } from '../../scenario/tree/tree.ts'
import { type ParsedTree, parseYamlTree } from '../../scenario/tree/yaml-tree.ts'

export interface SweepOptions extends ScenarioOptions {
  /** Dimensions such as `links.wan.loss=[0%, 1%]`. They replace dimensions of the file with the same path. */
  readonly sweep?: readonly string[]
  /** Seeds such as `1..30` or `1,5,9`. They replace the seeds of the file. */
  readonly seeds?: string
}

/** Reads a scenario, and adds the dimensions of the options to its key `sweep`. */
export function readSweptTree(source: ScenarioSource, options: SweepOptions): ParsedTree {
  const read = readTree(source, options)
  if (read.tree?.kind !== 'map') return read
  let tree: MapTree = read.tree
  const problems = [...read.problems]
  for (const text of options.sweep ?? []) {
    const given = dimensionOf(text)
    if (given.entry !== null) tree = withDimension(tree, given.path, given.entry)
    problems.push(...given.problems)
  }
  if (options.seeds !== undefined) tree = withDimension(tree, SEED, seedsOf(options.seeds))
  return { tree, problems }
}

/** Returns a problem for each path that is both swept and set by an option. */
export function conflictsWithOverrides(
  dimensions: readonly Dimension[],
  options: SweepOptions,
): readonly FoundProblem[] {
  const fixed = (options.set ?? []).map((text) => {
    const source = new SourceText('--set', text)
    return { position: { source, start: 0, end: text.length }, path: text.split('=', 1)[0] }
  })
  if (options.seed !== undefined) fixed.push({ position: wholeOf('--seed', String(options.seed)), path: SEED })
  return fixed.flatMap(({ position, path }) => {
    const swept = dimensions.find((dimension) => path === dimension.path || path.startsWith(`${dimension.path}.`))
    if (swept === undefined) return []
    const hint = `leave this out, or give the values with --${swept.path === SEED ? 'seeds' : 'sweep'}`
    return [problemAt(position, 'contradiction', `${swept.path} is swept, so it cannot also have a fixed value`, hint)]
  })
}

function withDimension(tree: MapTree, path: string, entry: MapEntry): MapTree {
  const declared = tree.entries.get('sweep')
  const isNone = declared === undefined || (declared.tree.kind === 'scalar' && declared.tree.value === null)
  const sweep: Tree = isNone ? { kind: 'map', position: entry.keyPosition, entries: new Map() } : declared.tree
  // A `sweep` that is not a map is reported later.
  if (sweep.kind !== 'map') return tree
  return withValue(tree, 'sweep', withEntry(sweep, path, entry), entry.keyPosition)
}

interface GivenDimension {
  readonly path: string
  readonly entry: MapEntry | null
  readonly problems: readonly FoundProblem[]
}

function dimensionOf(text: string): GivenDimension {
  const source = new SourceText('--sweep', text)
  const separator = text.indexOf('=')
  const path = text.slice(0, Math.max(0, separator))
  if (path === '' || /^\s*(#.*)?$/.test(text.slice(separator + 1))) {
    const position = { source, start: 0, end: text.length }
    const problem = problemAt(position, 'bad-sweep', 'expected PATH=VALUES', 'write it like links.wan.loss=[0%, 1%]')
    return { path, entry: null, problems: [problem] }
  }
  const { tree, problems } = parseYamlTree(source, separator + 1)
  const keyPosition = { source, start: 0, end: separator }
  return { path, entry: tree === null ? null : { keyPosition, tree }, problems }
}

/** Reads seeds: a range such as `1..30`, or a list such as `1,5,9`. Neither needs quotes in a shell. */
function seedsOf(text: string): MapEntry {
  const position = wholeOf('--seeds', text)
  if (!/^-?\d+(,-?\d+)*$/.test(text)) return { keyPosition: position, tree: { kind: 'scalar', position, value: text } }
  const items: Tree[] = []
  let start = 0
  for (const digits of text.split(',')) {
    const end = start + digits.length
    items.push({ kind: 'scalar', position: { source: position.source, start, end }, value: Number(digits) })
    start = end + 1
  }
  return { keyPosition: position, tree: { kind: 'list', position, items } }
}

function wholeOf(option: string, text: string): Position {
  return { source: new SourceText(option, text), start: 0, end: text.length }
}
