import { type CheckedScenario, checkTree, type Loaded, type ScenarioSource } from '../../scenario/load.ts'
import { placeValue } from '../../scenario/overrides.ts'
import { type FoundProblem, type Problem, sortProblems } from '../../scenario/problems/problem.ts'
import { seedSchema } from '../../scenario/schema/scenario.ts'
import { PointGrid } from '../../scenario/sweep/point-grid.ts'
import { type Dimension, readGrid, SEED } from '../../scenario/sweep/sweep-grid.ts'
import type { Coordinate } from '../../scenario/sweep/sweep-point.ts'
import { jsonOf, labelOf, settingOf } from '../../scenario/sweep/sweep-value.ts'
import { type MapTree, plainOf, type Tree, withoutKeys } from '../../scenario/tree/tree.ts'
import { checkArgument, checkShape, FUNCTION } from '../../simulation/given/check-given.ts'
import { SOURCE, SWEEP_SHAPE } from '../given.ts'
import { conflictsWithOverrides, readSweptTree, type SweepOptions } from './sweep-options.ts'
import { PointProblems } from './sweep-problems.ts'

export type ReadSweep =
  | { readonly ok: true; readonly sweep: Sweep }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a scenario with its grid, and checks every point. Returns the sweep, or the problems of all points.
 * @param pointsOf returns the points to run, given their number; other points are not checked
 */
export function readSweep(
  source: ScenarioSource,
  options: SweepOptions = {},
  pointsOf: (size: number) => readonly number[] = (size) => Array.from({ length: size }, (_, i) => i),
): ReadSweep {
  checkArgument('source of readSweep', source, SOURCE)
  checkShape('option of readSweep', options, SWEEP_SHAPE)
  checkArgument('pointsOf of readSweep', pointsOf, FUNCTION)
  const { tree, problems } = readSweptTree(source, options)
  if (tree === null) return { ok: false, problems: sortProblems(problems) }
  const grid = readGrid(tree)
  const before = [...problems, ...conflictsWithOverrides(grid.dimensions, options)]
  if (tree.kind !== 'map' || before.length + grid.problems.length > 0) {
    const base = checkTree(tree, source.file, before)
    return { ok: false, problems: base.ok ? [] : base.problems }
  }
  const sweep = new Sweep(tree, source.file, grid.dimensions)
  const wrong = sweep.check(pointsOf(sweep.grid.size))
  return wrong.length === 0 ? { ok: true, sweep } : { ok: false, problems: sortProblems(wrong) }
}

/** The scenarios of a grid, one for each point. The last dimension changes fastest. */
export class Sweep {
  readonly grid: PointGrid
  /** The scenario with its grid. */
  readonly #whole: MapTree
  readonly #tree: MapTree
  readonly #file: string
  readonly #dimensions: readonly Dimension[]
  /** The number of values of the dimension `seed`, which is the last; 1 without it. */
  readonly #seeds: number
  #last: { readonly first: number; readonly scenario: CheckedScenario; readonly text: string } | null = null

  constructor(tree: MapTree, file: string, dimensions: readonly Dimension[]) {
    this.#whole = tree
    this.#tree = withoutKeys(tree, ['sweep'])
    this.#file = file
    this.#dimensions = dimensions
    const last = dimensions.at(-1)
    this.#seeds = last?.path === SEED ? last.values.length : 1
    this.grid = new PointGrid(
      dimensions.map(({ path, values }) => ({ path, values: values.map((value) => coordinateOf(path, value)) })),
    )
  }

  /** The scenario with its grid, as plain values, merged and with all overrides. */
  get document(): object {
    return { ...(plainOf(this.#whole) as object), name: this.scenarioAt(0).blueprint.name }
  }

  /**
   * Makes the scenario of a point. Only the last one is cached, because ten thousand large clusters would need too much
   * memory. It serves all seeds of its point.
   */
  scenarioAt(index: number): CheckedScenario {
    const { scenario } = this.#forAllSeeds(index)
    const seed = this.#seedAt(index)
    return seed === null ? scenario : { ...scenario, blueprint: { ...scenario.blueprint, seed } }
  }

  /** Returns the scenario of a point without a seed, as JSON. JSON is also YAML, and loads as the same scenario. */
  textAt(index: number): string {
    return this.#forAllSeeds(index).text
  }

  #forAllSeeds(index: number): { readonly scenario: CheckedScenario; readonly text: string } {
    const first = index - (index % this.#seeds)
    if (this.#last?.first === first) return this.#last
    const loaded = this.#load(first)
    if (!loaded.ok) throw new Error(`point ${first} of the sweep has problems that check() did not find`)
    const text = JSON.stringify({ ...loaded.document, seed: undefined })
    this.#last = { first, scenario: loaded.scenario, text }
    return this.#last
  }

  /**
   * Returns the problems of points. Seeds do not cause problems, so each point is checked with its first seed only;
   * invalid seeds are found at the first point. The first point is always checked.
   */
  check(points: readonly number[]): readonly Problem[] {
    const found = new PointProblems()
    const first = Array.from({ length: this.#seeds }, (_, index) => index)
    const noSeeds = first.filter((index) => this.#seedAt(index) === null)
    for (const index of new Set([0, ...noSeeds, ...points.map((point) => point - (point % this.#seeds))])) {
      if (found.areEnough) break
      const loaded = this.#load(index)
      found.add(loaded.ok ? [] : loaded.problems, this.grid.pointAt(index), this.#valuesAt(index))
    }
    return found.all()
  }

  /** Returns the seed of a point; null if the sweep has none there, or if the value is not a seed. */
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
    return this.grid.choicesAt(index).map((choice, i) => this.#dimensions[i].values[choice])
  }
}

function coordinateOf(path: string, value: Tree): Coordinate {
  return { path, setting: settingOf(value), label: labelOf(value), json: jsonOf(value) }
}
