import { type CheckedScenario, checkTree, type Loaded, type ScenarioSource } from '../load.ts'
import { type FoundProblem, type Problem, sortProblems } from '../problems/problem.ts'
import { seedSchema } from '../schema/scenario.ts'
import { placeValue } from '../tree/overrides.ts'
import { type MapTree, plainOf, type Tree, withoutKeys } from '../tree/tree.ts'
import { type Dimension, readGrid, SEED } from './sweep-grid.ts'
import { conflictsWithOverrides, readSweptTree, type SweepOptions } from './sweep-options.ts'
import type { Coordinate, SweepPoint } from './sweep-point.ts'
import { PointProblems } from './sweep-problems.ts'
import { jsonOf, labelOf, settingOf } from './sweep-value.ts'

export type LoadedSweep =
  | { readonly ok: true; readonly sweep: Sweep }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads a scenario with its grid, and checks every point. Returns the sweep, or the problems of all points. */
export function loadSweep(source: ScenarioSource, options: SweepOptions = {}): LoadedSweep {
  const { tree, problems } = readSweptTree(source, options)
  if (tree === null) return { ok: false, problems: sortProblems(problems) }
  const grid = readGrid(tree)
  const before = [...problems, ...conflictsWithOverrides(grid.dimensions, options)]
  if (tree.kind !== 'map' || before.length + grid.problems.length > 0) {
    const base = checkTree(tree, source.file, before)
    return { ok: false, problems: base.ok ? [] : base.problems }
  }
  const sweep = new Sweep(tree, source.file, grid.dimensions)
  const wrong = sweep.check()
  return wrong.length === 0 ? { ok: true, sweep } : { ok: false, problems: sortProblems(wrong) }
}

/** The scenarios of a grid, one for each point. The last dimension changes fastest. */
export class Sweep {
  /** The number of points; 1 without dimensions. */
  readonly size: number
  /** The paths of the dimensions, with the number of values of each. */
  readonly dimensions: readonly { readonly path: string; readonly count: number }[]
  /** The scenario with its grid. */
  readonly #whole: MapTree
  readonly #tree: MapTree
  readonly #file: string
  readonly #dimensions: readonly Dimension[]
  /** Values of the dimension `seed`, which is the last; 1 without it. */
  readonly #seeds: number
  #last: { readonly first: number; readonly scenario: CheckedScenario } | null = null
  readonly #coordinates: readonly (readonly Coordinate[])[]

  constructor(tree: MapTree, file: string, dimensions: readonly Dimension[]) {
    this.#whole = tree
    this.#tree = withoutKeys(tree, ['sweep'])
    this.#file = file
    this.#dimensions = dimensions
    const last = dimensions.at(-1)
    this.#seeds = last?.path === SEED ? last.values.length : 1
    this.#coordinates = dimensions.map(({ path, values }) => values.map((value) => coordinateOf(path, value)))
    this.dimensions = dimensions.map(({ path, values }) => ({ path, count: values.length }))
    this.size = dimensions.reduce((product, { values }) => product * values.length, 1)
  }

  get paths(): readonly string[] {
    return this.dimensions.map(({ path }) => path)
  }

  /** The scenario with its grid, as plain values, merged and with all overrides. */
  get document(): object {
    return { ...(plainOf(this.#whole) as object), name: this.scenarioAt(0).blueprint.name }
  }

  pointAt(index: number): SweepPoint {
    return this.#choicesAt(index).map((choice, i) => this.#coordinates[i][choice])
  }

  /**
   * Makes the scenario of a point. Only the last one is stored, since ten thousand large clusters would need too much
   * memory; it serves all seeds of its point.
   */
  scenarioAt(index: number): CheckedScenario {
    const first = index - (index % this.#seeds)
    if (this.#last?.first !== first) this.#last = { first, scenario: this.#scenarioOf(first) }
    const { scenario } = this.#last
    const seed = this.#seedAt(index)
    return seed === null ? scenario : { ...scenario, blueprint: { ...scenario.blueprint, seed } }
  }

  #scenarioOf(index: number): CheckedScenario {
    const loaded = this.#load(index)
    if (!loaded.ok) throw new Error(`point ${index} of the sweep has problems that check() did not find`)
    return loaded.scenario
  }

  /**
   * Returns the problems of all points. A seed has no effect on problems, so that it is enough to check each point with
   * the first seed, and at the first point the seeds that are no seeds.
   */
  check(): readonly Problem[] {
    const found = new PointProblems()
    for (let index = 0; index < this.size && !found.areEnough; index += 1) {
      if (index % this.#seeds !== 0 && (index >= this.#seeds || this.#seedAt(index) !== null)) continue
      const loaded = this.#load(index)
      found.add(loaded.ok ? [] : loaded.problems, this.pointAt(index), this.#valuesAt(index))
    }
    return found.all()
  }

  /** Returns the seed of a point; null when the sweep has none there, or a value that is no seed. */
  #seedAt(index: number): number | null {
    const last = this.#dimensions.at(-1)
    const value = last?.path === SEED ? last.values[index % this.#seeds] : undefined
    const parsed = value?.kind === 'scalar' ? seedSchema.safeParse(value.value) : undefined
    return parsed?.success === true ? parsed.data : null
  }

  #load(index: number): Loaded {
    let tree: Tree = this.#tree
    const problems: FoundProblem[] = []
    for (const [i, value] of this.#valuesAt(index).entries()) {
      const { path, position } = this.#dimensions[i]
      const placed = placeValue(tree, path, position, value)
      tree = placed.tree
      problems.push(...placed.problems)
    }
    return checkTree(tree, this.#file, problems)
  }

  #valuesAt(index: number): readonly Tree[] {
    return this.#choicesAt(index).map((choice, i) => this.#dimensions[i].values[choice])
  }

  #choicesAt(index: number): readonly number[] {
    const choices: number[] = []
    let rest = index
    for (const { values } of this.#dimensions.toReversed()) {
      choices.unshift(rest % values.length)
      rest = Math.floor(rest / values.length)
    }
    return choices
  }
}

function coordinateOf(path: string, value: Tree): Coordinate {
  return { path, setting: settingOf(value), label: labelOf(value), json: jsonOf(value) }
}
