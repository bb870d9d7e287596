import { readTree, type ScenarioOptions, type ScenarioSource } from '../load.ts'
import { type Problem, problemAt } from '../problems/problem.ts'
import { type Position, SourceText } from '../tree/source-text.ts'
import { type MapEntry, type MapTree, type Tree, withEntry, withValue } from '../tree/tree.ts'
import { type ParsedTree, parseYamlTree } from '../tree/yaml-tree.ts'
import { type Dimension, SEED } from './sweep-grid.ts'

export interface SweepOptions extends ScenarioOptions {
  /** Like `links.wan.loss=[0%, 1%]`, in place of what the file sweeps under the same path. */
  readonly sweep?: readonly string[]
  /** Like `1..30` or `1,5,9`, in place of the seeds that the file sweeps. */
  readonly seeds?: string
}

/** The scenario with all that is to be swept under its key `sweep`, wherever it was said. */
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

/** What is both swept and fixed from outside has two values, and neither should win in silence. */
export function conflictsWithOverrides(dimensions: readonly Dimension[], options: SweepOptions): readonly Problem[] {
  const fixed = (options.set ?? []).map((text) => {
    const source = new SourceText('--set', text)
    return { position: { source, start: 0, end: text.length }, path: text.split('=', 1)[0] }
  })
  if (options.seed !== undefined) fixed.push({ position: wholeOf('--seed', String(options.seed)), path: SEED })
  return fixed.flatMap(({ position, path }) => {
    const swept = dimensions.find((dimension) => path === dimension.path || path.startsWith(`${dimension.path}.`))
    if (swept === undefined) return []
    const hint = `leave this out, or name the values with --${swept.path === SEED ? 'seeds' : 'sweep'}`
    return [problemAt(position, 'contradiction', `${swept.path} is swept, and cannot be fixed as well`, hint)]
  })
}

function withDimension(tree: MapTree, path: string, entry: MapEntry): MapTree {
  const declared = tree.entries.get('sweep')
  const isNone = declared === undefined || (declared.tree.kind === 'scalar' && declared.tree.value === null)
  const sweep: Tree = isNone ? { kind: 'map', position: entry.keyPosition, entries: new Map() } : declared.tree
  // Something else than a map is reported as that.
  if (sweep.kind !== 'map') return tree
  return withValue(tree, 'sweep', withEntry(sweep, path, entry), entry.keyPosition)
}

interface GivenDimension {
  readonly path: string
  readonly entry: MapEntry | null
  readonly problems: readonly Problem[]
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

/** `1..30` as in a file; other seeds as a list, for which the shell needs no quotes: `1,5,9`. */
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
