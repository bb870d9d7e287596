import { stringify } from 'yaml'
import type { TechniqueName } from '../../attack/vantage.ts'
import type { MatrixPath } from '../../measure/matrix.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import type { AttackerBlueprint, AttackStepBlueprint } from '../../simulation/blueprint-attack.ts'
import { describeProtection, letterOf } from '../../simulation/collect/describe-path.ts'
import { type CheckedScenario, checkTree, readTree, type ScenarioOptions, type ScenarioSource } from '../load.ts'
import { type Problem, sortProblems } from '../problem.ts'
import { SourceText } from '../source-text.ts'
import { mergeTrees, type Tree } from '../tree.ts'
import { parseYamlTree } from '../yaml-tree.ts'
import { isLookingOn, MATRIX_ROWS, type MatrixRow } from './matrix-rows.ts'
import { STANDING_NS, shortWorkload } from './short-workload.ts'

/**
 * A cell to be simulated; null: this path has no such place, there is nothing to attack, or it leaves no host. Cells of those who only look
 * on from one place, whatever they try, have one scenario, in which one attacker tries all of it.
 */
export interface MatrixCase {
  readonly path: string
  readonly row: MatrixRow
  readonly on: string | null
  readonly scenario: CheckedScenario | null
  /** What there is to say without a simulation. */
  readonly otherwise: 'absent' | 'out-of-reach'
}

export interface Matrix {
  readonly scenario: string
  readonly seed: number
  readonly kubernetes: string | null
  readonly paths: readonly Omit<MatrixPath, 'medium'>[]
  readonly cases: readonly MatrixCase[]
}

export type ReadMatrix =
  | { readonly ok: true; readonly matrix: Matrix }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** What says nothing in a matrix: other attackers, what is expected of them, and what happens besides. */
const LEFT_OUT: readonly string[] = ['attackers', 'expect', 'accept', 'events', 'sweep', 'duration']

/** Whatever waits for an answer that never comes is cut off here. */
const LONGEST_NS = 120_000_000_000

/** Every row against every path of a scenario that something flows on. `paths`: those alone; null: all. */
export function readMatrix(
  source: ScenarioSource,
  options: ScenarioOptions,
  only: readonly string[] | null = null,
): ReadMatrix {
  const { tree, problems } = readTree(source, options)
  if (tree === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) }
  const bare = without(tree, LEFT_OUT)
  const base = checkTree(bare, source.file)
  if (!base.ok) return base
  const { blueprint } = base.scenario
  const used = new Set(blueprint.workloads.map(({ path }) => path))
  const wanted = [...used].filter((path) => only === null || only.includes(path)).sort((a, b) => (a < b ? -1 : 1))
  const cases = wanted.flatMap((path) => casesOf(path, bare, source.file))
  return {
    ok: true,
    matrix: {
      scenario: blueprint.name,
      seed: blueprint.seed,
      kubernetes: blueprint.cluster?.version.text ?? null,
      paths: wanted.map((path) => describePath(blueprint, path)),
      cases,
    },
  }
}

function describePath(blueprint: Blueprint, declared: string): Omit<MatrixPath, 'medium'> {
  const path = blueprint.paths.find((one) => one.declared === declared)!
  return {
    name: declared,
    kind: path.kind,
    letter: letterOf(path),
    protection: describeProtection(blueprint, path.name),
  }
}

/** One reading for all rows: an attacker for each, or for some together, who then has the path to itself. */
function casesOf(path: string, bare: Tree, file: string): MatrixCase[] {
  const leaders = MATRIX_ROWS.map((row, i) => (isLookingOn(row) ? leaderOf(row) : i))
  const text = stringify({
    attackers: Object.fromEntries(
      [...new Set(leaders)].map((leader) => {
        return [
          nameOf(leader),
          attackerOf(
            MATRIX_ROWS.filter((_, i) => leaders[i] === leader),
            path,
          ),
        ]
      }),
    ),
  })
  const { tree } = parseYamlTree(new SourceText('matrix', text))
  const loaded = tree === null ? null : checkTree(mergeTrees(bare, tree), file)
  if (loaded === null || !loaded.ok)
    throw new Error(
      `rows of the matrix are attackers like any: ${loaded === null ? text : JSON.stringify(loaded.problems[0])}`,
    )
  const { blueprint } = loaded.scenario
  const attackers = new Map(blueprint.attackers.map((attacker) => [attacker.name, attacker]))
  const scenarios = new Map<string, CheckedScenario>()
  return MATRIX_ROWS.map((row, i) => {
    const name = nameOf(leaders[i])
    const attacker = attackers.get(name)
    if (attacker === undefined || attacker.plan.length === 0)
      return { path, row, on: null, scenario: null, otherwise: 'absent' }
    if (!isSuchPlace(row, attacker)) return { path, row, on: null, scenario: null, otherwise: 'out-of-reach' }
    const scenario = scenarios.get(name) ?? { blueprint: reduced(blueprint, path, attacker), expectations: [] }
    scenarios.set(name, scenario)
    return { path, row, on: attacker.on.name, scenario, otherwise: 'absent' }
  })
}

function leaderOf({ place, vantage }: MatrixRow): number {
  return MATRIX_ROWS.findIndex((row) => row.place === place && row.vantage === vantage && isLookingOn(row))
}

/** Of a path that never leaves its host, the link that it crosses is that host's own: nobody sits beside that. */
function isSuchPlace({ vantage }: MatrixRow, { on }: AttackerBlueprint): boolean {
  return on.kind !== 'host' || vantage === 'node' || vantage === 'pod' || vantage === 'user'
}

function nameOf(row: number): string {
  return `m${row}`
}

function attackerOf(rows: readonly MatrixRow[], path: string): object {
  const { place, vantage, holds } = rows[0]
  const where = vantage === 'user' ? { as: place } : { on: place }
  return { ...where, vantage, holds, plan: rows.map(({ technique, step }) => ({ technique, path, ...step })) }
}

/** The path alone, and what flows on it. */
function reduced(blueprint: Blueprint, path: string, attacker: AttackerBlueprint): Blueprint {
  const paths = blueprint.paths.filter(({ declared }) => declared === path)
  const workloads = blueprint.workloads.filter((workload) => workload.path === path)
  return {
    ...blueprint,
    durationNs: LONGEST_NS,
    paths,
    workloads: workloads.map((workload) => shortWorkload(workload, paths[0])),
    attackers: [{ ...attacker, plan: attacker.plan.map(onWhatStands) }],
  }
}

/** On what flows; the others have to be there when connections are made. */
const ON_WHAT_FLOWS: readonly TechniqueName[] = ['tamper', 'inject', 'replay', 'reset', 'drop', 'delay']

/** Where a tunnel never came up others would be taken: what is to be seen is what becomes of one in use. */
function onWhatStands(step: AttackStepBlueprint): AttackStepBlueprint {
  return ON_WHAT_FLOWS.includes(step.technique) ? { ...step, atNs: Math.max(step.atNs, STANDING_NS) } : step
}

function without(tree: Tree, keys: readonly string[]): Tree {
  if (tree.kind !== 'map') return tree
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => !keys.includes(key))) }
}
