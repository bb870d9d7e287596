import { type FoundProblem, problemAt } from './problems/problem.ts'
import type { ProblemCode } from './problems/problem-codes.ts'
import { type Position, SourceText } from './problems/source-text.ts'
import { longFormKey } from './schema/long-form.ts'
import { type MapTree, type ScalarTree, type Tree, withEntry } from './tree/tree.ts'
import { parseYamlTree } from './tree/yaml-tree.ts'

/** The name of overrides as a source, in place of a file name. */
export const OVERRIDE = '--set'

interface Step {
  readonly name: string
  readonly position: Position
}

class BadOverride extends Error {
  readonly problem: FoundProblem

  constructor(position: Position, code: ProblemCode, message: string, hint?: string) {
    super(message)
    this.problem = problemAt(position, code, message, hint)
  }
}

/** Applies an override such as `links.wan.loss=1%`: a path, the first `=`, and a value in YAML. */
export function applyOverride(tree: Tree, text: string): { tree: Tree; problems: readonly FoundProblem[] } {
  const source = new SourceText(OVERRIDE, text)
  const separator = text.indexOf('=')
  if (separator < 1 || /^\s*(#.*)?$/.test(text.slice(separator + 1))) {
    const problem = problemAt(
      { source, start: 0, end: text.length },
      'bad-override',
      'expected PATH=VALUE',
      'write it like links.wan.loss=1%',
    )
    return { tree, problems: [problem] }
  }
  const value = parseYamlTree(source, separator + 1)
  if (value.tree === null) return { tree, problems: value.problems }
  const placed = placeValue(tree, text.slice(0, separator), { source, start: 0, end: separator }, value.tree)
  return { tree: placed.tree, problems: [...value.problems, ...placed.problems] }
}

/** Places a value at a path such as `links.wan.loss`; `position` is the position of the path. */
export function placeValue(
  tree: Tree,
  path: string,
  position: Position,
  value: Tree,
): { tree: Tree; problems: readonly FoundProblem[] } {
  try {
    return { tree: replaceAt(tree, stepsOf(path, position), value), problems: [] }
  } catch (error) {
    if (error instanceof BadOverride) return { tree, problems: [error.problem] }
    throw error
  }
}

/** Sets the policy of a scenario, which is a list of names and rules. */
export function applyPolicy(tree: Tree, policy: readonly string[]): Tree {
  const items = policy.map((text): Tree => {
    const source = new SourceText('--policy', text)
    return { kind: 'scalar', position: { source, start: 0, end: text.length }, value: text }
  })
  const { position } = items[0]
  return replaceAt(tree, [{ name: 'policy', position }], { kind: 'list', position, items })
}

/** Sets the seed of a scenario. */
export function applySeed(tree: Tree, seed: number): Tree {
  const text = String(seed)
  const source = new SourceText('--seed', text)
  const position = { source, start: 0, end: text.length }
  return replaceAt(tree, [{ name: 'seed', position }], { kind: 'scalar', position, value: seed })
}

const MAX_STEPS = 16

/** Splits a path into steps. Each step has its position if the path is written without quotes. */
function stepsOf(path: string, whole: Position): Step[] {
  const isVerbatim = whole.source.text.slice(whole.start, whole.end) === path
  const steps: Step[] = []
  let { start } = whole
  for (const name of path.split('.')) {
    const position = isVerbatim ? { source: whole.source, start, end: start + name.length } : whole
    if (name === '' || /[\s]/.test(name))
      throw new BadOverride(
        position,
        'bad-override',
        'a part of the path is empty or contains blanks',
        'write it like links.wan.loss=1%',
      )
    if (name === '__proto__' || name === 'constructor' || name === 'prototype')
      throw new BadOverride(position, 'bad-name', `${name} cannot be a key`)
    steps.push({ name, position })
    start += name.length + 1
  }
  if (steps.length > MAX_STEPS)
    throw new BadOverride(steps[MAX_STEPS].position, 'bad-override', `a path has at most ${MAX_STEPS} parts`)
  if (steps[0].name === 'extends')
    throw new BadOverride(steps[0].position, 'bad-override', 'extends cannot be overridden')
  return steps
}

/**
 * Returns a copy of the tree with the value at a path. Creates missing maps on the path.
 * @param before the steps from the root to the tree
 */
function replaceAt(tree: Tree | undefined, steps: readonly Step[], value: Tree, before: readonly string[] = []): Tree {
  if (steps.length === 0) return value
  const [step, ...rest] = steps
  const at = [...before, step.name]
  if (tree === undefined || tree.kind === 'map') {
    const map: MapTree = tree ?? { kind: 'map', position: step.position, entries: new Map() }
    const below = map.entries.get(step.name)
    return withEntry(map, step.name, { keyPosition: step.position, tree: replaceAt(below?.tree, rest, value, at) })
  }
  if (tree.kind === 'list') {
    const index = /^\d{1,6}$/.test(step.name) ? Number(step.name) : -1
    if (tree.items[index] === undefined) {
      throw new BadOverride(
        step.position,
        'bad-override',
        `the list has no item ${step.name}; its items are 0 to ${tree.items.length - 1}`,
      )
    }
    return { ...tree, items: tree.items.map((item, i) => (i === index ? replaceAt(item, rest, value, at) : item)) }
  }
  throw new BadOverride(
    step.position,
    'bad-override',
    `there is no ${step.name} in ${String(tree.value)}`,
    wholeMapHint(before, tree, steps, value),
  )
}

/** Returns a hint that shows the map to write in place of a scalar, including the new value. */
function wholeMapHint(path: readonly string[], scalar: ScalarTree, steps: readonly Step[], value: Tree): string {
  const key = longFormKey(path)
  if (key === null) return 'write the whole map, as in paths.logs.tunnel={kind: ssh, warm: false}'
  const { source, start, end } = value.position
  const added = steps.reduceRight(
    (inner, { name }, i) => {
      const entry = `${name}: ${inner}`
      return i === 0 ? entry : `{ ${entry} }`
    },
    source.text.slice(start, end),
  )
  const map = `{ ${key}: ${String(scalar.value)}, ${added} }`
  return source.file === OVERRIDE ? `write '${path.join('.')}=${map}'` : `give ${path.join('.')} the whole map: ${map}`
}
